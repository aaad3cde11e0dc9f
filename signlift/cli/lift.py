"""`signlift lift`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from signlift.errors import InputError, problem
from signlift.formats.arrays import BODY_GROUND


@dataclass(frozen=True)
class Lift:
    """Give 2D keypoints their depth.

    Example: signlift lift body_data.npy -o depth.npy --model runs/first
    """

    inputs: Annotated[tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="INPUT...")]
    """Keypoints, [T, 2J] or [V, T, 2J] in a .npy file; several files, or a folder of them."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """Depth, [T, J] or [V, T, J], in the input's unit, relative to MidHip, positive away from the
    camera, NaN where no keypoint is seen. A folder when there are several inputs."""
    model: Annotated[Path | None, tyro.conf.arg(metavar="RUN")] = None
    """A trained run's folder, or a .safetensors file of a run (no weights are shipped yet)."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code: 1 when some of several files failed."""
        jobs = self._jobs()
        from signlift.lifting.lifter import load

        lifter = load(self.model)
        lifter.check_frame()
        failed = 0
        for source, target in jobs:
            try:
                lifter.lift_file(source, target, quiet=self.quiet)
            except InputError as error:
                if len(jobs) == 1:
                    raise
                print(error, file=sys.stderr)
                failed += 1
            else:
                if not self.quiet:
                    print(target)
        if failed:
            print(f"{failed} of {len(jobs)} files could not be lifted", file=sys.stderr)
        return 1 if failed else 0

    def _jobs(self) -> list[tuple[Path, Path]]:
        """What is lifted to where; no output may be one of the inputs."""
        jobs = self._pairs()
        inputs = {source.resolve() for source, _ in jobs}
        for _, target in jobs:
            if target.resolve() in inputs:
                expected = "another place than the input's"
                raise InputError(problem("--out", expected=expected, found=str(target)))
        return jobs

    def _pairs(self) -> list[tuple[Path, Path]]:
        if not self.inputs:
            raise InputError(problem("INPUT", expected="a file or folder", found="none"))
        if self.out.suffix not in ("", ".npy") and not self.out.is_dir():
            expected = "a name that ends in .npy, or a folder"
            raise InputError(problem("--out", expected=expected, found=str(self.out)))
        to_file = self.out.suffix == ".npy" and not self.out.is_dir()
        if len(self.inputs) == 1 and not self.inputs[0].is_dir():
            (source,) = self.inputs
            return [(source, self.out if to_file else self.out / f"{source.stem}.npy")]
        if to_file:
            found = f"{self.out}"
            raise InputError(problem("--out", expected="a folder for several files", found=found))
        sources: list[Path] = []
        for given in self.inputs:
            inside = _keypoint_files(given) if given.is_dir() else [given]
            if not inside:
                raise InputError(problem(given, expected="a folder of .npy files", found="none"))
            sources += inside
        names = [source.name for source in sources]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            expected = "inputs with different names"
            raise InputError(problem("INPUT", expected=expected, found=f"{min(twice)} twice"))
        return [(source, self.out / f"{source.stem}.npy") for source in sources]


def _keypoint_files(folder: Path) -> list[Path]:
    """The .npy files in a folder, but for hidden ones and the seed's ground truth."""
    return sorted(
        path
        for path in folder.glob("*.npy")
        if not path.name.startswith(".") and path.name != BODY_GROUND
    )
