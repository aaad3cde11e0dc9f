"""The verb `live`, as a process between others."""

import asyncio
import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from command_line import call

import signlift as sl
from signlift.live.messages import format_message, to_json_numbers

SAMPLE = sl.read(sl.sample_path("openpose"))[:8]
COMMAND = [sys.executable, "-m", "signlift", "live", "--source", "-"]


def with_z(recording):
    """Give every keypoint a z as MediaPipe's, 0 at the wrists of the hands."""
    depth = np.random.default_rng(0).normal(0, 20, recording.keypoints.shape[:2])
    for name in ("LHandRoot", "RHandRoot"):
        if recording.skeleton.has(name):
            depth[:, recording.skeleton.index(name)] = 0
    return replace(recording, detector_depth=depth)


def lines_of(recording):
    facts = {"skeleton": recording.skeleton.name, "fps": recording.fps, "size": recording.size}
    yield format_message({"type": "hello", "version": 1, **facts})
    for t in range(len(recording)):
        frame = {
            "keypoints": to_json_numbers(recording.keypoints[t]),
            "confidence": to_json_numbers(recording.confidence[t]),
            "id": t,
        }
        if recording.detector_depth is not None:
            frame["z"] = to_json_numbers(recording.detector_depth[t])
        yield format_message(frame)


def messages_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def start(*options, **streams):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*COMMAND, *map(str, options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **streams,
    )


def run(text, *options):
    process = start(*options)
    try:
        output, errors = process.communicate(text.encode(), 120)
    finally:
        process.kill()
    return process.returncode, output.decode(), errors.decode()


@pytest.mark.parametrize(
    "recording",
    [
        SAMPLE.convert("panoptic26"),
        SAMPLE,
        with_z(SAMPLE.convert("mediapipe75")),
        with_z(SAMPLE.convert("mediapipe543")),
    ],
    ids=lambda each: each.skeleton.name,
)
def test_lines_in_give_the_depth_of_a_causal_lift(recording, tmp_path):
    saved = tmp_path / "live.npz"
    code, output, errors = run("\n".join(lines_of(recording)), "--sink", "-", "-o", saved)
    assert (code, errors.splitlines()) == (0, ["8 frames", str(saved)])
    hello, *frames = map(json.loads, output.splitlines())
    assert hello["keypoints"] == list(recording.skeleton.keypoints)
    assert [frame["id"] for frame in frames] == list(range(8))
    live = np.array([frame["z"] for frame in frames], float)
    recorded = sl.read(saved)
    np.testing.assert_array_equal(live.astype(np.float32), recorded.depth)
    assert call("lift", saved, "--causal", "-o", tmp_path / "lifted.npz", "--quiet") == 0
    lifted = sl.read(tmp_path / "lifted.npz")
    if recording.detector_depth is not None:
        np.testing.assert_array_equal(lifted.detector_depth, recorded.detector_depth)
    np.testing.assert_allclose(live, lifted.depth, atol=1e-4 * np.nanmax(np.abs(lifted.depth)))
    uncertainty = np.array([frame["uncertainty"] for frame in frames], float)
    np.testing.assert_allclose(uncertainty, lifted.depth_uncertainty, rtol=1e-3, atol=1e-3)


def test_every_frame_is_answered_before_the_next_one_comes():
    process = start()
    try:
        hello, *frames = lines_of(SAMPLE.convert("coco17"))
        process.stdin.write(hello.encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["type"] == "hello"
        for number, line in enumerate(frames[:3]):
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["frame"] == number
        process.stdin.close()
        assert process.stdout.read() == b"" and process.wait(60) == 0
        assert process.stderr.read() == b"3 frames\n"
    finally:
        process.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_what_was_recorded_is_saved_when_it_is_interrupted(stop, tmp_path):
    out, proportions = tmp_path / "out.pose", tmp_path / "me.json"
    process = start("-o", out, "--sink", "-", "--save-proportions", proportions)
    try:
        for line in list(lines_of(SAMPLE))[:4]:
            process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        for _ in range(4):
            process.stdout.readline()
        process.send_signal(stop)
        assert process.wait(60) == {signal.SIGINT: 130, signal.SIGTERM: 143}[stop]
        errors = process.stderr.read().decode()
    finally:
        process.kill()
    assert "Traceback" not in errors
    if stop == signal.SIGINT:
        assert errors == f"interrupted: 3 frames, {out}, {proportions}\n"
    assert len(sl.read(out)) == 3 and sl.BodyProportions.read(proportions).torso


def test_a_reader_that_stops_ends_it_quietly(tmp_path):
    out = tmp_path / "out.npz"
    process = start("--sink", "-", "-o", out)
    try:
        lines = list(lines_of(SAMPLE))
        for line in lines[:3]:
            process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.readline()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            for line in lines[3:]:
                process.stdin.write(line.encode() + b"\n")
            process.stdin.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""
    finally:
        process.kill()
    assert len(sl.read(out)) >= 2


def test_damaged_lines_are_counted_and_give_exit_code_1(capsys):
    lines = list(lines_of(SAMPLE))
    code, output, errors = run("\n".join([*lines[:2], "oops", *lines[2:]]))
    kinds = [json.loads(line)["type"] for line in output.splitlines()]
    assert code == 1 and kinds == ["hello", "frame", "error", *["frame"] * 7]
    assert errors == "8 frames, 1 damaged\n"


def test_a_recording_goes_to_a_file_of_lines_as_fast_as_possible(tmp_path, capsys):
    source, lines = tmp_path / "signer.npz", tmp_path / "out.jsonl"
    sl.write(sl.load().lift(SAMPLE), source)
    arguments = ("--source", source, "--sink", lines, "-o", tmp_path / "out.bvh", "--fast")
    assert call("live", *arguments) == 0
    assert capsys.readouterr().out.splitlines() == ["8 frames", str(tmp_path / "out.bvh")]
    assert len(lines.read_text().splitlines()) == 9
    again = tmp_path / "again.jsonl"
    assert call("live", "--source", lines, "--sink", again) == 0
    for first, second in zip(*map(messages_of, (lines, again)), strict=True):
        assert first.get("z") == second.get("z")


def test_proportions_are_saved_and_given(tmp_path, capsys):
    me = tmp_path / "me.json"
    source = sl.sample_path("openpose")
    arguments = ("--source", source, "--fast", "--quiet", "--sink", tmp_path / "a.jsonl")
    assert call("live", *arguments, "--save-proportions", me) == 0
    assert call("live", *arguments, "--proportions", me) == 0
    hello, first, *_ = map(json.loads, (tmp_path / "a.jsonl").read_text().splitlines())
    assert hello["given_proportions"] and first["settled"] and first["settling"] == 1
    assert capsys.readouterr().out == ""


MISTAKES = {
    "--source nothing.mp4": "--source: expected browser, - or a file, found 'nothing.mp4'",
    "--sink vmc://localhost:0": "--sink: expected vmc://HOST:PORT, such as vmc://127.0.0.1:39",
    "--sink a.jsonl --sink a.jsonl": "--sink: expected each once, found a.jsonl a.jsonl",
    "--sink osc://localhost": "--sink: expected -, a file of JSON lines, or vmc://HOST:PORT",
    "--format bvh": "--format: expected --out beside it, found none",
    "-o signer.xyz": "signer.xyz",
    "--save-proportions me.txt": "--save-proportions: expected a name that ends in .json",
    "--fps 0": "--fps: expected a number above 0 and up to 1000, found 0",
    "--pitch 80": "--pitch: expected an angle from -45 to 45 degrees, found 80.0",
}


@pytest.mark.parametrize("options", MISTAKES)
def test_mistakes_give_one_line(options, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = ["--source", "-"] if "--source" not in options else []
    assert call("live", *source, *options.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert MISTAKES[options] in line


def test_a_terminal_is_no_source(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert call("live", "--source", "-") == 2
    assert capsys.readouterr().err.startswith("--source: expected lines of JSON from another")


def test_a_page_has_sinks_and_a_recording_and_ends_by_ctrl_c(tmp_path):
    aiohttp = pytest.importorskip("aiohttp")
    pytest.importorskip("signlift_holistic")
    out, lines = tmp_path / "out.npz", tmp_path / "out.jsonl"
    command = [*COMMAND[:-2], "--no-open", "--port", "0", "-o", str(out), "--sink", str(lines)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

    async def sign(address):
        origin = address.split("/", 3)
        headers = {"Origin": "/".join(origin[:3])}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.ws_connect(f"{address}socket?page=a-page-of-a-test") as page,
        ):
            for line in lines_of(SAMPLE):
                await page.send_str(line)
                assert json.loads((await page.receive()).data)["type"] in ("hello", "frame")

    try:
        words = process.stderr.readline().decode().split()
        (address,) = [word for word in words if word.startswith("http://127.0.0.1:")]
        asyncio.run(sign(address))
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, errors) == (0, b"")
    assert output.decode().splitlines() == [str(out)]
    assert len(sl.read(out)) == 8 and len(messages_of(lines)) == 9


def test_a_recording_moves_an_avatar_by_vmc(tmp_path):
    pytest.importorskip("pythonosc")
    source = tmp_path / "signer.npz"
    sl.write(sl.load().lift(SAMPLE[:2]), source)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        sink = f"vmc://127.0.0.1:{receiver.getsockname()[1]}"
        assert call("live", "--source", source, "--sink", sink, "--fast", "--quiet") == 0
        assert b"/VMC/Ext/OK" in receiver.recv(2000)
        assert b"/VMC/Ext/Bone/Pos" in receiver.recv(2000)
