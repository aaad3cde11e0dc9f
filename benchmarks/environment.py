"""Description of the machine and the software that a benchmark runs on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from signlift._version import __version__

PROJECT = Path(__file__).parent.parent

#: Packages whose versions matter to accuracy and speed.
PACKAGES = ("numpy", "scipy", "onnxruntime", "torch", "lightning-fabric")


def describe_environment() -> str:
    """Describe the date, the machine, the versions and the commit, in a few lines of text."""
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    lines = {
        "date": today,
        "machine": f"{cpu_model()}, {count_cores()} cores, {platform.system()}",
        "python": f"{platform.python_version()}, {versions}",
        "signlift": f"{__version__}, commit {describe_commit()}",
    }
    return "\n".join(f"{name + ':':<10}{value}" for name, value in lines.items())


def cpu_model() -> str:
    """Return the name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def count_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe_commit(project: Path = PROJECT) -> str:
    """Return the short hash of the git commit, and whether there are local changes.

    "unknown" outside a git repository.
    """
    commit = _git(project, "rev-parse", "--short", "HEAD")
    if commit is None:
        return "unknown"
    return f"{commit} with local changes" if _git(project, "status", "--porcelain") else commit


def _git(project: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(project), *arguments]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
