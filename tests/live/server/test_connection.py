"""Frames and buttons of a page, over its WebSocket."""

import asyncio
import io
import json
from dataclasses import replace

import aiohttp
import numpy as np
import pytest
from live_server import Client, LiveServer, hello, landmarks, opener

import signlift as sl
from signlift.core.body_proportions import BodyProportions
from signlift.live.server.mailbox import Mailbox
from signlift.live.server.rooms import Rooms
from signlift.live.session import LiveSession

FRAMES = landmarks(12)


@pytest.fixture(scope="module")
def server(shipped):
    with LiveServer(opener(shipped)) as server:
        yield server


def talk(server, conversation, pages=("a-page-0",)):
    """Hold a conversation of pages with the server."""

    async def connect():
        async with aiohttp.ClientSession(headers={"Origin": server.origin}) as session:
            clients = [Client(session, server, page) for page in pages]
            for client in clients:
                await client.__aenter__()
            try:
                return await conversation(session, *clients)
            finally:
                for client in clients:
                    await client.__aexit__(None, None, None)

    return asyncio.run(connect())


async def send_frames(client, frames=FRAMES):
    return [
        await client.ask({"type": "frame", "id": number, "time": number / 25, **each})
        for number, each in enumerate(frames)
    ]


async def download(session, server, path, page):
    async with session.get(f"{server.url}{path}", params={"page": page}) as answer:
        return answer.status, answer.headers, await answer.read()


def test_a_page_is_greeted_and_its_frames_are_lifted(server):
    async def conversation(session, client):
        return await client.ask(hello()), await send_frames(client)

    greeting, answers = talk(server, conversation, ["lifted-page"])
    assert greeting["type"] == "hello"
    assert len(greeting["keypoints"]) == 543
    assert greeting["state"] == {
        "type": "state",
        "recording": False,
        "recorded": 0,
        "stopped": None,
        "given_proportions": False,
    }
    assert [answer["frame"] for answer in answers] == list(range(12))
    assert [answer["id"] for answer in answers] == list(range(12))
    assert all(answer["dropped"] == 0 for answer in answers)
    assert all(answer["server_ms"] >= answer["latency_ms"] > 0 for answer in answers)


def test_what_is_recorded_is_saved_and_lifts_to_the_same_depth(server, shipped, tmp_path):
    async def conversation(session, client):
        await client.ask(hello())
        assert (await client.ask({"type": "record"}))["recording"] is True
        answers = await send_frames(client)
        assert answers[-1]["recorded"] == 12
        state = await client.ask({"type": "stop"})
        assert (state["recording"], state["stopped"]) == (False, 12)
        return answers, await download(session, server, "recording?format=npz", "saved-page")

    answers, (status, headers, content) = talk(server, conversation, ["saved-page"])
    assert status == 200
    assert headers["Content-Disposition"].startswith('attachment; filename="live-')
    (tmp_path / "live.npz").write_bytes(content)
    recording = sl.read(tmp_path / "live.npz")
    sent = np.array([answer["z"] for answer in answers], np.float32)
    np.testing.assert_array_equal(recording.depth, sent)
    plain = replace(recording, depth=None, depth_uncertainty=None)
    lifted = shipped.lift(plain, causal=True)
    scale = np.nanmax(np.abs(lifted.depth))
    np.testing.assert_allclose(recording.depth, lifted.depth, atol=1e-4 * scale)


@pytest.mark.parametrize(
    ("name", "begin"),
    [("bvh", b"PK"), ("pose", b""), ("csv", b"PK"), ("openpose", b"{"), ("html", b"<!doctype")],
)
def test_it_is_saved_in_any_format(server, name, begin):
    async def conversation(session, client):
        await client.ask(hello())
        await client.ask({"type": "record"})
        await send_frames(client)
        await client.ask({"type": "stop"})
        return await download(session, server, f"recording?format={name}", f"format-{name}")

    status, headers, content = talk(server, conversation, [f"format-{name}"])
    assert status == 200
    assert content.startswith(begin)
    suffix = ".zip" if begin == b"PK" else {"openpose": ".json"}.get(name, f".{name}")
    assert headers["Content-Disposition"].endswith(f'{suffix}"')


def test_mistakes_get_one_line(server):
    async def conversation(session, client):
        page = "mistaken-page"
        lines = [(await client.ask({"type": "frame", "body": None}))["message"]]
        lines += [(await client.ask({"type": "record"}))["message"]]
        lines += [(await client.ask({"type": "hello", "version": 9}))["message"]]
        lines += [(await download(session, server, "recording?format=npz", page))[2].decode()]
        lines += [(await download(session, server, "proportions", page))[2].decode()]
        await client.ask(hello())
        lines += [(await client.ask({"type": "stop"}))["message"]]
        lines += [(await client.ask({"type": "frame", "body": [1, 2]}))["message"]]
        await client.socket.send_str("no JSON")
        lines += [(await client.receive())["message"]]
        await client.ask({"type": "record"})
        await client.ask({"type": "stop"})
        for format in ("npz", "nonsense"):
            _, _, content = await download(session, server, f"recording?format={format}", page)
            lines += [content.decode()]
        return lines

    lines = talk(server, conversation, ["mistaken-page"])
    assert all(": expected " in line and ", found " in line for line in lines)
    assert not any("\n" in line or "/tmp" in line for line in lines)
    assert lines[0] == "the page: expected a hello first, found frame"
    assert lines[3] == "recording: expected one that was stopped, found none"


def test_proportions_are_saved_and_loaded(server, tmp_path):
    async def conversation(session, client):
        page = "measured-page"
        await client.ask(hello())
        await send_frames(client)
        status, _, saved = await download(session, server, "proportions", page)
        assert status == 200
        url = f"{server.url}proportions"
        async with session.post(url, params={"page": page}, data=saved) as answer:
            assert answer.status == 200
        async with session.post(url, params={"page": page}, data=b"{}") as answer:
            assert answer.status == 422
            line = await answer.text()
        (lifted,) = await send_frames(client, FRAMES[:1])
        forgotten = await client.ask({"type": "forget_proportions"})
        return saved, line, lifted, forgotten

    saved, line, lifted, forgotten = talk(server, conversation, ["measured-page"])
    (tmp_path / "a.json").write_bytes(saved)
    assert BodyProportions.read(tmp_path / "a.json").torso is not None
    assert line.startswith("proportions.json: expected ")
    assert lifted["frame"] == 0  # it has begun anew, with them
    assert forgotten["given_proportions"] is False


def test_two_pages_do_not_mix(server):
    """Each has its own session, though their frames alternate."""

    async def alone(session, client):
        await client.ask(hello())
        return await send_frames(client)

    async def both(session, one, other):
        await one.ask(hello())
        await other.ask(hello())
        await one.ask({"type": "record"})
        answers = []
        for number, frame in enumerate(FRAMES):
            message = {"type": "frame", "id": number, "time": number / 25}
            answers.append(await one.ask(message | frame))
            moved = FRAMES[(5 * number) % 12]
            assert (await other.ask(message | moved))["recorded"] == 0
        return answers

    expected = talk(server, alone, ["page-alone"])
    found = talk(server, both, ["page-of-two-1", "page-of-two-2"])
    assert [each["z"] for each in found] == [each["z"] for each in expected]
    assert found[-1]["recorded"] == 12


def test_a_page_that_comes_back_goes_on(server):
    async def first(session, client):
        await client.ask(hello())
        await client.ask({"type": "record"})
        await send_frames(client, FRAMES[:5])

    async def second(session, client):
        greeting = await client.ask(hello())
        return greeting, await send_frames(client, FRAMES[5:])

    talk(server, first, ["page-that-returns"])
    greeting, answers = talk(server, second, ["page-that-returns"])
    assert greeting["state"]["recording"] is True
    assert [answer["frame"] for answer in answers] == list(range(5, 12))
    assert answers[-1]["recorded"] == 12


def test_another_camera_ends_the_recording_and_keeps_it(server):
    async def conversation(session, client):
        await client.ask(hello())
        await client.ask({"type": "record"})
        await send_frames(client, FRAMES[:5])
        return await client.ask(hello(size=(320, 240)))

    state = talk(server, conversation, ["page-two-cameras"])["state"]
    assert (state["recording"], state["stopped"]) == (False, 5)


class SlowSession(LiveSession):
    """A session that takes its time."""

    def push(self, frame):
        import time

        time.sleep(0.2)
        return super().push(frame)


def test_the_newest_frame_counts(shipped):
    """Of frames that come faster than they are lifted, those between are dropped."""

    async def conversation(session, client):
        await client.ask(hello())
        for number, frame in enumerate(FRAMES):
            message = {"type": "frame", "id": number} | frame
            await client.socket.send_str(json.dumps(message))
            await asyncio.sleep(0.01)
        answers = [await client.receive()]
        while answers[-1]["id"] != 11:
            answers.append(await client.receive())
        return answers

    def open_slow(hello):
        return SlowSession(shipped, hello.skeleton, hello.fps, size=hello.size)

    with LiveServer(open_slow) as server:
        answers = talk(server, conversation, ["impatient-page"])
    assert answers[0]["id"] == 0
    assert len(answers) < 6
    assert len(answers) + sum(answer["dropped"] for answer in answers) == 12


class FailingSession(LiveSession):
    """A session that fails for no fault of its user."""

    def push(self, frame):
        raise ZeroDivisionError


def test_a_failure_ends_the_connection(shipped, caplog):
    async def conversation(session, client):
        await client.ask(hello())
        await client.socket.send_str(json.dumps({"type": "frame"} | FRAMES[0]))
        return await client.socket.receive(timeout=30)

    def open_failing(hello):
        return FailingSession(shipped, hello.skeleton, hello.fps, size=hello.size)

    with LiveServer(open_failing) as server:
        end = talk(server, conversation, ["unlucky-page"])
    assert end.data == aiohttp.WSCloseCode.INTERNAL_ERROR
    assert "ZeroDivisionError" in caplog.text


def test_a_mailbox_holds_the_newest_item():
    async def use():
        box = Mailbox()
        for item in "abc":
            box.put(item)
        first = await box.take()
        box.put("d")
        return first, await box.take()

    assert asyncio.run(use()) == (("c", 2), ("d", 0))


def test_too_many_pages_are_refused(shipped):
    async def conversation(session, *clients):
        url = f"{server.url}socket?page=one-page-more"
        try:
            await session.ws_connect(url)
        except aiohttp.WSServerHandshakeError as error:
            refused = error.status
        async with session.get(f"{server.url}socket", params={"page": "../a"}) as answer:
            return refused, answer.status, await answer.text()

    with LiveServer(opener(shipped)) as server:
        refused, status, line = talk(server, conversation, [f"page-nr-{i}" for i in range(8)])
    assert (refused, status) == (422, 422)
    assert line == "page: expected an identifier, found '../a'"


def test_a_page_that_is_gone_makes_place_for_another_one():
    rooms = Rooms(None)
    old = [rooms.enter(f"page-nr-{number}") for number in range(8)]
    old[3].recording = "kept"
    assert rooms.enter("page-nr-3").recording == "kept"
    rooms.enter("page-nr-8")
    assert rooms.find("page-nr-0") is None
    assert all(rooms.find(f"page-nr-{number}") is not None for number in range(1, 9))


def test_a_connection_that_hangs_is_replaced(server):
    async def conversation(session, old):
        await old.ask(hello())
        async with Client(session, server, "page-that-hung") as new:
            await new.ask(hello())
            closed = await old.socket.receive(timeout=10)
            return closed.type, (await send_frames(new, FRAMES[:1]))[0]["frame"]

    kind, frame = talk(server, conversation, ["page-that-hung"])
    assert kind in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert frame == 0


def test_zip_files_hold_what_belongs_together(server):
    import zipfile

    async def conversation(session, client):
        await client.ask(hello())
        await client.ask({"type": "record"})
        await send_frames(client)
        await client.ask({"type": "stop"})
        return await download(session, server, "recording?format=csv", "page-with-csv")

    _, _, content = talk(server, conversation, ["page-with-csv"])
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert sorted(name.partition(".")[2] for name in names) == ["csv", "csv.json"]
    assert len({name.partition("/")[0] for name in names}) == 1
