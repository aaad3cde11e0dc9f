"""How large an install is, and how long it takes from nothing to the first lifted recording.

    python -m benchmarks.install [--extra train]

makes a fresh virtual environment, installs the project into it (with the versions of
requirements.lock, but for the extra video) and lifts ten seconds of keypoints with the shipped
weights: without any extra, and with each one that is named.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signlift.datasets.simulated import generate
from signlift.io.arrays.original_arrays import BODY_DATA

PROJECT = Path(__file__).parent.parent

#: Frames of the recording that is lifted.
FRAMES = 300


@dataclass(frozen=True)
class Install:
    """What an install came to.

    Attributes
    ----------
    extra
        What was installed besides the base; "" for nothing.
    megabytes
        Of the environment, with Python's own packages in it.
    install, lift
        Seconds for the environment and the install, and for the first lift.
    """

    extra: str
    megabytes: float
    install: float
    lift: float


def measure(extra: str, project: Path = PROJECT) -> Install:
    """Install into a new environment and lift a recording.

    Raises
    ------
    subprocess.CalledProcessError
        The install or the lift failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = generate(folder / "data", 1, min_frames=FRAMES, max_frames=FRAMES, quiet=True)
        began = time.perf_counter()
        _run(sys.executable, "-m", "venv", folder / "env")
        python = folder / "env" / "bin" / "python"
        target = f"{project}[{extra}]" if extra else str(project)
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        # The lock has NumPy 2, which MediaPipe does not work with.
        locked = () if "video" in extra else ("--constraint", project / "requirements.lock")
        _run(python, *pip, *locked, target)
        installed = time.perf_counter()
        out = folder / "depth.npy"
        _run(python, "-m", "signlift", "lift", data / BODY_DATA, "-o", out, "--quiet")
        done = time.perf_counter()
        if not np.isfinite(np.load(out)).any():
            raise RuntimeError(f"{out}: expected depth, found none")
        return Install(extra, size(folder / "env"), installed - began, done - installed)


def size(folder: Path) -> float:
    """Megabytes of all files below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def table(installs: list[Install]) -> str:
    """As text."""
    lines = [f"{'install':<20}{'size, MB':>10}{'install, s':>12}{'first lift, s':>15}"]
    for found in installs:
        title = f"signlift[{found.extra}]" if found.extra else "signlift"
        numbers = f"{found.megabytes:>10.0f}{found.install:>12.1f}{found.lift:>15.1f}"
        lines.append(f"{title:<20}{numbers}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.install",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--extra", nargs="*", default=[], help="beside the base install")
    given = parser.parse_args()
    print(table([measure(extra) for extra in ["", *given.extra]]))


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    main()
