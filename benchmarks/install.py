"""Size of an installation, and the time from nothing to the first lifted recording.

    python -m benchmarks.install [--extra train]

Makes a new virtual environment, installs the project into it (with the versions of
requirements.lock, except for the extra video) and lifts ten seconds of keypoints with the shipped
weights: without any extra, and with each one that is given.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from benchmarks.environment import PROJECT
from signlift.datasets.simulated import generate
from signlift.io.arrays.original_arrays import BODY_DATA

#: Frames of the recording that is lifted.
FRAMES = 300


@dataclass(frozen=True)
class Installation:
    """Size and times of an installation.

    Attributes
    ----------
    extra
        The extra that is installed; "" for none.
    megabytes
        Size of the environment, including Python's own packages.
    install_time, lift_time
        Seconds for the environment and the installation, and for the first lift.
    """

    extra: str
    megabytes: float
    install_time: float
    lift_time: float


def measure(extra: str, project: Path = PROJECT) -> Installation:
    """Install into a new environment and lift a recording.

    Raises
    ------
    subprocess.CalledProcessError
        The installation or the lift failed.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        data = generate(directory / "data", 1, min_frames=FRAMES, max_frames=FRAMES, quiet=True)
        start = time.perf_counter()
        _run_command(sys.executable, "-m", "venv", directory / "env")
        python = directory / "env" / "bin" / "python"
        target = f"{project}[{extra}]" if extra else str(project)
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        # The lock file has NumPy 2, which MediaPipe does not support.
        locked = () if "video" in extra else ("--constraint", project / "requirements.lock")
        _run_command(python, *pip, *locked, target)
        installed = time.perf_counter()
        out = directory / "depth.npy"
        _run_command(python, "-m", "signlift", "lift", data / BODY_DATA, "-o", out, "--quiet")
        lifted = time.perf_counter()
        if not np.isfinite(np.load(out)).any():
            raise RuntimeError(f"{out}: expected depth, found NaN only")
        megabytes = directory_size(directory / "env")
        return Installation(extra, megabytes, installed - start, lifted - installed)


def directory_size(directory: Path) -> float:
    """Return the size of all files in a directory in megabytes."""
    files = (path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def format_table(installations: Sequence[Installation]) -> str:
    """Format the installations as text."""
    lines = [f"{'install':<20}{'size, MB':>10}{'install, s':>12}{'first lift, s':>15}"]
    for each in installations:
        title = f"signlift[{each.extra}]" if each.extra else "signlift"
        numbers = f"{each.megabytes:>10.0f}{each.install_time:>12.1f}{each.lift_time:>15.1f}"
        lines.append(f"{title:<20}{numbers}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the installations, print a table and return the exit code."""
    parser = make_parser("install", __doc__)
    parser.add_argument("--extra", nargs="*", default=[], help="extras to install")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    print(format_table([measure(extra) for extra in ["", *options.extra]]))


def _run_command(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    sys.exit(main())
