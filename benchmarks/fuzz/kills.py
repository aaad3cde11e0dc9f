"""Commands that are killed at random moments: outputs are whole or absent, and they run again.

A kill (SIGKILL) stands for a crash, a power cut, or the limits of a cluster. After each one every
output file is compared with that of an undisturbed run. Then the same command must succeed, give
the same files, and leave nothing else behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from signlift.datasets.simulated import simulate_recording
from signlift.io import write
from signlift.io.arrays.original_arrays import write_arrays

#: Frames of the recording that is lifted, so that writing takes a moment.
_FRAMES = 1500

#: Longest time of a command in seconds.
_MAX_SECONDS = 300.0


@dataclass(frozen=True)
class Command:
    """A command whose process is killed.

    Attributes
    ----------
    name
        Name in the table.
    arguments
        The command line below `signlift`; {inputs} and {out} are directories.
    is_whole
        Whether a file of an output directory is whole, given that of an undisturbed run.
    resume
        The arguments after a kill that left a run which can be resumed.
    replaces
        Whether it replaces data sets with --force alone.
    """

    name: str
    arguments: str
    is_whole: Callable[[Path, Path], bool]
    resume: str | None = None
    replaces: bool = False


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


def run_kills(count: int, seed: int) -> Iterator[Kill]:
    """Kill commands in turn, `count` times in all."""
    random = Random(seed)
    with tempfile.TemporaryDirectory(prefix="signlift-kills-") as name:
        root = Path(name)
        _write_inputs(root / "inputs")
        references = {}
        for number in range(count):
            command = COMMANDS[number % len(COMMANDS)]
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
    for command in COMMANDS:
        those = [kill for kill in kills if kill.command == command.name]
        killed = [kill for kill in those if kill.seconds is not None]
        later = sum(not kill.files.startswith("0") for kill in killed)
        problems = sum(bool(kill.problem) for kill in those)
        lines.append(f"| {command.name} | {len(killed)} | {later} | {problems} |")
    return "\n".join(lines)


def _kill_once(
    command: Command, root: Path, out: Path, reference: Path, seconds: float, random: Random
) -> Kill:
    process = _start(command.arguments, root, out)
    start = time.monotonic()
    # Half of the kills come when there is something in the output directory, others at any time.
    if random.random() < 0.6:
        while process.poll() is None and not (out.exists() and any(out.rglob("*"))):
            time.sleep(0.002)
        time.sleep(random.choice((0.0, random.uniform(0, 0.1), random.uniform(0, 0.5 * seconds))))
    else:
        time.sleep(random.uniform(0, 1.1 * seconds))
    os.killpg(process.pid, signal.SIGKILL)
    code = process.wait()
    killed = time.monotonic() - start if code == -signal.SIGKILL else None
    expected = _list_files(reference)
    present = [name for name in _list_files(out) if name in expected]
    problems = [
        f"{name} is not whole"
        for name in present
        if not command.is_whole(out / name, reference / name)
    ]
    files = f"{len(present)} of {len(expected)}"
    resumed = command.resume is not None and (out / "run" / "last.safetensors").exists()
    arguments = command.resume if resumed and command.resume else command.arguments
    again = _run(arguments + " --force" * command.replaces, root, out)
    if again:
        problems.append(f"the next run: {again}")
    else:
        after = _list_files(out)
        problems += [f"{name} is missing after the next run" for name in expected - after]
        problems += [f"{name} is left behind" for name in after - expected]
        problems += [
            f"{name} is not whole after the next run"
            for name in after & expected
            if not command.is_whole(out / name, reference / name)
        ]
    return Kill(command.name, killed, files, "; ".join(problems))


def _start(arguments: str, root: Path, out: Path) -> subprocess.Popen[bytes]:
    words = [word.format(inputs=root / "inputs", out=out) for word in arguments.split()]
    out.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "signlift", *words, "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _run(arguments: str, root: Path, out: Path) -> str:
    """Run a command; return what went wrong."""
    process = _start(arguments, root, out)
    try:
        _, errors = process.communicate(timeout=_MAX_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return "it hangs"
    return errors.decode(errors="replace")[-500:] if process.returncode else ""


def _write_inputs(directory: Path) -> None:
    recording = simulate_recording(0, 0, min_frames=_FRAMES, max_frames=_FRAMES, fps=25.0)
    write(replace(recording, depth=None), directory / "signer.pose")
    write(recording, directory / "signer.bvh")
    short = [simulate_recording(0, n, min_frames=20, max_frames=60) for n in range(12)]
    write_arrays(directory / "data", short, quiet=True)


def _list_files(directory: Path) -> set[str]:
    """List the files below a directory, but for logs, drawings and locks."""
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file()
        and "tensorboard" not in path.parts
        and path.suffix not in (".png",)
        and not path.name.endswith(".lock")
    }


def _is_same(path: Path, reference: Path) -> bool:
    return path.read_bytes() == reference.read_bytes()


def _is_readable(path: Path, reference: Path) -> bool:
    """Return whether a file of a run can be read; times in it differ from run to run."""
    from signlift.errors import InputError
    from signlift.model.checkpoint import load_checkpoint
    from signlift.training.run import read_config

    try:
        if path.suffix == ".safetensors":
            load_checkpoint(path)
        elif path.name == "config.json":
            read_config(path.parent)
        return path.stat().st_size > 0
    except InputError:
        return False


_LIFT = "lift {inputs}/signer.pose -o {out}/"
_TRAIN = "train {inputs}/data -o {out}/run --arch depth-lstm --epochs 12 --hidden-size 16"

COMMANDS = (
    Command("lift to .bvh", f"{_LIFT}signer.bvh", _is_same),
    Command("lift to .csv", f"{_LIFT}signer.csv", _is_same),
    Command("lift to .npy with uncertainty", f"{_LIFT}signer.npy --uncertainty", _is_same),
    Command("lift to .pose", f"{_LIFT}signer.pose", _is_same),
    Command(
        "project", "project {inputs}/signer.bvh -o {out}/data --cameras 8", _is_same, replaces=True
    ),
    Command("train", _TRAIN, _is_readable, resume=f"{_TRAIN} --resume"),
    Command(
        "prepare",
        "prepare {inputs}/data/body_data.npy {inputs}/data/body_ground.npy -o {out}/a.npy",
        _is_same,
        replaces=True,
    ),
)
