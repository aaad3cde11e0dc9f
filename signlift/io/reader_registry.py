"""The formats that are read, and the one of a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.arrays.keypoint_arrays import read_npy_keypoints
from signlift.io.arrays.keypoint_npz import is_npz, read_npz
from signlift.io.arrays.npy import NPY_MAGIC
from signlift.io.arrays.npy_frames import is_npy_frames, read_npy_frames
from signlift.io.arrays.original_arrays import BODY_DATA
from signlift.io.arrays.recording_npz import is_recording_npz, read_recording_npz
from signlift.io.detectors.json_document import is_json_document
from signlift.io.detectors.json_keypoints import read_keypoint_frames, read_keypoint_json
from signlift.io.detectors.keypoint_files import is_keypoint_frames
from signlift.io.mocap.bvh import is_bvh
from signlift.io.mocap.panoptic import is_panoptic, read_panoptic
from signlift.io.pose.pose_header import is_pose
from signlift.io.pose.pose_reader import read_pose
from signlift.io.reader import Reader, ReadOptions
from signlift.io.source import Source, open_source
from signlift.io.tables.table_reader import (
    is_parquet,
    is_text_table,
    read_parquet_table,
    read_text_table,
)
from signlift.io.tables.trc_table import is_trc, read_trc
from signlift.io.unread_formats import describe_unread
from signlift.io.video.containers import looks_like_video
from signlift.io.video.video_reader import read_video
from signlift.io.zipped_files import is_zip_of_files, read_zip_of_files


def _by_path(
    read: Callable[[Path, ReadOptions], Sequence[Recording]],
) -> Callable[[Source, ReadOptions], Sequence[Recording]]:
    """Make the `Reader.read` of files that are mapped, or opened by a library."""
    return lambda source, options: read(source.path, options)


def _by_head(recognises: Callable[[bytes], bool]) -> Callable[[Source], bool]:
    """Make the `Reader.recognises` of files that are recognised by their first bytes alone."""
    return lambda source: recognises(source.head)


def _is_npy(source: Source) -> bool:
    return source.head.startswith(NPY_MAGIC) or source.path.suffix == ".npy"


def _is_arrays(source: Source) -> bool:
    return source.is_directory and (source.path / BODY_DATA).is_file()


def _read_bvh(source: Source, options: ReadOptions) -> Sequence[Recording]:
    from signlift.io.mocap.clip import view_from_front
    from signlift.io.mocap.motion_clips import read_bvh_clips

    return [view_from_front(clip, options.skeleton) for clip in read_bvh_clips(source)]


#: Formats that are read, in the order in which they are tried.
READERS: tuple[Reader, ...] = (
    Reader(
        "arrays",
        "a directory of body_data.npy and body_ground.npy",
        _is_arrays,
        _by_path(read_npy_keypoints),
        reads_directories=True,
    ),
    Reader("bvh", "motion capture", is_bvh, _read_bvh, suffixes=(".bvh",), from_memory=True),
    Reader(
        "npz",
        "a recording that signlift wrote",
        is_recording_npz,
        read_recording_npz,
        suffixes=(".npz",),
        from_memory=True,
        names_skeleton=True,
    ),
    Reader(
        "npy", "an array of keypoints", _is_npy, _by_path(read_npy_keypoints), suffixes=(".npy",)
    ),
    Reader(
        "npy frames",
        "a directory of numbered .npy files, one per frame",
        is_npy_frames,
        read_npy_frames,
        reads_directories=True,
    ),
    Reader(
        "npz arrays",
        "named arrays of keypoints",
        is_npz,
        read_npz,
        suffixes=(".npz",),
        from_memory=True,
    ),
    Reader(
        "pose",
        "keypoints of pose-format",
        _by_head(is_pose),
        read_pose,
        suffixes=(".pose",),
        from_memory=True,
        names_skeleton=True,
    ),
    Reader(
        "video",
        "a video, whose keypoints MediaPipe detects",
        _by_head(looks_like_video),
        _by_path(read_video),
        suffixes=(".mp4", ".mov", ".webm", ".mkv", ".avi", ".mts", ".ts"),
        names_skeleton=True,
        has_images=True,
    ),
    Reader(
        "panoptic",
        "body3DScene files of the CMU Panoptic Studio, in a directory or zip archive",
        is_panoptic,
        read_panoptic,
        suffixes=(".zip",),
        reads_directories=True,
        names_skeleton=True,
    ),
    Reader(
        "trc",
        "markers of signlift, Pose2Sim and OpenSim",
        _by_head(is_trc),
        read_trc,
        suffixes=(".trc",),
        from_memory=True,
    ),
    # Without suffixes: a table of other content in a directory, such as labels.csv, is no problem.
    Reader(
        "csv",
        "tables of keypoints: signlift's own, DeepLabCut's, SLEAP's and others",
        is_text_table,
        read_text_table,
    ),
    Reader("parquet", "the same tables, in columns", is_parquet, read_parquet_table),
    Reader(
        "zip",
        "a zip archive of .pose, .npz, .bvh or .trc files",
        lambda source: is_zip_of_files(source, READERS),
        lambda source, options: read_zip_of_files(source, options, READERS),
        suffixes=(".zip",),
    ),
    # The readers of JSON come last: they accept any JSON, and recognise the detector by it.
    Reader(
        "json frames",
        "JSON files of OpenPose and other detectors, one per frame, in a directory or zip archive",
        is_keypoint_frames,
        read_keypoint_frames,
        suffixes=(".zip",),
        reads_directories=True,
        holds_frames=True,
    ),
    Reader(
        "json",
        "keypoints of OpenPose, MediaPipe, MMPose, YOLO, COCO and other detectors in one file",
        is_json_document,
        read_keypoint_json,
        suffixes=(".json", ".jsonl", ".json.gz", ".jsonl.gz"),
    ),
)


def recognise(source: Source) -> Reader | None:
    """Find the first reader that recognises a source, or None. Never raises."""
    return next((reader for reader in READERS if reader.recognises(source)), None)


def is_video(path: str | PathLike[str]) -> bool:
    """Return whether the keypoints of a file are those that are detected in its images."""
    if not Path(path).is_file():
        return False
    with open_source(path) as source:
        reader = recognise(source)
    return reader is not None and reader.has_images


def find_reader(source: Source) -> Reader:
    """Find the reader of a source.

    Raises
    ------
    InputError
        No reader recognises it.

    Examples
    --------
    >>> import signlift as sl
    >>> from signlift.io.source import open_source
    >>> with open_source(sl.sample_path()) as source:
    ...     find_reader(source).name
    'pose'
    """
    reader = recognise(source)
    if reader is not None:
        return reader
    line = describe_unread(source)
    if line is not None:
        raise InputError(line)
    if source.is_directory:
        found = "a directory of other files"
    elif source.is_zip:
        found = _describe_archive(source)
    else:
        found = f"a file that begins with {_printable(source.head[:12])!r}"
    expected = "a format that signlift reads (docs/formats.md)"
    raise InputError(problem(source.path, expected=expected, found=found))


def _describe_archive(source: Source) -> str:
    names = source.member_names
    if not names:
        return "a damaged zip archive" if names is None else "an empty zip archive"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"a zip archive of other files ({', '.join(names[:3])}{more})"


def _printable(head: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in head)
