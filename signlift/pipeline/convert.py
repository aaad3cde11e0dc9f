"""From a file of keypoints to a file of depth or motion: read, lift, prepare, write."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from signlift.core.body_proportions import BodyProportions
from signlift.core.person_size import describe_scale, describe_scales, scale_of_height
from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.io import (
    ReadOptions,
    Recordings,
    RecordingWriter,
    WriteOptions,
    open_writer,
    read_file,
)
from signlift.io.arrays.original_arrays import BODY_DATA
from signlift.io.reader_registry import is_video
from signlift.io.source import Source
from signlift.io.writer import uncertainty_path
from signlift.io.writer_registry import find_writer
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.pipeline.people import require_observed, select_people
from signlift.utils.progress import progress_bar


@dataclass(frozen=True)
class Converted:
    """A file that was converted.

    Attributes
    ----------
    paths
        The files that were written.
    notes
        For each recording, what was done to it, in order.
    proportions
        For each recording, the body proportions of the person in the unit of the recording; None
        if the model does not estimate them.
    lengths
        For each recording, its number of frames.
    scale
        What the height says about the size of all recordings, in one line; None without a height.
    """

    paths: tuple[Path, ...]
    notes: tuple[tuple[str, ...], ...]
    proportions: tuple[BodyProportions | None, ...]
    lengths: tuple[int, ...]
    scale: str | None = None

    @property
    def common_notes(self) -> tuple[str, ...]:
        """Notes that all recordings have."""
        first, *others = self.notes or ((),)
        return tuple(note for note in first if all(note in other for other in others))


def convert(
    source: str | PathLike[str] | Source,
    out: str | PathLike[str],
    format: str | None = None,
    *,
    model: Lifter | str | PathLike[str] | None = None,
    proportions: BodyProportions | None = None,
    height: float | None = None,
    pitch: float | None = None,
    fov: float | None = None,
    causal: bool = False,
    complete: bool = False,
    reading: ReadOptions | None = None,
    writing: WriteOptions | None = None,
    single: bool = False,
    reserved: Collection[Path] = (),
    page: str | PathLike[str] | None = None,
) -> Converted:
    """Lift all recordings of a file and write them, all or none.

    The files are the same, byte for byte, as those of
    `signlift.write_all(signlift.read_all(source).map_all(lifter.lift_all), out)`; pictures and
    films show completed keypoints, too. Memory holds a few recordings of body_data.npy at a time.

    Parameters
    ----------
    source
        Any file or directory that signlift reads, or an open one, as in an archive.
    out
        The file to write. Formats that hold several recordings (.npy and the directory of
        arrays) hold all those of the source; in others a recording that the source names goes to
        NAME_TITLE beside NAME, and recording i to NAME_i.
    format
        Name of the format, where the suffix of `out` does not decide it.
    model
        A lifter, or a path as `signlift.load` takes it; the shipped weights by default.
    proportions
        Body proportions of the person, as far as they are known. Only their ratios count.
    height
        Stature of the person in cm. It gives formats with true lengths their scale, which is noted
        in all formats, and stands for average proportions if none are given. Not together with
        `writing.scale`.
    pitch, fov, causal, complete
        See `Lifter.lift`.
    reading
        Facts about the source that it may not hold. `reading.quiet` hides the progress of
        lifting, too.
    writing
        Preparation of the recordings for the format.
    single
        Refuse a source of several recordings.
    reserved
        Resolved paths of other files, which are not replaced by one of several recordings.
    page
        Also write a page (.html) that plays the lifted recordings in 3D, as this format has them.

    Returns
    -------
    The paths, what was done, and the body proportions.

    Raises
    ------
    InputError
        One line for each problem of the source; a recording without a body; `out` is the
        source or a reserved path; the model lacks what is asked for (see `Lifter.lift`).

    Examples
    --------
    >>> import signlift as sl
    >>> sl.convert("signer.pose", "signer.bvh", height=172)                  # doctest: +SKIP
    """
    reading, writing = reading or ReadOptions(), writing or WriteOptions()
    opened, out = source, Path(out)
    source = opened.path if isinstance(opened, Source) else Path(opened)
    if height is not None:
        if writing.scale is not None:
            expected = "no `scale` beside it"
            raise InputError(parameter_problem("height", expected=expected, found="both"))
        average = BodyProportions.from_stature(height)
        proportions = average if proportions is None else proportions
    lifter = model if isinstance(model, Lifter) else load(model)
    lifter.require(
        proportions=proportions is not None,
        view=pitch is not None or fov is not None,
        uncertainty=writing.uncertainty,
    )
    if reading.skeleton is None:
        reading = replace(reading, preferred_skeleton=lifter.skeleton)
    recordings = read_file(opened, reading)
    if reading.person == "all":
        recordings = select_people(recordings, source)
    if single and len(recordings) > 1:
        found = str(len(recordings))
        raise InputError(problem(source, expected="one recording, of one person", found=found))
    writers = _open_writers(source, out, format, writing, recordings, page)
    for writer in writers:
        _check_targets(source, writer, reserved)
    if writers[0].writer.is_picture and lifter.estimates_uncertainty:
        complete = True
    notes: list[tuple[str, ...]] = []
    estimates: list[BodyProportions | None] = []
    lengths: list[int] = []
    scales: list[float] = []
    total = sum(recordings.lengths)
    with ExitStack() as stack:
        for writer in writers:
            stack.enter_context(writer)
        bar = stack.enter_context(
            progress_bar(total, f"lifting {source.name}", quiet=reading.quiet)
        )
        pairs = lifter.lift_all_with_proportions(
            _observed(recordings, source),
            proportions=proportions,
            pitch=pitch,
            fov=fov,
            causal=causal,
            complete=complete,
        )
        for lifted, estimate in pairs:
            scale = None
            if height is not None and lifted.proportions is not None:
                scale = scale_of_height(height, lifted.proportions)
                lifted = lifted.with_note(describe_scale(lifted.unit, scale))
                scales.append(scale)
            # Of what was written, only the notes stay in memory.
            written = [writer.write(lifted, scale).notes for writer in writers]
            notes.append(written[0])
            estimates.append(estimate)
            lengths.append(len(lifted))
            bar.update(len(lifted))
    paths = list(writers[0].paths)
    if writing.uncertainty and writers[0].writer.uncertainty == "beside":
        paths += map(uncertainty_path, writers[0].paths)
    paths += [path for writer in writers[1:] for path in writer.paths]
    line = describe_scales(scales, height) if height is not None and scales else None
    return Converted(tuple(paths), tuple(notes), tuple(estimates), tuple(lengths), line)


def _observed(recordings: Recordings, source: Path) -> Iterator[Recording]:
    """Yield recordings, each of which must have a body."""
    several = len(recordings) > 1
    for number, recording in enumerate(recordings):
        require_observed(recording, f"{source}, recording {number}" if several else source)
        yield recording


def _open_writers(
    source: Path,
    out: Path,
    format: str | None,
    writing: WriteOptions,
    recordings: Recordings,
    page: str | PathLike[str] | None,
) -> list[RecordingWriter]:
    """Open the file, and the page beside it; what shows a video shows that of the source."""
    sources = [(out, format, writing)]
    shows_video = find_writer(out, format).shows_video
    if shows_video or page is not None:
        video = writing.video or (source if is_video(source) else None)
        sources = [(out, format, replace(writing, video=video if shows_video else None))]
        plain = replace(writing, uncertainty=False, max_gap=None, smooth=None, video=video)
        sources += [] if page is None else [(Path(page), "html", plain)]
    count, shape = len(recordings), recordings.shape
    return [
        open_writer(path, name, options, count=count, shape=shape, titles=recordings.titles)
        for path, name, options in sources
    ]


def _check_targets(source: Path, writer: RecordingWriter, reserved: Collection[Path]) -> None:
    """Raise InputError where the source, or a file of another one, would be replaced."""
    for path in writer.paths:
        for file in writer.writer.files(path, uncertainty=writer.options.uncertainty):
            place = Path(os.path.realpath(file))
            if Path(os.path.realpath(source)) in (place, place / BODY_DATA):
                expected, found = "a path other than the input's", "the same"
                raise InputError(problem(file, expected=expected, found=found))
            if len(writer.paths) > 1 and place in reserved:
                expected = f"paths of their own for {len(writer.paths)} recordings"
                found = f"{file}, which belongs to another file"
                raise InputError(problem(source, expected=expected, found=found))
