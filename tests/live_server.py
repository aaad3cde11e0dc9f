"""A server of the live page in a thread, and messages for it, for tests."""

import asyncio
import json
import threading

import numpy as np
from aiohttp import web

import signlift as sl
from signlift.live.server.access import ADDRESS, Access
from signlift.live.server.application import make_application
from signlift.live.server.rooms import Rooms
from signlift.live.server.serve import _listen
from signlift.live.session import LiveSession

PAGE_ID = "a-page-of-a-test"


def opener(lifter):
    """Return what opens the sessions of pages."""
    return lambda hello: LiveSession(lifter, hello.skeleton, hello.fps, size=hello.size)


class LiveServer:
    """A server in a thread, which can be stopped and started again at the same address."""

    def __init__(self, open_session, assets=None, port=0, token=None):
        self.open_session, self.assets = open_session, assets or {}
        self.port, self.token = port, token

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self):
        listener = _listen(self.port)
        self.port = listener.getsockname()[1]
        self.access = Access(self.port, self.token)
        self.token, self.url = self.access.token, self.access.url
        self.rooms = Rooms(self.open_session)
        ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, args=(listener, ready), daemon=True)
        self.thread.start()
        assert ready.wait(30)

    def stop(self):
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(30)
        self.loop.close()

    def _run(self, listener, ready):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve(listener, ready))

    async def _serve(self, listener, ready):
        self.ended = asyncio.Event()
        application = make_application(self.rooms, self.access, self.assets)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        ready.set()
        await self.ended.wait()
        for socket in self.rooms.sockets():
            await socket.close()
        await runner.cleanup()

    @property
    def origin(self):
        return f"http://{ADDRESS}:{self.port}"


def hello(fps=25, size=(640, 480)):
    return {"type": "hello", "version": 1, "skeleton": "mediapipe543", "fps": fps, "size": size}


def landmarks(frames=24):
    """The landmarks of somebody who signs, frame by frame, as the page sends them."""
    sample = sl.read(sl.sample_path("openpose"))[:frames]
    recording = sample.convert("mediapipe543")
    low = np.nanmin(sample.keypoints, (0, 1))
    extent = float(np.nanmax(np.nanmax(sample.keypoints, (0, 1)) - low))
    points = 0.1 + 0.8 * (recording.keypoints - low) / extent * np.array([0.75, 1])
    confidence = np.where(np.isnan(points[..., 0]), 0, 0.9)
    return [_frame(*each) for each in zip(points, confidence, strict=True)]


def _frame(points, confidence):
    flat = np.nan_to_num(points).round(6)
    zero = np.zeros(len(flat))
    rows = np.column_stack([flat, zero, confidence])
    parts = {"left_hand": rows[-42:-21, :3], "right_hand": rows[-21:, :3]}
    seen = {"left_hand": confidence[-42:-21].all(), "right_hand": confidence[-21:].all()}
    hands = {name: part.ravel().tolist() if seen[name] else None for name, part in parts.items()}
    return {"body": rows[:33].ravel().tolist(), "face": None, **hands}


class Client:
    """A page's end of the WebSocket."""

    def __init__(self, session, server, page=PAGE_ID):
        self._connecting = session.ws_connect(
            f"{server.url}socket?page={page}", headers={"Origin": server.origin}
        )

    async def __aenter__(self):
        self.socket = await self._connecting.__aenter__()
        return self

    async def __aexit__(self, *error):
        await self._connecting.__aexit__(*error)

    async def ask(self, message):
        await self.socket.send_str(json.dumps(message))
        return await self.receive()

    async def receive(self):
        return json.loads(await self.socket.receive_str(timeout=30))
