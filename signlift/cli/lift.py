"""`signlift lift`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from signlift.cli.options import optional
from signlift.errors import InputError, problem
from signlift.formats.arrays import BODY_GROUND
from signlift.lifting.body_lengths import BodyLengths
from signlift.lifting.frame_rate import check_fps


@dataclass(frozen=True)
class Lift:
    """Give 2D keypoints their depth.

    Example: signlift lift body_data.npy -o depth.npy
    """

    inputs: Annotated[tyro.conf.Positional[tuple[Path, ...]], optional("INPUT...")]
    """Keypoints, [T, 2J] or [V, T, 2J] in a .npy file; several files, or a folder of them."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """Depth, [T, J] or [V, T, J], in the input's unit, relative to MidHip, positive away from the
    camera, NaN where no keypoint is seen. A folder when there are several inputs."""
    model: Annotated[Path | None, optional("MODEL")] = None
    """Instead of the shipped weights: a trained run's folder or .safetensors file, or what was
    exported."""
    error: bool = False
    """Also write about how far off each depth may be, to OUT_error.npy."""
    causal: bool = False
    """Lift each frame by what it and those before it tell, as a live stream is lifted."""
    fps: Annotated[float | None, optional("FLOAT")] = None
    """Frames per second; 30 when it is not given."""
    height: Annotated[float | None, optional("CM")] = None
    """The signer's height in cm: a little is then known of how they are built, and it is told
    how many cm a unit of the depth is."""
    proportions: Annotated[Path | None, optional("FILE")] = None
    """How the signer is built: lengths between joints in any unit, a JSON file."""
    save_proportions: Annotated[Path | None, optional("FILE")] = None
    """Write how the signer is built to this JSON file, for other recordings of the same person."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code: 1 when some of several files failed."""
        jobs = self._jobs()
        given = self._given()
        from signlift.lifting.files import LiftedFile, lift_file
        from signlift.lifting.lifter import load

        lifter = load(self.model)
        lifter.check_can(proportions=given is not None or self.save_proportions is not None)

        def lift(source: Path, target: Path) -> LiftedFile:
            return lift_file(
                lifter,
                source,
                target,
                error=_error_file(target) if self.error else None,
                proportions=given,
                causal=self.causal,
                fps=self.fps,
                single=self.save_proportions is not None,
                quiet=self.quiet,
            )

        failed = 0
        for source, target in jobs:
            try:
                lifted = lift(source, target)
            except InputError as error:
                if len(jobs) == 1:
                    raise
                print(error, file=sys.stderr)
                failed += 1
                continue
            if self.save_proportions is not None and lifted.lengths[0] is not None:
                lifted.lengths[0].write(self.save_proportions)
            if not self.quiet:
                for path in (lifted.depth, lifted.error, self.save_proportions):
                    if path is not None:
                        print(path)
                if self.height is not None:
                    print(_unit(self.height, lifted.lengths))
        if failed:
            print(f"{failed} of {len(jobs)} files could not be lifted", file=sys.stderr)
        return 1 if failed else 0

    def _given(self) -> BodyLengths | None:
        """What is known of the signer; all that is wrong with the options at once."""
        problems = []
        if self.height is not None and self.proportions is not None:
            expected = "one of --height and --proportions"
            problems.append(problem("lift", expected=expected, found="both"))
        if self.save_proportions is not None and self.save_proportions.suffix != ".json":
            expected, found = "a name that ends in .json", str(self.save_proportions)
            problems.append(problem("--save-proportions", expected=expected, found=found))
        both = [path for path in (self.proportions, self.save_proportions) if path is not None]
        if len(both) == 2 and both[0].resolve() == both[1].resolve():
            expected, found = "another file than --proportions", str(self.proportions)
            problems.append(problem("--save-proportions", expected=expected, found=found))
        given = None
        try:
            check_fps(self.fps, "--fps")
        except InputError as error:
            problems += error.problems
        try:
            if self.proportions is not None:
                given = BodyLengths.read(self.proportions)
        except InputError as error:
            problems += error.problems
        try:
            if self.height is not None:
                given = BodyLengths.from_stature(self.height)
        except InputError as error:
            problems += [f"--{line}" for line in error.problems]
        if problems:
            raise InputError(problems)
        return given

    def _jobs(self) -> list[tuple[Path, Path]]:
        """What is lifted to where; no output may be one of the inputs, or another output."""
        jobs = self._pairs()
        inputs = {source.resolve() for source, _ in jobs}
        targets = [target for _, target in jobs]
        if self.error:
            targets += [_error_file(target) for target in targets]
        written = set()
        for target in targets:
            place = target.resolve()
            if place in inputs:
                expected = "another place than the input's"
                raise InputError(problem("--out", expected=expected, found=str(target)))
            if place in written:
                expected = "a file for each result, from inputs with different names"
                raise InputError(problem("--out", expected=expected, found=f"{target} twice"))
            written.add(place)
        if self.save_proportions is not None and len(jobs) > 1:
            expected = "one recording, of one person"
            raise InputError(
                problem("--save-proportions", expected=expected, found=f"{len(jobs)} files")
            )
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
        return [(source, self.out / f"{source.stem}.npy") for source in sources]


def _error_file(target: Path) -> Path:
    """Where the errors of a file's depths go."""
    return target.with_name(f"{target.stem}_error.npy")


def _unit(height: float, lengths: Sequence[BodyLengths | None]) -> str:
    """What a unit of the depth is in cm, from how large a person of this height looks."""
    person = BodyLengths.from_stature(height)
    units = [person.units_in(one) for one in lengths if one is not None]
    least, most = f"{min(units):.3g}", f"{max(units):.3g}"
    span = least if least == most else f"{least} to {most}"
    return f"a unit of the depth is about {span} cm (by a height of {height:g} cm)"


def _keypoint_files(folder: Path) -> list[Path]:
    """The .npy files in a folder, but for hidden ones and the seed's ground truth."""
    return sorted(
        path
        for path in folder.glob("*.npy")
        if not path.name.startswith(".") and path.name != BODY_GROUND
    )
