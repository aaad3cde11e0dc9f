"""Files in and out: one module per format; `read`, `read_all` and `write` choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.keypoint_arrays import read_npy_keypoints
from signlift.io.arrays.npy import save_npy
from signlift.io.arrays.npz import is_npz, read_npz
from signlift.io.arrays.original_arrays import Arrays, read_arrays, write_arrays
from signlift.io.arrays.recording_npz import is_recording_npz, read_recording_npz, write_npz
from signlift.io.detectors.json_keypoints import (
    is_keypoint_frames,
    is_keypoint_json,
    read_keypoint_frames,
    read_keypoint_json,
)
from signlift.io.export.long_csv import write_csv
from signlift.io.export.metadata import lifted_depth
from signlift.io.export.openpose_3d import write_openpose
from signlift.io.export.parquet import write_parquet
from signlift.io.export.trc import write_trc
from signlift.io.mocap.bvh import is_bvh, write_bvh
from signlift.io.mocap.panoptic import is_panoptic, read_panoptic
from signlift.io.pose.pose_reader import is_pose, read_pose, write_pose
from signlift.io.reader import Reader, ReadOptions, find_reader
from signlift.io.video.video_reader import is_video, read_video
from signlift.io.writer import Writer, find_writer

__all__ = ["READERS", "WRITERS", "Arrays", "read", "read_all", "read_arrays", "write"]
__all__ += ["write_arrays"]


def _is_npy(path: Path, head: bytes) -> bool:
    return head.startswith(b"\x93NUMPY") or path.suffix == ".npy"


def _is_arrays(path: Path, head: bytes) -> bool:
    return not head and (path / "body_data.npy").is_file()


def _write_depth(recording: Recording, path: Path) -> None:
    save_npy(path, lifted_depth(recording))


def _write_folder(recording: Recording, path: Path) -> None:
    write_arrays(path, [recording])


def _read_bvh(path: Path, options: ReadOptions) -> Sequence[Recording]:
    from signlift.io.mocap.motion_clips import read_mocap, seen_from_the_front

    return [seen_from_the_front(clip, options.skeleton) for clip in read_mocap(path)]


def _write_bvh(recording: Recording, path: Path) -> None:
    write_bvh(recording, path)


def _write_sized_bvh(recording: Recording, path: Path, scale: float) -> None:
    write_bvh(recording, path, scale=scale)


#: Every format that is read, in the order in which they are asked whether a file is theirs.
READERS: tuple[Reader, ...] = (
    Reader("a folder with body_data.npy", _is_arrays, read_npy_keypoints),
    Reader("BVH", is_bvh, _read_bvh),
    Reader("a recording of signlift (.npz)", is_recording_npz, read_recording_npz, True),
    Reader(".npy", _is_npy, read_npy_keypoints),
    Reader(".npz", is_npz, read_npz),
    Reader(".pose", is_pose, read_pose, True),
    Reader("video", is_video, read_video, True),
    Reader("Panoptic's body3DScene files in a folder or zip", is_panoptic, read_panoptic, True),
    # Last of those that read JSON or folders of it: they take any, and find out what it is.
    Reader("frames of JSON in a folder or zip", is_keypoint_frames, read_keypoint_frames),
    Reader("JSON", is_keypoint_json, read_keypoint_json),
)

#: Every format that is written.
WRITERS: tuple[Writer, ...] = (
    Writer("npy", ".npy", _write_depth, holds_error=True, holds_rate=False),
    Writer("bvh", ".bvh", _write_bvh, _write_sized_bvh),
    Writer("arrays", "", _write_folder, holds_rate=False),
    Writer("pose", ".pose", write_pose),
    Writer("npz", ".npz", write_npz, holds_error=True),
    Writer("csv", ".csv", write_csv, holds_error=True),
    Writer("parquet", ".parquet", write_parquet, holds_error=True),
    Writer("openpose", ".json", write_openpose),
    Writer("trc", ".trc", write_trc),
)


def read_all(
    path: str | PathLike[str],
    *,
    skeleton: str | Skeleton | None = None,
    person: int | None = None,
    fps: float | None = None,
    quiet: bool = True,
    size: tuple[float, float] | None = None,
) -> Sequence[Recording]:
    """Read all the recordings of a file or folder, of whatever format.

    Parameters
    ----------
    path
        Its format is found by what is in it.
    skeleton
        What the keypoints are, or its name, where the file does not say.
    person
        Which of several people; the main one when it is not given.
    fps
        Frames per second, where the file does not say.
    quiet
        Show no progress bar.
    size
        Width and height of the picture in pixels, where the file does not say: needed where x
        and y are fractions of them, as MediaPipe's are.

    Raises
    ------
    InputError
        One line for each problem of the file; or a skeleton was given for a format that says its
        own.
    """
    path = Path(path)
    on = None if skeleton is None else get_skeleton(skeleton)
    reader = find_reader(path, READERS)
    if on is not None and reader.says_skeleton:
        expected = f"no skeleton to be given, as this format ({reader.name}) says its own"
        raise InputError(problem(path, expected=expected, found=on.name))
    return reader.read(path, ReadOptions(on, person, fps, quiet, size))


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
        Its format is found by what is in it.
    ground
        For a .npy file of keypoints, [T, 2J]: one of depth, [T, J].
    skeleton, person, fps, size
        As in `read_all`.

    Raises
    ------
    InputError
        One line for each problem of the file; or there are several recordings in it.
    """
    if ground is not None:
        recordings: Sequence[Recording] = read_arrays(path, ground, skeleton or PANOPTIC26)
    else:
        recordings = read_all(path, skeleton=skeleton, person=person, fps=fps, size=size)
    if len(recordings) != 1:
        expected = "one recording (read_all reads several)"
        raise InputError(problem(path, expected=expected, found=str(len(recordings))))
    return recordings[0]


def write(recording: Recording, path: str | PathLike[str], format: str | None = None) -> Path:
    """Write a recording, whole or not at all.

    Parameters
    ----------
    recording
        With depth.
    path
        Its suffix tells the format: .npy for the depth alone, [T, J] float32; a name without a
        suffix for a folder of the seed's two arrays; ...
    format
        The format's name, where the suffix does not tell it.

    Raises
    ------
    InputError
        A format that is not written, or a recording that lacks what it needs.
    """
    path = Path(path)
    find_writer(path, WRITERS, format).write(recording, path)
    return path
