"""The WebSocket of a page: frames in, depth out, and what its buttons ask for.

The messages are those of `signlift.live.protocol`. The page also sends `record`, `stop`, `restart`
and `forget_proportions`, which are answered by a `state`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from signlift.errors import InputError, problem
from signlift.live.frame_parser import parse_frame
from signlift.live.messages import format_message, parse_message
from signlift.live.protocol import (
    Hello,
    error_message,
    frame_message,
    hello_message,
    message_type,
    parse_hello,
)
from signlift.live.server.mailbox import Mailbox
from signlift.live.server.rooms import Room, Rooms

#: The largest message of a page in bytes: a frame of MediaPipe Holistic has about 20 kB.
MAX_MESSAGE = 1 << 20

#: The source of messages, in errors.
_WHERE = "the page"

#: Seconds between signs of life; a page that does not answer has lost its connection.
_HEARTBEAT = 10.0

#: A message, and when it came.
_Timed = tuple[Mapping[str, Any], float]


class Connection:
    """One connection of a page.

    Parameters
    ----------
    room
        What belongs to the page.
    rooms
        All rooms.
    """

    def __init__(self, room: Room, rooms: Rooms) -> None:
        self._room, self._rooms = room, rooms
        self._socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MAX_MESSAGE)
        self._frames: Mailbox[_Timed] = Mailbox()
        self._failure: Exception | None = None

    async def run(self, request: web.Request) -> web.WebSocketResponse:
        """Answer messages until the connection ends."""
        room, socket = self._room, self._socket
        await socket.prepare(request)
        if room.socket is not None:  # the page connects anew, and the old connection hangs
            await room.socket.close(code=4000, message=b"connected anew")
        room.socket = socket
        lifting = asyncio.create_task(self._lift_frames())
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                try:
                    await self._receive(parse_message(message.data, _WHERE))
                except InputError as error:
                    await self._send(error_message(error))
        finally:
            lifting.cancel()
            with suppress(asyncio.CancelledError):
                await lifting
            if room.socket is socket:
                room.socket, room.left = None, time.monotonic()
        if self._failure is not None:
            raise self._failure
        return socket

    async def _receive(self, message: Mapping[str, Any]) -> None:
        kind = message_type(message)
        if kind == "frame":
            self._frames.put((message, time.perf_counter()))
            return
        async with self._room.lock:
            if kind == "hello":
                await self._greet(parse_hello(message))
                return
            session = self._room.session
            if session is None:
                raise _no_hello(kind)
            if kind == "record":
                session.start_recording()
            elif kind == "stop":
                self._room.recording = session.stop_recording()
            elif kind == "restart":
                session.restart()
            elif kind == "forget_proportions":
                session.use_proportions(None)
            else:
                return
        await self._send(self._state())

    async def _greet(self, hello: Hello) -> None:
        """Open a session; a page that comes back with the same camera goes on with its own."""
        room = self._room
        session = room.session
        if session is None or hello != room.hello:
            old = session
            if old is not None and old.is_recording:
                room.recording = old.stop_recording()
            session = await self._rooms.run(lambda: self._rooms.open_session(hello))
            if old is not None and old.given_proportions is not None:
                session.use_proportions(old.given_proportions)
            room.session, room.hello = session, hello
        await self._send(hello_message(session) | {"state": self._state()})

    async def _lift_frames(self) -> None:
        """Lift the newest frame, again and again, while the connection lasts."""
        while not self._socket.closed:
            (message, arrival), dropped = await self._frames.take()
            try:
                async with self._room.lock:
                    answer = await self._rooms.run(partial(self._lift, message))
            except InputError as error:
                answer = error_message(error)
            except Exception as error:  # one of signlift itself: the page connects anew
                self._failure = error
                await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)
                return
            answer["dropped"] = dropped
            answer["server_ms"] = round(1000 * (time.perf_counter() - arrival), 3)
            await self._send(answer)

    def _lift(self, message: Mapping[str, Any]) -> dict[str, Any]:
        session, hello = self._room.session, self._room.hello
        if session is None or hello is None:
            raise _no_hello("frame")
        lifted = session.push(parse_frame(message, hello, _WHERE))
        return frame_message(lifted) | {"recorded": session.recorded_frames}

    def _state(self) -> dict[str, Any]:
        """Describe what the page's buttons depend on."""
        session, recording = self._room.session, self._room.recording
        return {
            "type": "state",
            "recording": session is not None and session.is_recording,
            "recorded": 0 if session is None else session.recorded_frames,
            "stopped": None if recording is None else len(recording),
            "given_proportions": session is not None and session.given_proportions is not None,
        }

    async def _send(self, message: Mapping[str, Any]) -> None:
        """Send a message; to a page that is gone, none."""
        with suppress(ConnectionError):
            if not self._socket.closed:
                await self._socket.send_str(format_message(message))


def _no_hello(kind: str) -> InputError:
    return InputError(problem(_WHERE, expected="a hello first", found=kind))
