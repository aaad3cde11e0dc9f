"""The paths of the server: the page, its files, its WebSocket, and files to save."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import time
from pathlib import Path

from aiohttp import web

from signlift.errors import InputError
from signlift.live.server.access import Access
from signlift.live.server.assets import PAGE
from signlift.live.server.connection import Connection
from signlift.live.server.downloads import (
    Download,
    list_formats,
    load_proportions,
    save_proportions,
    save_recording,
)
from signlift.live.server.rooms import Room, Rooms

#: The largest file of proportions in bytes.
_MAX_UPLOAD = 1 << 16

_TYPES = {".wasm": "application/wasm", ".js": "text/javascript", ".css": "text/css"}


def make_application(rooms: Rooms, access: Access, assets: dict[str, Path]) -> web.Application:
    """Make the application.

    Parameters
    ----------
    rooms
        The sessions.
    access
        Who is let in.
    assets
        The files of the page, by their paths.
    """
    site = _Site(rooms, assets)
    application = web.Application(middlewares=[access.check], client_max_size=_MAX_UPLOAD)
    application.on_response_prepare.append(access.add_headers)
    root = "/{token}/"
    application.router.add_get(root, site.show_page, allow_head=False)
    application.router.add_get(f"{root}socket", site.connect, allow_head=False)
    application.router.add_get(f"{root}formats", site.list_formats, allow_head=False)
    application.router.add_get(f"{root}recording", site.save_recording, allow_head=False)
    application.router.add_get(f"{root}proportions", site.save_proportions, allow_head=False)
    application.router.add_post(f"{root}proportions", site.load_proportions)
    application.router.add_get(f"{root}{{path:.+}}", site.send_file, allow_head=False)
    return application


class _Site:
    """Answers to requests for each path."""

    def __init__(self, rooms: Rooms, assets: dict[str, Path]) -> None:
        self._rooms, self._assets = rooms, assets

    async def show_page(self, request: web.Request) -> web.Response:
        del request
        return web.Response(text=PAGE, content_type="text/html")

    async def send_file(self, request: web.Request) -> web.StreamResponse:
        path = self._assets.get(request.match_info["path"])
        if path is None:
            raise web.HTTPNotFound
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        return web.FileResponse(path, headers={"Content-Type": kind or "application/octet-stream"})

    async def list_formats(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(list_formats())

    async def connect(self, request: web.Request) -> web.StreamResponse:
        try:
            room = self._rooms.enter(request.query.get("page", ""))
        except InputError as error:
            return _refuse(error)
        return await Connection(room, self._rooms).run(request)

    async def save_recording(self, request: web.Request) -> web.Response:
        recording = self._room(request).recording
        if recording is None:
            return _answer(409, "recording: expected one that was stopped, found none")
        stem = time.strftime("live-%Y-%m-%d-%H%M%S")
        format = request.query.get("format", "")
        try:
            return _send(await asyncio.to_thread(save_recording, recording, format, stem))
        except InputError as error:
            return _refuse(error)
        except ModuleNotFoundError as error:
            return _answer(422, f"{format}: expected the package {error.name}, found none")

    async def save_proportions(self, request: web.Request) -> web.Response:
        session = self._room(request).session
        proportions = None if session is None else session.proportions
        if proportions is None:
            return _answer(409, "proportions: expected a frame with a person, found none yet")
        return _send(save_proportions(proportions, "proportions"))

    async def load_proportions(self, request: web.Request) -> web.Response:
        room = self._room(request)
        if room.session is None:
            return _answer(409, "proportions: expected a camera that runs, found none")
        try:
            proportions = load_proportions(await request.read())
            async with room.lock:
                room.session.use_proportions(proportions)
        except InputError as error:
            return _refuse(error)
        return web.Response(text=json.dumps({"given_proportions": True}))

    def _room(self, request: web.Request) -> Room:
        return self._rooms.find(request.query.get("page", "")) or Room()


def _send(download: Download) -> web.Response:
    disposition = f'attachment; filename="{download.name}"'
    return web.Response(
        body=download.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )


def _refuse(error: InputError) -> web.Response:
    return _answer(422, "\n".join(map(str, error.problems)))


def _answer(status: int, line: str) -> web.Response:
    return web.Response(status=status, text=line)
