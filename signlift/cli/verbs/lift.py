"""The verb `lift`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from signlift.cli.extras import describe_missing_package
from signlift.cli.help_text import Placeholder
from signlift.cli.options import (
    NO_CORRECTIONS,
    KeypointFlags,
    PersonOption,
    SkeletonName,
    print_more_warnings,
    print_note,
    print_warnings,
    read_path,
)
from signlift.cli.standard_streams import DASH, output_suffix, standard_streams
from signlift.errors import InputError, collect_problems, message_line, parameter_problem

if TYPE_CHECKING:
    from signlift.core.body_proportions import BodyProportions
    from signlift.io import ReadOptions
    from signlift.pipeline.convert import Converted
    from signlift.pipeline.jobs import Job

FormatName = Literal[
    "npy", "npz", "pose", "bvh", "csv", "csv-comments", "parquet", "openpose", "trc", "arrays"
]


def lift(
    *inputs: Annotated[
        Path, Parameter("INPUT", required=True, allow_leading_hyphen=True, converter=read_path)
    ],
    out: Annotated[
        Path,
        Placeholder("OUT"),
        Parameter(alias="-o", allow_leading_hyphen=True, converter=read_path),
    ],
    format: FormatName | None = None,
    model: Annotated[Path | None, Placeholder("MODEL")] = None,
    person: PersonOption = None,
    skeleton: SkeletonName | None = None,
    size: Annotated[tuple[int, int] | None, Placeholder("WIDTH HEIGHT")] = None,
    corrections: KeypointFlags = NO_CORRECTIONS,
    uncertainty: bool = False,
    causal: bool = False,
    complete: bool = False,
    unobserved_depth: Annotated[bool | None, Parameter(negative="--no-unobserved-depth")] = None,
    fps: float | None = None,
    height: Annotated[float | None, Placeholder("CM")] = None,
    scale: Annotated[float | None, Placeholder("CM")] = None,
    smooth: Literal["one-euro", "savitzky-golay", "none"] | None = None,
    max_gap: Annotated[int | None, Placeholder("FRAMES")] = None,
    pitch: Annotated[
        float | None, Placeholder("DEGREES"), Parameter(allow_leading_hyphen=True)
    ] = None,
    fov: Annotated[float | None, Placeholder("DEGREES")] = None,
    proportions: Annotated[Path | None, Placeholder("FILE.json")] = None,
    save_proportions: Annotated[Path | None, Placeholder("FILE.json")] = None,
    recursive: Annotated[bool | None, Parameter(negative="--no-recursive")] = None,
    quiet: bool = False,
) -> int:
    """Predict the depth of 2D keypoints, or of the person in a video.

    Example: signlift lift signer.pose -o signer.bvh

    Example: zcat signer.json.gz | signlift lift - -o - --format csv | head

    Parameters
    ----------
    inputs
        Keypoints in any format that signlift reads, or videos (pip install 'signlift[video]'):
        files, directories of files, or - for standard input.
    out
        File to write, with the suffix of its format, or a directory for the results of several
        inputs. Existing files are replaced. A .npy file holds depth alone, of shape [T, J] or
        [V, T, J], in the unit of the input, relative to MidHip, positive away from the camera.
        With - and --format, write to standard output.
    format
        Format to write, if OUT has no suffix. Default: npy. The description of a table is in
        OUT.csv.json; csv-comments writes it into the first lines of OUT.csv.
    model
        Directory or .safetensors file of a training run, or an exported model. Default: the
        shipped weights.
    person
        Person in a file of several, counted from 0, or all: each in a file of its own
        (OUT_person0, OUT_person1, ...). Default: the main person.
    skeleton
        Skeleton of the keypoints, if the file does not name it.
    size
        Size of the image in pixels, if the file does not hold it: needed if x and y are fractions
        of it, and for --fov.
    corrections
        Corrections of the keypoints.
    uncertainty
        Also write the uncertainty to OUT_uncertainty.npy: for each depth, the half-width of an
        interval in which 68 % of the true depths are expected. Files in .npz, .csv, .parquet and
        .json hold it in any case.
    causal
        Lift each frame from present and past frames alone, as a live stream is lifted.
    complete
        Also write predicted positions of keypoints that were not observed, with a confidence
        near 0.
    unobserved_depth
        Write, or leave empty, the predicted depth of keypoints that were not observed. Default:
        written to .npy and .npz, empty in other formats.
    fps
        Frames per second. Default: those of the file, or 30 if it has none.
    height
        Height of the signer, which gives .bvh and .trc files true lengths. Without --proportions
        the lifter starts from average body proportions of this height.
    scale
        Length of one unit of the keypoints, for .bvh and .trc files.
    smooth
        Filter of the result; one-euro uses past frames only. Default: savitzky-golay for .bvh,
        none for other formats.
    max_gap
        Interpolate gaps up to this length. Default: 5 for .bvh, 0 for other formats.
    pitch
        Angle that the camera looks down (negative: up), from -45 to 45, if it is known. Default:
        estimated.
    fov
        Field of view of the camera along the larger side of the image, from 10 to 150, if it is
        known. Default: the distance of the camera is estimated.
    proportions
        Body proportions of the signer: a file of bone lengths in any unit.
    save_proportions
        Write the estimated body proportions to this file, for other recordings of the signer.
    recursive
        Search the directories below INPUT, or do not; results are in the same directories below
        OUT. Default: search them where a directory holds no files to lift.
    quiet
        Show no progress and no summary.
    """
    from signlift.core.person_size import SCALE_NOTE
    from signlift.core.skeleton import get_skeleton
    from signlift.io import ReadOptions, WriteOptions
    from signlift.lifting.body_frames import Given
    from signlift.lifting.lifter import load
    from signlift.pipeline.convert import convert
    from signlift.pipeline.jobs import find_jobs

    problems = _check_proportions_files(proportions, save_proportions)
    with collect_problems(problems):
        named = None if skeleton is None else get_skeleton(skeleton)
        reading = ReadOptions(
            skeleton=named,
            person=person,
            fps=fps,
            size=size,
            quiet=quiet,
            **corrections.arguments(),
        )
    with collect_problems(problems):
        writing = WriteOptions(
            unobserved_depth=unobserved_depth,
            max_gap=max_gap,
            smooth=smooth,
            scale=scale,
            uncertainty=uncertainty,
        )
    with collect_problems(problems):
        known = _read_proportions(proportions, height, scale)
    with collect_problems(problems):
        Given(pitch=pitch, fov=fov)
    if problems:
        raise InputError(problems)

    last_notes: tuple[str, ...] = ()

    def report(converted: Converted) -> None:
        nonlocal last_notes
        notes = tuple(map(message_line, converted.common_notes))
        if converted.scale is not None:  # which says the same for all recordings
            notes = tuple(note for note in notes if not note.startswith(SCALE_NOTE))
        lines = [
            *(notes if notes != last_notes else ()),
            *([describe_lengths(converted.lengths)] if len(jobs) == 1 else ()),
            *map(str, converted.paths if out != DASH else ()),
        ]
        last_notes = notes
        if save_proportions is not None and converted.proportions[0] is not None:
            lines.append(str(converted.proportions[0].write(save_proportions)))
        if converted.scale is not None:
            lines.append(converted.scale)
        if lines and not quiet:
            print(*lines, sep="\n", file=sys.stderr if out == DASH else sys.stdout)

    with standard_streams(inputs, out, output_suffix(out, format, uncertainty=uncertainty)) as (
        sources,
        target,
    ):
        jobs, notes = find_jobs(
            sources, target, format, uncertainty=uncertainty, recursive=recursive
        )
        for line in notes:
            print_note(line)
        single = save_proportions is not None
        if single and len(jobs) > 1:
            expected, found = "one recording, of one person", f"{len(jobs)} files"
            raise InputError(parameter_problem("save_proportions", expected=expected, found=found))
        lifter = load(model)
        lifter.require(
            proportions=known is not None or single, view=pitch is not None or fov is not None
        )
        convert_file = partial(
            convert,
            model=lifter,
            proportions=known,
            height=height,
            pitch=pitch,
            fov=fov,
            causal=causal,
            complete=complete,
            writing=writing,
            single=single or out == DASH,
            reserved={
                Path(os.path.realpath(path)) for job in jobs for path in (job.source, *job.files)
            },
        )
        lengths: list[int] = []
        exit_code = _lift_files(jobs, reading, convert_file, report, lengths)
        if len(jobs) > 1 and not quiet:
            print(describe_lengths(lengths), file=sys.stderr if out == DASH else sys.stdout)
        return exit_code


def _lift_files(
    jobs: Sequence[Job],
    reading: ReadOptions,
    convert_file: Callable[..., Converted],
    report: Callable[[Converted], None],
    lengths: list[int],
) -> int:
    """Lift each file, and return the exit code: 1 if some files, or frames, failed.

    The number of frames of each recording is appended to `lengths`.
    """
    failures = incomplete = 0
    counts: Counter[str] = Counter()
    for job in jobs:
        try:
            with print_warnings(counts) as caught:
                options = replace(reading, files=job.names)
                converted = convert_file(job.source, job.target, job.writer.name, reading=options)
        except (InputError, ModuleNotFoundError) as error:
            line = _describe(job.source, error)
            if len(jobs) == 1 or line is None:
                raise
            print_note(line)
            failures += 1
            continue
        incomplete += bool(caught)
        lengths += converted.lengths
        report(converted)
    print_more_warnings(counts)
    if failures:
        print(f"{failures} of {len(jobs)} files could not be lifted", file=sys.stderr)
    return 1 if failures or incomplete else 0


def describe_lengths(lengths: Sequence[int]) -> str:
    """Describe how many recordings there are, and of how many frames each.

    Examples
    --------
    >>> describe_lengths([5, 5, 5]), describe_lengths([78, 5]), describe_lengths([1])
    ('3 recordings of 5 frames', '2 recordings of 5 to 78 frames', '1 recording of 1 frame')
    """
    if not lengths:
        return "no recording"
    shortest, longest = min(lengths), max(lengths)
    span = f"{longest:,}" if shortest == longest else f"{shortest:,} to {longest:,}"
    recordings = "1 recording" if len(lengths) == 1 else f"{len(lengths):,} recordings"
    return f"{recordings} of {span} frame{'' if longest == 1 else 's'}"


def _describe(source: Path, error: InputError | ModuleNotFoundError) -> str | None:
    if isinstance(error, InputError):
        return str(error)
    line = describe_missing_package(error)
    return None if line is None else f"{source}: {line}"


def _read_proportions(
    path: Path | None, height: float | None, scale: float | None
) -> BodyProportions | None:
    """Read the body proportions, or take average ones of the height; check both."""
    from signlift.core.body_proportions import BodyProportions

    problems = []
    if scale is not None and height is not None:
        problems.append(parameter_problem("height", expected="no `scale` beside it", found="both"))
    proportions = None
    with collect_problems(problems):
        if height is not None:
            proportions = BodyProportions.from_stature(height)
    with collect_problems(problems):
        if path is not None:
            proportions = BodyProportions.read(path)
    if problems:
        raise InputError(problems)
    return proportions


def _check_proportions_files(proportions: Path | None, save_proportions: Path | None) -> list[str]:
    """List the problems of the file to write body proportions to."""
    if save_proportions is None:
        return []
    problems = []
    if save_proportions.suffix != ".json":
        expected = "a name that ends in .json"
        problems.append(
            parameter_problem("save_proportions", expected=expected, found=save_proportions)
        )
    if proportions is not None and proportions.resolve() == save_proportions.resolve():
        expected = "another file than `proportions`"
        problems.append(parameter_problem("save_proportions", expected=expected, found=proportions))
    return problems
