"""Let npm get the package, and copy the files that are needed, when the distribution is built.

npm checks the hash in package-lock.json. A source distribution has the files already.
"""

from __future__ import annotations

import runpy
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_LOCK = "package-lock.json"
_FILES = "signlift_holistic/files"


class NpmFiles(BuildHookInterface):
    """Hook of hatchling that fills `signlift_holistic/files` before the files are packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Get the files, where they are not those of the package in package-lock.json."""
        del version
        root = Path(self.root)
        names = runpy.run_path(str(root / "signlift_holistic" / "__init__.py"))["FILES"]
        target, lock = root / _FILES, (root / _LOCK).read_bytes()
        stamp = target / _LOCK
        is_current = stamp.is_file() and stamp.read_bytes() == lock
        if not is_current or not all((target / name).is_file() for name in names):
            shutil.rmtree(target, ignore_errors=True)
            self._copy(root, target, names)
            stamp.write_bytes(lock)
        build_data["artifacts"] += [f"{_FILES}/{name}" for name in (*names, _LOCK)]

    @staticmethod
    def _copy(root: Path, target: Path, names: tuple[str, ...]) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("signlift-holistic: expected npm to build it, found none")
        with tempfile.TemporaryDirectory() as directory:
            for name in ("package.json", _LOCK):
                shutil.copy(root / name, directory)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=directory, check=True, capture_output=True)
            package = Path(directory, "node_modules", "@mediapipe", "holistic")
            target.mkdir(parents=True)
            for name in names:
                shutil.copyfile(package / name, target / name)
