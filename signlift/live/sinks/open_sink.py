"""The sink of a name: standard output, VMC, or a file of JSON lines."""

from __future__ import annotations

import os
from pathlib import Path

from signlift.errors import InputError, parameter_problem, problem
from signlift.live.byte_streams import Writable
from signlift.live.sinks.json_lines import JsonLinesSink
from signlift.live.sinks.sink import Sink

#: The usual port of programs that receive VMC.
VMC_PORT = 39539

_VMC = "vmc://"


def check_sink(name: str) -> None:
    """Raise InputError if a name is no sink."""
    if name == "-":
        return
    if name.startswith(_VMC):
        _split_address(name)
        return
    if "://" in name:
        expected = "-, a file of JSON lines, or vmc://HOST:PORT"
        raise InputError(parameter_problem("sink", expected=expected, found=repr(name)))
    path = Path(name)
    if path.is_dir():
        raise InputError(problem(path, expected="a file to write", found="a directory"))
    if not path.absolute().parent.is_dir():
        raise InputError(problem(path.parent, expected="a directory", found="none"))


def open_sink(
    name: str, stdout: Writable, *, smooth: bool = True, scale: float | None = None
) -> Sink:
    """Open the sink of a name.

    Parameters
    ----------
    name
        - for standard output, `vmc://HOST:PORT`, or a file, which is replaced.
    stdout
        Standard output.
    smooth, scale
        As in `signlift.live.sinks.vmc.VmcSink`.

    Raises
    ------
    InputError
        The name is no sink, the file cannot be written, or the host is unknown.
    ModuleNotFoundError
        The extra `live` is not installed.
    """
    check_sink(name)
    if name == "-":
        return JsonLinesSink(stdout)
    if name.startswith(_VMC):
        from signlift.live.sinks.vmc import VmcSink

        return VmcSink(*_split_address(name), smooth=smooth, scale=scale)
    try:
        return JsonLinesSink(open(name, "wb"), owned=True)  # noqa: PTH123
    except OSError as error:
        found = (error.strerror or os.strerror(error.errno or 0)).lower()
        raise InputError(problem(name, expected="a file to write", found=found)) from None


def _split_address(name: str) -> tuple[str, int]:
    """Split `vmc://HOST:PORT`; the port may be left out."""
    host, _, port = name.removeprefix(_VMC).rstrip("/").rpartition(":")
    if not host:
        host, port = port, str(VMC_PORT)
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        expected = f"vmc://HOST:PORT, such as vmc://127.0.0.1:{VMC_PORT}"
        raise InputError(parameter_problem("sink", expected=expected, found=repr(name)))
    return host, int(port)
