"""Sessions of open pages. Each page has its own, which survives a lost connection for a while."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from aiohttp import web

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.live.protocol import Hello

if TYPE_CHECKING:
    from signlift.live.session import LiveSession

#: Opens the session of a page from its first message.
OpenSession: TypeAlias = "Callable[[Hello], LiveSession]"

_Result = TypeVar("_Result")

#: The largest number of pages at a time.
MOST_ROOMS = 8

#: Seconds for which a session waits for a page that has lost its connection.
PATIENCE = 120.0

_PAGE_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass
class Room:
    """Session, recording and connection of one page.

    Attributes
    ----------
    session
        Its session; None before its first message.
    hello
        The message that the session was opened with.
    recording
        The last recording that was stopped; None before.
    socket
        Its connection; None while it has none.
    lock
        Held by what uses the session.
    left
        When it lost its connection.
    """

    session: LiveSession | None = None
    hello: Hello | None = None
    recording: Recording | None = None
    socket: web.WebSocketResponse | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    left: float = field(default_factory=time.monotonic)


class Rooms:
    """All rooms, by the random identifiers of their pages.

    Parameters
    ----------
    open_session
        Opens the session of a page.
    """

    def __init__(self, open_session: OpenSession) -> None:
        self.open_session = open_session
        self._rooms: dict[str, Room] = {}
        # Sessions share a model, so that one frame is lifted after the other.
        self._thread = ThreadPoolExecutor(1, "signlift-live")

    async def run(self, function: Callable[[], _Result]) -> _Result:
        """Call something that takes time, in the one thread for all sessions."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def enter(self, page: str) -> Room:
        """Return the room of a page, a new one for a new page.

        Raises
        ------
        InputError
            The identifier is none, or too many pages are open.
        """
        if _PAGE_ID.fullmatch(page) is None:
            raise InputError(problem("page", expected="an identifier", found=repr(page)))
        if page not in self._rooms:
            self._make_place()
            self._rooms[page] = Room()
        return self._rooms[page]

    def find(self, page: str) -> Room | None:
        """Return the room of a page that has one."""
        return self._rooms.get(page)

    def sockets(self) -> list[web.WebSocketResponse]:
        """List all connections."""
        return [room.socket for room in self._rooms.values() if room.socket is not None]

    def _make_place(self) -> None:
        """Remove the rooms of pages that are gone: all old ones, and the oldest if need be."""
        gone = [(room.left, page) for page, room in self._rooms.items() if room.socket is None]
        for left, page in sorted(gone):
            is_old = left < time.monotonic() - PATIENCE
            if is_old or len(self._rooms) >= MOST_ROOMS:
                del self._rooms[page]
        if len(self._rooms) >= MOST_ROOMS:
            expected, found = f"at most {MOST_ROOMS} open pages", "one more: close some"
            raise InputError(problem("signlift live", expected=expected, found=found))
