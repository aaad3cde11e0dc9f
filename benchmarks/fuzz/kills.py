"""Commands that are killed at random moments: outputs are whole or absent, and they run again.

A kill (SIGKILL) stands for a crash, a power cut, or the limits of a cluster. After each one every
output file is compared with that of an undisturbed run. Then the same command must succeed, give
the same files, and leave nothing else behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.fuzz.commands import COMMANDS, Command, write_inputs

#: Longest time of a command in seconds.
_MAX_SECONDS = 300.0


@dataclass(frozen=True)
class Kill:
    """What a kill did.

    Attributes
    ----------
    command
        Name of the command.
    seconds
        When it was killed; None if it had ended before.
    files
        Number of output files that were there afterwards, out of all.
    problem
        What is wrong; empty if nothing is.
    """

    command: str
    seconds: float | None
    files: str
    problem: str = ""


def run_kills(count: int, seed: int, commands: Sequence[Command] | None = None) -> Iterator[Kill]:
    """Kill commands in turn, all of them by default, `count` times in all."""
    commands = commands or COMMANDS
    random = Random(seed)
    with tempfile.TemporaryDirectory(prefix="signlift-kills-") as name:
        root = Path(name)
        write_inputs(root / "inputs")
        references = {}
        for number in range(count):
            command = commands[number % len(commands)]
            if command.name not in references:
                reference = root / "references" / command.name
                start = time.monotonic()
                problem = _run(command.arguments, root, reference)
                if problem:
                    yield Kill(command.name, None, "", f"without a kill: {problem}")
                    return
                references[command.name] = (reference, time.monotonic() - start)
            reference, seconds = references[command.name]
            out = root / "out"
            yield _kill_once(command, root, out, reference, seconds, random)
            shutil.rmtree(out, ignore_errors=True)


def format_kills(kills: list[Kill]) -> str:
    """Format a table in Markdown of the kills by command."""
    lines = ["| command | kills | after the first file | problems |", "| --- | --- | --- | --- |"]
    for name in dict.fromkeys(kill.command for kill in kills):
        those = [kill for kill in kills if kill.command == name]
        killed = [kill for kill in those if kill.seconds is not None]
        later = sum(not kill.files.startswith("0") for kill in killed)
        problems = sum(bool(kill.problem) for kill in those)
        lines.append(f"| {name} | {len(killed)} | {later} | {problems} |")
    return "\n".join(lines)


def _kill_once(
    command: Command, root: Path, out: Path, reference: Path, seconds: float, random: Random
) -> Kill:
    killed, problems = None, []
    expected = list_files(reference)
    for _ in range(command.times):
        process = _start(command.arguments, root, out)
        begin = time.monotonic()
        _wait(process, out, seconds, random)
        if command.worker is not None:
            killed = _kill_worker(process, command.worker, begin, random)
            problems += _end(process)
        else:
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
            killed = time.monotonic() - begin if code == -signal.SIGKILL else None
        present = sorted(expected & list_files(out))
        problems += [
            f"{name} is not whole"
            for name in present
            if not command.is_whole(out / name, reference / name)
        ]
    if command.worker is None:
        resumed = command.resume is not None and (out / "run" / "last.safetensors").exists()
        arguments = command.resume if resumed and command.resume else command.arguments
        again = _run(arguments + " --force" * command.replaces, root, out)
        problems += [f"the next run: {again}"] if again else []
    if not problems:
        problems = compare_files(out, reference, command.is_final or command.is_whole)
    return Kill(command.name, killed, f"{len(present)} of {len(expected)}", "; ".join(problems))


def _wait(process: subprocess.Popen[bytes], out: Path, seconds: float, random: Random) -> None:
    """Wait for the moment of a kill: most come when the output directory changes."""
    if random.random() < 0.6:
        before = _list_paths(out)
        while process.poll() is None and _list_paths(out) == before:
            time.sleep(0.005)
        time.sleep(random.choice((0.0, random.uniform(0, 0.1), random.uniform(0, 0.5 * seconds))))
    else:
        time.sleep(random.uniform(0, 1.1 * seconds))


def _list_paths(out: Path) -> set[str]:
    """List what is below a directory; `Path.rglob` raises for what vanishes meanwhile."""
    return {
        f"{place}/{name}" for place, folders, names in os.walk(out) for name in (*folders, *names)
    }


def _kill_worker(
    process: subprocess.Popen[bytes], word: str, begin: float, random: Random
) -> float | None:
    """Kill one of the processes that a command has started, as soon as there is one."""
    while process.poll() is None:
        workers = [pid for pid in _descendants(process.pid) if word in _command_line(pid)]
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(workers), signal.SIGKILL)
                return time.monotonic() - begin
        time.sleep(0.01)
    return None


def _descendants(parent: int) -> list[int]:
    """List the processes that a process has started, and those that they have."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            after = path.read_text().rpartition(")")[2].split()
            children.setdefault(int(after[1]), []).append(int(path.parent.name))
    pids, waiting = [], [parent]
    while waiting:
        those = children.get(waiting.pop(), [])
        pids += those
        waiting += those
    return pids


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (OSError, UnicodeDecodeError):
        return ""


def compare_files(out: Path, reference: Path, is_same: Callable[[Path, Path], bool]) -> list[str]:
    """Describe how the files of a directory differ from those of an undisturbed run."""
    expected, after = list_files(reference), list_files(out)
    return [
        *(f"{name} is missing after the next run" for name in sorted(expected - after)),
        *(f"{name} is left behind" for name in sorted(after - expected)),
        *(
            f"{name} is not whole after the next run"
            for name in sorted(after & expected)
            if not is_same(out / name, reference / name)
        ),
    ]


def command_words(arguments: str, root: Path, out: Path) -> list[str]:
    """Return the words of a command."""
    words = [word.format(inputs=root / "inputs", out=out) for word in arguments.split()]
    return [sys.executable, "-m", "signlift", *words, "--quiet"]


def _start(arguments: str, root: Path, out: Path) -> subprocess.Popen[bytes]:
    out.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        command_words(arguments, root, out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _run(arguments: str, root: Path, out: Path) -> str:
    """Run a command; return what went wrong."""
    return "; ".join(_end(_start(arguments, root, out)))


def _end(process: subprocess.Popen[bytes]) -> list[str]:
    """Wait for the end of a command, and describe what went wrong."""
    try:
        _, errors = process.communicate(timeout=_MAX_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return ["it hangs"]
    text = errors.decode(errors="replace")[-500:]
    return [text or f"exit code {process.returncode}"] if process.returncode else []


def list_files(directory: Path) -> set[str]:
    """List the files below a directory, but for logs, drawings and locks."""
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file()
        and "tensorboard" not in path.parts
        and path.suffix not in (".png",)
        and not path.name.endswith(".lock")
    }
