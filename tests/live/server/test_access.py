"""Nobody but the page itself is answered."""

import asyncio
import socket

import aiohttp
import pytest
from live_server import LiveServer

from signlift.live.server.access import Access


@pytest.fixture(scope="module")
def server():
    with LiveServer(lambda hello: None) as server:
        yield server


def status(server, url=None, headers=None, method="GET"):
    """Return the status and the headers of an answer."""

    async def ask():
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url or server.url, headers=headers) as answer,
        ):
            return answer.status, answer.headers, await answer.text()

    return asyncio.run(ask())


def connect(server, url=None, **headers):
    """Try to open the WebSocket; return its status."""

    async def ask():
        async with aiohttp.ClientSession() as session:
            try:
                address = url or f"{server.url}socket?page=12345678"
                async with session.ws_connect(address, headers=headers):
                    return 101
            except aiohttp.WSServerHandshakeError as error:
                return error.status

    return asyncio.run(ask())


def test_the_page_is_shown_to_those_who_know_the_token(server):
    code, _, text = status(server)
    assert code == 200
    assert "<title>signlift live</title>" in text


@pytest.mark.parametrize(
    "path", ["", "/", "/formats", "/socket", "/wrong/", "/favicon.ico", "/%ff/", "//"]
)
def test_without_the_token_everything_is_refused(server, path):
    code, _, text = status(server, server.origin + path)
    assert (code, text) == (
        403,
        "403: expected the address that signlift live has printed, with its token\n",
    )


def test_each_server_has_another_token():
    tokens = {Access(8437).token for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) == 32  # 24 bytes


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "0.0.0.0:1"])
def test_another_host_is_refused(server, host):
    code, _, text = status(server, headers={"Host": host.format(port=server.port)})
    assert (code, text) == (403, "403: expected a Host of this machine\n")


def test_localhost_is_this_machine(server):
    assert status(server, headers={"Host": f"localhost:{server.port}"})[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_origin_is_refused(server, origin):
    assert status(server, headers={"Origin": origin})[0] == 403
    assert connect(server, Origin=origin) == 403


def test_a_socket_needs_an_origin_and_the_token(server):
    assert connect(server) == 403
    assert connect(server, Origin=server.origin) == 101
    address = f"{server.origin}/wrong/socket?page=12345678"
    assert connect(server, address, Origin=server.origin) == 403


def test_requests_of_other_sites_are_refused(server):
    assert status(server, headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert status(server, headers={"Sec-Fetch-Site": "same-site"})[0] == 403
    assert status(server, headers={"Sec-Fetch-Site": "none"})[0] == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert status(server, headers=link)[0] == 200
    assert status(server, f"{server.url}formats", headers=link)[0] == 403


def test_other_methods_are_refused(server):
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS", "POST"):
        assert status(server, method=method)[0] == 405


def test_only_files_of_the_page_are_sent(server):
    for path in ("nothing.js", "..%2f..%2fetc%2fpasswd", "holistic/../serve.py"):
        assert status(server, server.url + path)[0] in (403, 404)


def test_the_headers_keep_the_page_to_itself(server):
    for url in (server.url, server.origin):  # also where it is refused
        _, headers, _ = status(server, url)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
        assert "unsafe-inline" not in policy
        assert "http:" not in policy
        assert "*" not in policy
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"A" * 70_000])
def test_other_protocols_are_refused_quietly(server, sent, capfd, caplog):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(20)
    assert answer in (b"", b"HTTP/1.0 400 Bad Req", b"HTTP/1.1 400 Bad Req")
    assert (capfd.readouterr().err, caplog.text) == ("", "")
    assert status(server)[0] == 200


def test_it_listens_on_the_loopback_address_alone(server):
    """The port is still free on all other addresses of the machine."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"
    for address in ("127.0.0.2", "::1"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as other, pytest.raises(OSError):
            other.settimeout(10)
            other.connect((address, server.port))
