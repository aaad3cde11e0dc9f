"""Read the recordings of a file or directory, whatever its format."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from dataclasses import replace
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.io.arrays.original_arrays import read_arrays
from signlift.io.frame_limit import check_frame_count, frame_limit
from signlift.io.image_axes import correct_axes
from signlift.io.people.check_people import check_people
from signlift.io.reader import PersonChoice, ReadOptions
from signlift.io.reader_registry import find_reader
from signlift.io.recordings import Recordings
from signlift.io.source import Source, open_source


def read_all(
    path: str | PathLike[str],
    *,
    skeleton: str | Skeleton | None = None,
    person: PersonChoice = None,
    fps: float | None = None,
    size: tuple[float, float] | None = None,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    rotate: int = 0,
    flip_y: bool = False,
    mirror: bool = False,
    max_frames: int | None = None,
    quiet: bool = True,
) -> Recordings:
    """Read all the recordings of a file or directory, whatever its format.

    Parameters
    ----------
    path
        The file or directory. Its format is recognised by its content.
    skeleton
        Skeleton of the keypoints, or its name, where the file does not name it.
    person, fps, size, min_confidence, keep_zeros, rotate, flip_y, mirror, max_frames, quiet
        See `ReadOptions`.

    Returns
    -------
    A sequence of recordings. Those of body_data.npy are read when they are asked for.

    Raises
    ------
    InputError
        One line for each problem of the file; or a skeleton was given for a format that names
        its own.

    Warns
    -----
    InputWarning
        A body is upside down, lies, is mirrored, or has proportions that no person has; or a
        minimum confidence is given, and keypoints have no confidence.
    """
    named = None if skeleton is None else get_skeleton(skeleton)
    options = ReadOptions(
        skeleton=named,
        person=person,
        fps=fps,
        quiet=quiet,
        size=size,
        min_confidence=min_confidence,
        keep_zeros=keep_zeros,
        rotate=rotate,
        flip_y=flip_y,
        mirror=mirror,
        max_frames=max_frames,
    )
    return read_file(path, options)


def read_file(path: str | PathLike[str] | Source, options: ReadOptions | None = None) -> Recordings:
    """Read all the recordings of a file or directory with the options of `read_all`."""
    options = options or ReadOptions()
    opened = nullcontext(path) if isinstance(path, Source) else open_source(path, options.files)
    with opened as source, frame_limit(options.max_frames):
        path = source.path
        reader = find_reader(source)
        recordings = reader.read_source(source, options)
        if not isinstance(recordings, Recordings):
            recordings = Recordings.from_list(recordings)
        check_frame_count(path, max(recordings.lengths, default=0))
    recordings = recordings.map(lambda recording: _apply(recording, options))
    where = path if options.files is None else Path(path).parent / recordings[0].name
    if options.min_confidence and recordings[0].confidence is None:
        line = f"{where}: no keypoint has a confidence; `min_confidence` changes nothing"
        warnings.warn(InputWarning(line, where), stacklevel=2)
    return check_people(
        recordings,
        where,
        named=reader.names_skeleton,
        sized=options.size is not None,
        any_side=options.any_side,
    )


def _apply(recording: Recording, options: ReadOptions) -> Recording:
    """Apply the options that mean the same for every format."""
    if options.fps is not None:
        recording = replace(recording, fps=options.fps, times=None)
    return correct_axes(
        recording, rotate=options.rotate, flip_y=options.flip_y, mirror=options.mirror
    )


def read(
    path: str | PathLike[str],
    ground: str | PathLike[str] | None = None,
    skeleton: str | Skeleton | None = None,
    *,
    person: int | None = None,
    fps: float | None = None,
    size: tuple[float, float] | None = None,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    rotate: int = 0,
    flip_y: bool = False,
    mirror: bool = False,
) -> Recording:
    """Read one recording.

    Parameters
    ----------
    path
        The file or directory. Its format is recognised by its content.
    ground
        For a .npy file of keypoints, [T, 2J]: one of depth, [T, J].
    skeleton, person, fps, size, min_confidence, keep_zeros, rotate, flip_y, mirror
        As in `read_all`.

    Raises
    ------
    InputError
        One line for each problem of the file; or it holds several recordings.

    Examples
    --------
    >>> import signlift as sl
    >>> recording = sl.read(sl.sample_path())
    >>> recording.keypoints.shape[0] == len(recording)
    True
    """
    if ground is not None:
        arrays = read_arrays(path, ground, skeleton or PANOPTIC26, keep_zeros=keep_zeros)
        recordings = Recordings(arrays, tuple(arrays.lengths.tolist()), arrays.shape)
        recordings = check_people(recordings, path)
    else:
        recordings = read_all(
            path,
            skeleton=skeleton,
            person=person,
            fps=fps,
            size=size,
            min_confidence=min_confidence,
            keep_zeros=keep_zeros,
            rotate=rotate,
            flip_y=flip_y,
            mirror=mirror,
        )
    if len(recordings) != 1:
        expected = "one recording (read_all reads several)"
        raise InputError(problem(path, expected=expected, found=str(len(recordings))))
    return recordings[0]
