"""The verb `lift`."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from signlift.cli.corpus_job import check_corpus, is_corpus, lift_corpus
from signlift.cli.corpus_options import NO_CORPUS, CorpusFlags
from signlift.cli.help_text import Placeholder, RequiredWithout
from signlift.cli.lift_jobs import describe_lengths, lift_jobs
from signlift.cli.lift_report import Report
from signlift.cli.limit_options import NO_LIMIT_FLAGS, LimitFlags
from signlift.cli.options import (
    NO_CORRECTIONS,
    KeypointFlags,
    PersonOption,
    SkeletonName,
    make_read_options,
    print_note,
    read_path,
)
from signlift.cli.page_options import check_page_options
from signlift.cli.proportions_files import check_proportions_files, read_proportions
from signlift.cli.standard_streams import DASH, output_suffix, standard_streams
from signlift.errors import InputError, collect_problems, parameter_problem

if TYPE_CHECKING:
    from signlift.pipeline.convert import Converted
    from signlift.pipeline.corpus.isolated import IsolatedConverter
    from signlift.pipeline.corpus.limits import Limits
    from signlift.pipeline.jobs import Job

FormatName = Literal[
    "npy",
    "npz",
    "pose",
    "bvh",
    "glb",
    "vrma",
    "csv",
    "csv-comments",
    "parquet",
    "openpose",
    "trc",
    "arrays",
    "html",
    "png",
    "svg",
    "pdf",
    "gif",
    "mp4",
    "webm",
]


def lift(
    *inputs: Annotated[
        Path,
        RequiredWithout("--list"),
        Parameter("INPUT", required=False, allow_leading_hyphen=True, converter=read_path),
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
    view: bool = False,
    video: Annotated[Path | None, Placeholder("FILE")] = None,
    embed_video: bool = False,
    over: Annotated[Path | None, Placeholder("VIDEO")] = None,
    recursive: Annotated[bool | None, Parameter(negative="--no-recursive")] = None,
    corpus: CorpusFlags = NO_CORPUS,
    limits: LimitFlags = NO_LIMIT_FLAGS,
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
        near 0. Pictures and films show them, pale, in any case.
    unobserved_depth
        Write, or leave empty, the predicted depth of keypoints that were not observed. Default:
        written to .npy and .npz, empty in other formats.
    fps
        Frames per second. Default: those of the file, or 30 if it has none.
    height
        Height of the signer, which gives avatars and .trc files true lengths. Without --proportions
        the lifter starts from average body proportions of this height.
    scale
        Length of one unit of the keypoints, for avatars (.bvh, .glb, .vrma) and .trc files.
    smooth
        Filter of the result; one-euro uses past frames only. Default: savitzky-golay for
        avatars, none for other formats.
    max_gap
        Interpolate gaps up to this length. Default: 5 for avatars, 0 for other formats.
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
    view
        Also write a page that plays the result in 3D, in any browser: OUT.html.
    video
        Video of the keypoints, which the page shows in time with them. The page names it by its
        path relative to the page.
    embed_video
        Make the video part of the page.
    over
        Video of the keypoints, which the front view of a picture or film is drawn over.
    recursive
        Search the directories below INPUT, or do not; results are in the same directories below
        OUT. Default: search them where a directory holds no files to lift.
    corpus
        Options of a corpus.
    limits
        Limits of each recording.
    quiet
        Show no progress and no summary.
    """
    from signlift.io import WriteOptions
    from signlift.lifting.body_frames import Given
    from signlift.lifting.load import load
    from signlift.pipeline.convert import convert
    from signlift.pipeline.jobs import choose_writer, find_jobs, page_beside

    problems = check_proportions_files(proportions, save_proportions)
    with collect_problems(problems):
        reading = make_read_options(
            corrections, skeleton=skeleton, person=person, fps=fps, size=size, quiet=quiet
        )
    with collect_problems(problems):
        writing = WriteOptions(
            unobserved_depth=unobserved_depth,
            max_gap=max_gap,
            smooth=smooth,
            scale=scale,
            uncertainty=uncertainty,
            video=video,
            embed_video=embed_video,
            over=over,
        )
    with collect_problems(problems):
        known = read_proportions(proportions, height, scale)
    with collect_problems(problems):
        Given(pitch=pitch, fov=fov)
    with collect_problems(problems):
        kept = limits.limits()
    problems += check_page_options(
        out,
        video=video is not None,
        embed_video=embed_video,
        needs_file="view" if view else None,
    )
    if problems:
        raise InputError(problems)

    if is_corpus(inputs, out, format, corpus, recursive=recursive):
        check_corpus(
            inputs,
            out,
            corpus,
            format=format,
            save_proportions=save_proportions,
            video=video,
            view=view,
        )
        from signlift.pipeline.corpus.settings import Settings

        settings = Settings(
            out,
            choose_writer(out, format, uncertainty=uncertainty).name,
            model=model,
            proportions=known,
            height=height,
            pitch=pitch,
            fov=fov,
            causal=causal,
            complete=complete,
            reading=replace(reading, quiet=True),
            writing=writing,
            view=view,
            shard_frames=corpus.shard_frames,
            limits=kept,
        )
        return lift_corpus(inputs, settings, corpus, recursive=recursive, quiet=quiet)

    with (
        standard_streams(inputs, out, output_suffix(out, format, uncertainty=uncertainty)) as (
            sources,
            target,
        ),
        _open_converter(kept) as isolated,
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
        if video is not None and len(jobs) > 1:
            expected, found = "one file to lift beside it", f"{len(jobs)} files"
            raise InputError(parameter_problem("video", expected=expected, found=found))
        if video is not None and not view and not jobs[0].writer.shows_video:
            expected = "`view`, or an `out` that ends in .html, to show it"
            found = jobs[0].writer.name
            raise InputError(parameter_problem("video", expected=expected, found=found))
        lifter = load(model)
        lifter.require(
            proportions=known is not None or single, view=pitch is not None or fov is not None
        )
        reserved = {
            Path(os.path.realpath(path)) for job in jobs for path in (job.source, *job.files)
        }

        def convert_job(job: Job) -> Converted:
            arguments: dict[str, Any] = {
                "proportions": known,
                "height": height,
                "pitch": pitch,
                "fov": fov,
                "causal": causal,
                "complete": complete,
                "reading": replace(reading, files=job.names, max_frames=kept.frames),
                "writing": writing,
                "single": single or (out == DASH and not job.writer.holds_skeletons),
                "reserved": reserved,
                "page": page_beside(job.writer, job.target) if view else None,
            }
            if isolated is not None:
                return isolated.convert(job.source, job.target, job.writer.name, model, arguments)
            return convert(job.source, job.target, job.writer.name, model=lifter, **arguments)

        lengths: list[int] = []
        stream = sys.stderr if out == DASH else sys.stdout
        report = Report(
            stream,
            names_files=out != DASH,
            counts_frames=len(jobs) == 1,
            save_proportions=save_proportions,
            quiet=quiet,
        )
        exit_code = lift_jobs(jobs, convert_job, report, lengths)
        if len(jobs) > 1 and not quiet:
            print(describe_lengths(lengths), file=stream)
        return exit_code


def _open_converter(limits: Limits) -> AbstractContextManager[IsolatedConverter | None]:
    """Open what converts files in another process, where limits need one."""
    if not limits.needs_process:
        return nullcontext()
    from signlift.pipeline.corpus.isolated import IsolatedConverter

    return IsolatedConverter(limits)
