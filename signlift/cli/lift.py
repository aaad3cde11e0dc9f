"""`signlift lift`."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from signlift.cli.extras import missing_extra
from signlift.cli.options import optional
from signlift.core.body_proportions import BodyProportions
from signlift.core.frame_rate import check_fps
from signlift.core.skeleton import get_skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.pipeline.jobs import Job, find_jobs, list_not_searched

if TYPE_CHECKING:
    from signlift.lifting.lifter import Lifter
    from signlift.pipeline.convert import Converted


@dataclass(frozen=True)
class Lift:
    """Give 2D keypoints, or the person in a video, their depth.

    Example: signlift lift signer.pose -o signer.bvh
    """

    inputs: Annotated[tyro.conf.Positional[tuple[Path, ...]], optional("INPUT...")]
    """Keypoints in any format that is read, or videos (pip install signlift[video]): files, or
    folders of them."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """A file, whose suffix tells its format; a folder when there are several inputs. An existing
    file is replaced. A .npy file holds the depth alone, [T, J] or [V, T, J], in the input's unit,
    relative to MidHip, positive away from the camera, NaN where no keypoint is seen."""
    format: Annotated[str | None, optional("NAME")] = None
    """The format to write, where no suffix tells it: npy, npz, pose, bvh, csv, parquet, openpose,
    trc, arrays."""
    model: Annotated[Path | None, optional("MODEL")] = None
    """Instead of the shipped weights: a trained run's folder or .safetensors file, or what was
    exported."""
    person: Annotated[int | None, optional("N")] = None
    """Which of several people in a file, from 0; the main one when it is not given."""
    skeleton: Annotated[str | None, optional("NAME")] = None
    """What the keypoints are, where the file does not say."""
    size: Annotated[tuple[int, int] | None, optional("W H")] = None
    """Width and height of the picture, where x and y are parts of it and the file does not say."""
    uncertainty: bool = False
    """Also write the uncertainty of each depth to OUT_uncertainty.npy (.npz, .csv and .parquet hold
    it in any case)."""
    causal: bool = False
    """Lift each frame by what it and those before it tell, as a live stream is lifted."""
    complete: bool = False
    """Also set the keypoints that were not observed where the model takes them to be, with next to
    no confidence (.npy holds their depth in any case)."""
    fps: Annotated[float | None, optional("FLOAT")] = None
    """Frames per second; when it is not given, those of the file, or 30."""
    height: Annotated[float | None, optional("CM")] = None
    """The signer's height in cm: a little is then known of how they are built, and .bvh and .trc
    are in true lengths."""
    scale: Annotated[float | None, optional("CM")] = None
    """How many cm a unit of the keypoints is, for .bvh and .trc."""
    smooth: Annotated[Literal["one-euro", "savitzky-golay", "none"] | None, optional("NAME")] = None
    """Smooth what is written: one-euro looks back only, savitzky-golay both ways. Off when it is
    not given, but for .bvh (savitzky-golay)."""
    max_gap: Annotated[int | None, optional("N")] = None
    """Fill gaps of up to N frames. 0 when it is not given, but for .bvh (5)."""
    proportions: Annotated[Path | None, optional("FILE")] = None
    """How the signer is built: lengths between joints in any unit, a JSON file."""
    save_proportions: Annotated[Path | None, optional("FILE")] = None
    """Write how the signer is built to this JSON file, for other recordings of the same person."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code: 1 when some of several files, or frames, failed."""
        given = self._given()
        jobs = find_jobs(self.inputs, self.out, self.format, uncertainty=self.uncertainty)
        if self.save_proportions is not None and len(jobs) > 1:
            expected, found = "one recording, of one person", f"{len(jobs)} files"
            raise InputError(problem("--save-proportions", expected=expected, found=found))
        for line in list_not_searched(self.inputs, jobs):
            print(line, file=sys.stderr)
        from signlift.lifting.lifter import load

        lifter = load(self.model)
        lifter.require(proportions=given is not None or self.save_proportions is not None)
        failed = partly = 0
        reserved = {path.resolve() for job in jobs for path in (job.source, *job.files)}
        for job in jobs:
            try:
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always", InputWarning)
                    converted = self._convert(lifter, job, given, reserved)
                for warning in caught:
                    print(warning.message, file=sys.stderr)
                partly += any(issubclass(warning.category, InputWarning) for warning in caught)
            except InputError as error:
                if len(jobs) == 1:
                    raise
                print(error, file=sys.stderr)
                failed += 1
                continue
            except ModuleNotFoundError as error:
                message = missing_extra(error)
                if len(jobs) == 1 or message is None:
                    raise
                print(f"{job.source}: {message}", file=sys.stderr)
                failed += 1
                continue
            paths = list(converted.paths)
            if self.save_proportions is not None and converted.proportions[0] is not None:
                paths.append(converted.proportions[0].write(self.save_proportions))
            if not self.quiet:
                for line in [*converted.common_notes, *map(str, paths)]:
                    print(line)
                if self.height is not None:
                    print(_unit(self.height, converted.proportions))
        if failed:
            print(f"{failed} of {len(jobs)} files could not be lifted", file=sys.stderr)
        return 1 if failed or partly else 0

    def _convert(
        self, lifter: Lifter, job: Job, given: BodyProportions | None, reserved: Collection[Path]
    ) -> Converted:
        from signlift.io import ReadOptions, WriteOptions
        from signlift.pipeline.convert import convert

        reading = ReadOptions(
            skeleton=None if self.skeleton is None else get_skeleton(self.skeleton),
            person=self.person,
            fps=self.fps,
            size=self.size,
            quiet=self.quiet,
        )
        writing = WriteOptions(
            max_gap=self.max_gap, smooth=self.smooth, scale=self.scale, uncertainty=self.uncertainty
        )
        return convert(
            job.source,
            job.target,
            job.writer.name,
            model=lifter,
            proportions=None if self.height is not None else given,
            height=self.height,
            causal=self.causal,
            complete=self.complete,
            reading=reading,
            writing=writing,
            single=self.save_proportions is not None,
            reserved=reserved,
        )

    def _given(self) -> BodyProportions | None:
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
        for name, value, least in (("person", self.person, 0), ("max-gap", self.max_gap, 0)):
            if value is not None and value < least:
                problems.append(problem(f"--{name}", expected=f"{least} or more", found=str(value)))
        if self.scale is not None and not 0 < self.scale < math.inf:
            expected = "a number of centimetres above 0"
            problems.append(problem("--scale", expected=expected, found=str(self.scale)))
        if self.scale is not None and self.height is not None:
            problems.append(problem("lift", expected="one of --height and --scale", found="both"))
        if self.size is not None and min(self.size) <= 0:
            expected, found = "a width and a height above 0", "{} {}".format(*self.size)
            problems.append(problem("--size", expected=expected, found=found))
        given = None
        try:
            if self.skeleton is not None:
                get_skeleton(self.skeleton)
        except InputError as error:
            problems += error.problems
        try:
            check_fps(self.fps)
        except InputError as error:
            problems += error.problems
        try:
            if self.proportions is not None:
                given = BodyProportions.read(self.proportions)
        except InputError as error:
            problems += error.problems
        try:
            if self.height is not None:
                given = BodyProportions.from_stature(self.height)
        except InputError as error:
            problems += error.problems
        if problems:
            raise InputError(problems)
        return given


def _unit(height: float, lengths: Sequence[BodyProportions | None]) -> str:
    """What a unit of the depth is in cm, from how large a person of this height looks."""
    person = BodyProportions.from_stature(height)
    units = [person.unit_ratio(one) for one in lengths if one is not None]
    least, most = f"{min(units):.3g}", f"{max(units):.3g}"
    span = least if least == most else f"{least} to {most}"
    return f"a unit of the depth is about {span} cm (by a height of {height:g} cm)"
