"""Run the server until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

from aiohttp import WSCloseCode, web

from signlift.errors import InputError, parameter_problem
from signlift.live.server.access import ADDRESS, Access
from signlift.live.server.application import make_application
from signlift.live.server.assets import find_assets
from signlift.live.server.rooms import OpenSession, Rooms

#: The port that is tried first. Browsers remember the camera's permission by the port, too.
DEFAULT_PORT = 8437

#: Seconds that connections have to end.
_SHUTDOWN_SECONDS = 2.0


def serve(
    open_session: OpenSession,
    *,
    port: int | None = None,
    open_browser: bool = True,
    announce: Callable[[str], None] = print,
) -> None:
    """Show the page that lifts the signer in front of the camera, until Ctrl-C.

    The server listens on the loopback address alone, and answers nobody but the page that is opened
    with the random token in its address. The page sends keypoints, and no images.

    Parameters
    ----------
    open_session
        Opens a session for each page, from the skeleton, frame rate and image size that it names.
    port
        The port; by default 8437, or another one where it is taken.
    open_browser
        Whether the page is opened in the browser.
    announce
        Is called with a line that has the address, once the server listens.

    Raises
    ------
    InputError
        The port is taken.
    ModuleNotFoundError
        The distribution signlift-holistic is not installed.
    """
    assets = find_assets()
    listener = _listen(port)
    access = Access(listener.getsockname()[1])
    rooms = Rooms(open_session)

    def begin() -> None:
        announce(f"the page is {access.url} (Ctrl-C stops)")
        if open_browser:
            # A browser of the terminal would keep the server from answering.
            threading.Thread(target=webbrowser.open, args=(access.url,), daemon=True).start()

    application = make_application(rooms, access, assets)
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(application, rooms, listener, begin))


def _listen(port: int | None) -> socket.socket:
    """Open a socket on the loopback address; on the given port, or else one that is free."""
    for candidate in (DEFAULT_PORT, 0) if port is None else (port,):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # Windows would let another program take the port as well
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, candidate))
        except (OSError, OverflowError) as error:
            listener.close()
            reason = error.strerror if isinstance(error, OSError) else "no port"
            found = f"{candidate} ({reason})"
            continue
        return listener
    raise InputError(parameter_problem("port", expected="a free port", found=found))


async def _run(
    application: web.Application,
    rooms: Rooms,
    listener: socket.socket,
    begin: Callable[[], None],
) -> None:
    """Serve until a signal comes; then close all connections."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError):  # on Windows, and in another thread
            loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        begin()
        await stop.wait()
    finally:
        for each in rooms.sockets():
            await each.close(code=WSCloseCode.GOING_AWAY, message=b"signlift live was stopped")
        await runner.cleanup()
