"""Reading and writing of recordings: one module per format, and `read` and `write` for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.original_arrays import Arrays, read_arrays, write_arrays
from signlift.io.open_writer import RecordingWriter, open_writer
from signlift.io.reader import ReadOptions
from signlift.io.recordings import Recordings
from signlift.io.registry import find_reader
from signlift.io.source import open_source
from signlift.io.writer import WriteOptions

__all__ = [
    "Arrays",
    "ReadOptions",
    "RecordingWriter",
    "Recordings",
    "WriteOptions",
    "open_writer",
    "read",
    "read_all",
    "read_arrays",
    "read_file",
    "write",
    "write_all",
    "write_arrays",
]


def read_all(
    path: str | PathLike[str],
    *,
    skeleton: str | Skeleton | None = None,
    person: int | None = None,
    fps: float | None = None,
    size: tuple[float, float] | None = None,
    quiet: bool = True,
) -> Recordings:
    """Read all the recordings of a file or directory, whatever its format.

    Parameters
    ----------
    path
        The file or directory. Its format is recognised by its content.
    skeleton
        Skeleton of the keypoints, or its name, where the file does not name it.
    person, fps, size, quiet
        See `ReadOptions`.

    Returns
    -------
    A sequence of recordings. Those of body_data.npy are read when they are asked for.

    Raises
    ------
    InputError
        One line for each problem of the file; or a skeleton was given for a format that names
        its own.
    """
    named = None if skeleton is None else get_skeleton(skeleton)
    return read_file(path, ReadOptions(named, person, fps, quiet, size))


def read_file(path: str | PathLike[str], options: ReadOptions | None = None) -> Recordings:
    """Read all the recordings of a file or directory with the options of `read_all`."""
    options = options or ReadOptions()
    with open_source(path) as source:
        reader = find_reader(source)
        if options.skeleton is not None and reader.names_skeleton:
            expected = f"no given skeleton, as files of this format ({reader.name}) name their own"
            raise InputError(problem(path, expected=expected, found=options.skeleton.name))
        recordings = reader.read(source, options)
    if not isinstance(recordings, Recordings):
        recordings = Recordings.from_list(recordings)
    fps = options.fps
    if fps is None:
        return recordings
    return recordings.map(lambda recording: replace(recording, fps=fps, times=None))


def read(
    path: str | PathLike[str],
    ground: str | PathLike[str] | None = None,
    skeleton: str | Skeleton | None = None,
    *,
    person: int | None = None,
    fps: float | None = None,
    size: tuple[float, float] | None = None,
) -> Recording:
    """Read one recording.

    Parameters
    ----------
    path
        The file or directory. Its format is recognised by its content.
    ground
        For a .npy file of keypoints, [T, 2J]: one of depth, [T, J].
    skeleton, person, fps, size
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
        arrays = read_arrays(path, ground, skeleton or PANOPTIC26)
        recordings = Recordings(arrays, tuple(arrays.lengths.tolist()), arrays.shape)
    else:
        recordings = read_all(path, skeleton=skeleton, person=person, fps=fps, size=size)
    if len(recordings) != 1:
        expected = "one recording (read_all reads several)"
        raise InputError(problem(path, expected=expected, found=str(len(recordings))))
    return recordings[0]


def write(
    recording: Recording,
    path: str | PathLike[str],
    format: str | None = None,
    options: WriteOptions | None = None,
) -> Path:
    """Write a recording, whole or not at all.

    Parameters
    ----------
    recording
        With depth.
    path
        The file. Its suffix decides the format: .npy for depth alone, [T, J] float32; .bvh for an
        avatar; a name without a suffix for a directory of body_data.npy and body_ground.npy; and
        others (`signlift.formats` lists them).
    format
        Name of the format, where the suffix does not decide it.
    options
        Preparation of the recording: what is left out, interpolated, filtered, and its size. The
        defaults are those of the format, and the same as in `convert`.

    Returns
    -------
    The path.

    Raises
    ------
    InputError
        There is no such format, or the recording lacks what it needs.
    """
    write_all([recording], path, format, options)
    return Path(path)


def write_all(
    recordings: Iterable[Recording],
    path: str | PathLike[str],
    format: str | None = None,
    options: WriteOptions | None = None,
) -> tuple[Path, ...]:
    """Write several recordings, all or none of them.

    Parameters
    ----------
    recordings
        With depth. `Recordings` are taken one by one, so that any number of them can be lifted
        and written.
    path, format, options
        As in `write`. Formats that hold several recordings (.npy and the directory of arrays)
        hold all of them, padded with NaN; in others recording i goes to NAME_i beside NAME.

    Returns
    -------
    The paths.

    Raises
    ------
    InputError
        As `write`; or there is no recording.

    Examples
    --------
    >>> import signlift as sl
    >>> recordings = sl.read_all("body_data.npy")                            # doctest: +SKIP
    >>> sl.write_all(recordings.map(sl.load().lift), "depth.npy")            # doctest: +SKIP
    """
    if not isinstance(recordings, Recordings):
        recordings = Recordings.from_list(list(recordings))
    count, shape = len(recordings), recordings.shape
    if count == 0:
        raise InputError(problem(path, expected="recordings to write", found="none"))
    with open_writer(path, format, options, count=count, shape=shape) as writer:
        for recording in recordings:
            writer.write(recording)
    return writer.paths
