"""Write recordings in the format of a name or a suffix."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.open_writer import open_writer
from signlift.io.recordings import Recordings
from signlift.io.writer import WriteOptions


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
        The file. Its suffix decides the format: .npy for depth alone, [T, J] float32; .bvh, .glb
        or .vrma for an avatar; a name without a suffix for a directory of body_data.npy and
        body_ground.npy; and others (`signlift.formats` lists them).
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
        hold all of them, padded with NaN; in others a recording that its file
        names goes to NAME_TITLE beside NAME (`clips_wave.bvh`), and recording i to NAME_i.

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
    if isinstance(recordings, Recording):
        recordings = [recordings]  # not its frames
    if not isinstance(recordings, Recordings):
        recordings = Recordings.from_list(list(recordings))
    count, shape = len(recordings), recordings.shape
    if count == 0:
        raise InputError(problem(path, expected="recordings to write", found="none"))
    titles = recordings.titles
    with open_writer(path, format, options, count=count, shape=shape, titles=titles) as writer:
        for recording in recordings:
            writer.write(recording)
    return writer.paths
