"""A disk that is full at a write: nothing is half, the message is one line, and it can go on.

A small library in C (LD_PRELOAD) counts the writes of a command to its output directory, of all its
processes and libraries, and lets those from the n-th on fail as on a full disk.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.fuzz.commands import COMMANDS, Command, write_inputs
from benchmarks.fuzz.kills import command_words, compare_files, list_files

_SOURCE = Path(__file__).with_name("full_disk.c")

#: Longest time of a command in seconds.
_MAX_SECONDS = 120.0

#: In place of what a command prints that does not end.
HANG = "it hangs"

#: Lines that a command may print about a disk that is full.
_MAX_LINES = 4


@dataclass(frozen=True)
class FullDisk:
    """What a command did on a disk that was full at a write.

    Attributes
    ----------
    command
        Its name.
    write, writes
        Number of the write at which the disk was full, and of all writes.
    problem
        What is wrong; empty if nothing is.
    """

    command: str
    write: int
    writes: int
    problem: str = ""


def find_compiler() -> str | None:
    """Return a C compiler; None if there is none, or no Linux."""
    return (shutil.which("cc") or shutil.which("gcc")) if Path("/proc/self/fd").exists() else None


def fill_disks(moments: int, seed: int, commands: tuple[Command, ...] = ()) -> Iterator[FullDisk]:
    """Run each command on disks that are full at some of its writes, the first among them.

    Parameters
    ----------
    moments
        Number of disks for each command; 0 for a disk that is full at each write.
    seed
        Chooses the writes.
    commands
        By default those that write files in one process or more.
    """
    random = Random(seed)
    with tempfile.TemporaryDirectory(prefix="signlift-disks-") as name:
        root = Path(name).resolve()
        write_inputs(root / "inputs", short=True)
        library = root / "full_disk.so"
        compiler = find_compiler()
        if compiler is None:
            raise FileNotFoundError("a C compiler")
        build = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"]
        subprocess.run(build, check=True)
        for command in commands or tuple(each for each in COMMANDS if each.worker is None):
            disk = _Disk(root, library)
            reference = root / "references" / command.name
            failed = disk.run(command.arguments, reference, 1 << 40)
            writes = disk.writes()
            if failed:
                yield FullDisk(command.name, writes, writes, f"with space: {failed}")
                continue
            chosen = list(range(writes))
            if moments and moments < writes:
                chosen = sorted({0, *random.sample(chosen, moments - 1)})
            for number in chosen:
                out = root / "out"
                problem = _fill(disk, command, out, reference, number)
                yield FullDisk(command.name, number, writes, problem)
                shutil.rmtree(out, ignore_errors=True)


def _fill(disk: _Disk, command: Command, out: Path, reference: Path, number: int) -> str:
    """Run a command on a disk that is full after some writes, and then on one with space."""
    failed = disk.run(command.arguments, out, number)
    problems = []
    lines = [line for line in failed.splitlines() if line.strip()]
    if failed == HANG or "Traceback" in failed or len(lines) > _MAX_LINES:
        problems.append(f"{len(lines)} lines are printed: {failed[-400:]!r}")
    expected = list_files(reference)
    problems += [
        f"{name} is not whole"
        for name in sorted(list_files(out) & expected)
        if not command.is_whole(out / name, reference / name)
    ]
    resumed = command.resume is not None and (out / "run" / "last.safetensors").exists()
    arguments = command.resume if resumed and command.resume else command.arguments
    again = disk.run(arguments + " --force" * command.replaces, out, 1 << 40)
    if again:
        problems.append(f"the next run: {again[-400:]!r}")
    else:
        problems += compare_files(out, reference, command.is_final or command.is_whole)
    return "; ".join(problems)


class _Disk:
    """A disk of a number of writes."""

    def __init__(self, root: Path, library: Path) -> None:
        self._root, self._library = root, library
        self._counter = root / "count"

    def run(self, arguments: str, out: Path, space: int) -> str:
        """Run a command with space for some writes; return what it prints if it fails."""
        self._counter.write_bytes(struct.pack("l", 0))
        out.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "LD_PRELOAD": str(self._library),
            "FULL_DISK_PLACE": f"{out}/",
            "FULL_DISK_COUNT": str(self._counter),
            "FULL_DISK_AFTER": str(space),
        }
        process = subprocess.Popen(
            command_words(arguments, self._root, out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        try:
            _, errors = process.communicate(timeout=_MAX_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return HANG
        text = errors.decode(errors="replace")
        return (text or f"exit code {process.returncode}") if process.returncode else ""

    def writes(self) -> int:
        """Return the number of writes of the last command."""
        (count,) = struct.unpack("l", self._counter.read_bytes())
        return int(count)
