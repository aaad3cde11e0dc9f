"""Access to the server: for the page that was opened on this machine, and nobody else.

Other pages in the same browser can send requests to the loopback address, too. They do not know
the token in the address, their Origin is another one, and a name that they let point to this
machine (DNS rebinding) is another Host.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

#: The only address that the server listens on.
ADDRESS = "127.0.0.1"

#: Names of this machine in an address.
_HOSTS = (ADDRESS, "localhost")

#: Where requests of the page itself come from, and those of somebody who types its address. None is
#: for programs, which are no browsers.
_SITES = ("same-origin", "none", None)

#: WebAssembly is compiled in the page, from files of this server.
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' {sockets}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Access:
    """The rule of who is let in, and the headers that keep the page to itself.

    Parameters
    ----------
    port
        The port of the server.
    token
        The random beginning of all paths; a new one by default.
    """

    def __init__(self, port: int, token: str | None = None) -> None:
        self.token = secrets.token_urlsafe(24) if token is None else token
        self.url = f"http://{ADDRESS}:{port}/{self.token}/"
        self._hosts = {f"{host}:{port}" for host in _HOSTS}
        self._origins = {f"http://{host}" for host in self._hosts}
        sockets = " ".join(f"ws://{host}" for host in sorted(self._hosts))
        self._headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": _POLICY.format(sockets=sockets),
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }

    def refuse(self, request: web.Request) -> str | None:
        """Return why a request is refused; None for one that is let in."""
        token = request.path.removeprefix("/").partition("/")[0]
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return "the address that signlift live has printed, with its token"
        if request.host not in self._hosts:
            return "a Host of this machine"
        origin = request.headers.get("Origin")
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        if origin not in self._origins and (origin is not None or is_socket):
            return "an Origin of this page"
        site, mode = (request.headers.get(f"Sec-Fetch-{name}") for name in ("Site", "Mode"))
        is_opened = mode == "navigate" and request.path == f"/{self.token}/"  # by a link
        if site not in _SITES and not is_opened:
            return "a request of this page"
        return None

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers to every answer."""
        del request
        response.headers.update(self._headers)

    @web.middleware
    async def check(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Answer 403 to a request that is refused."""
        expected = self.refuse(request)
        if expected is not None:
            return web.Response(status=403, text=f"403: expected {expected}\n")
        return await handler(request)
