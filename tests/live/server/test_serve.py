"""The server as a process: its line, its port, and its end."""

import asyncio
import os
import signal
import subprocess
import sys

import aiohttp
import pytest

from signlift.errors import InputError
from signlift.live.server import serve
from signlift.live.server.assets import page_files
from signlift.live.server.serve import DEFAULT_PORT, _listen
from signlift.utils.extras import describe_missing_package

#: Runs a server without MediaPipe.
PROGRAM = """
from signlift.live.server import serve as module
import sys
serve = sys.modules["signlift.live.server.serve"]
serve.find_assets = dict
serve.serve(None, port=0, open_browser=False, announce=lambda line: print(line, flush=True))
print("the end")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_without_a_traceback_while_a_page_is_connected(number):
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        line = process.stdout.readline()
        url = line.split()[3]
        assert line == f"the page is {url} (Ctrl-C stops)\n"

        async def connect():
            headers = {"Origin": url.rsplit("/", 2)[0]}
            async with (
                aiohttp.ClientSession(headers=headers) as session,
                session.ws_connect(f"{url}socket?page=a-page-in-a-test") as socket,
            ):
                process.send_signal(number)
                return await socket.receive(timeout=30)

        end = asyncio.run(connect())
        out, err = process.communicate(timeout=30)
    assert (end.type, end.data, end.extra) == (
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSCloseCode.GOING_AWAY,
        "signlift live was stopped",
    )
    assert (process.returncode, out, err) == (0, "the end\n", "")


def test_a_port_that_is_taken_is_named(monkeypatch):
    monkeypatch.setattr(sys.modules["signlift.live.server.serve"], "find_assets", dict)
    with _listen(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port: expected a free port, found {port} "):
            serve(None, port=port, open_browser=False)
    with pytest.raises(InputError, match="port: expected a free port, found 99999 "):
        serve(None, port=99999, open_browser=False)


def test_without_a_port_another_one_is_taken():
    with _listen(None) as first:
        first.listen()
        with _listen(None) as second:
            assert second.getsockname()[1] not in (DEFAULT_PORT, first.getsockname()[1])
            assert second.getsockname()[0] == "127.0.0.1"


def test_missing_files_of_mediapipe_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "signlift_holistic", None)
    with pytest.raises(ModuleNotFoundError) as caught:
        serve(None, open_browser=False)
    line = "signlift-holistic is not installed; run pip install 'signlift[live]'"
    assert describe_missing_package(caught.value) == f"{line}, or in a clone: make live"


def test_the_files_of_the_page_are_there():
    files = page_files()
    assert set(files) == {"viewer.js", "viewer.css", "live.js", "live.css"}
    assert all(path.is_file() for path in files.values())
