"""The formats that are read and written, and the one of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE137, PANOPTIC26
from signlift.errors import InputError, parameter_problem, problem
from signlift.io.arrays.keypoint_arrays import read_npy_keypoints
from signlift.io.arrays.keypoint_npz import is_npz, read_npz
from signlift.io.arrays.npy import NPY_MAGIC
from signlift.io.arrays.npy_frames import is_npy_frames, read_npy_frames
from signlift.io.arrays.original_arrays import BODY_DATA, open_arrays
from signlift.io.arrays.recording_npz import is_recording_npz, read_recording_npz, write_npz
from signlift.io.arrays.stacked_array import open_stacked_array
from signlift.io.detectors.json_document import is_json_document
from signlift.io.detectors.json_keypoints import read_keypoint_frames, read_keypoint_json
from signlift.io.detectors.keypoint_files import is_keypoint_frames
from signlift.io.export.long_csv import DESCRIPTION_SUFFIX, write_commented_csv, write_csv
from signlift.io.export.metadata import require_depth
from signlift.io.export.openpose_3d import write_openpose
from signlift.io.export.parquet import write_parquet
from signlift.io.export.preparation import convert_to_centimetres
from signlift.io.export.trc import write_trc
from signlift.io.mocap.bvh import is_bvh, write_bvh
from signlift.io.mocap.panoptic import is_panoptic, read_panoptic
from signlift.io.pose.pose_header import is_pose
from signlift.io.pose.pose_reader import read_pose
from signlift.io.pose.pose_writer import write_pose
from signlift.io.reader import Reader, ReadOptions
from signlift.io.source import Source
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
from signlift.io.writer import (
    WriteOptions,
    Writer,
    WriteRecording,
    single,
    single_metric,
)
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
    from signlift.io.mocap.motion_clips import read_bvh_clips, view_from_front

    return [view_from_front(clip, options.skeleton) for clip in read_bvh_clips(source)]


@contextmanager
def _open_depth(path: Path, shape: tuple[int, ...]) -> Iterator[WriteRecording]:
    with open_stacked_array(path, shape) as write:
        yield lambda recording, _: write(require_depth(recording))


@contextmanager
def _open_arrays(path: Path, shape: tuple[int, ...]) -> Iterator[WriteRecording]:
    with open_arrays(path, shape) as write:
        yield lambda recording, _: write(recording)


def _write_trc(recording: Recording, path: Path, scale: float | None) -> None:
    write_trc(recording if scale is None else convert_to_centimetres(recording, scale), path)


def _write_bvh(recording: Recording, path: Path, scale: float | None) -> None:
    write_bvh(recording, path, scale=scale)


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

#: Of formats that hold depth as the network predicts it, for keypoints that were not observed too.
ALL_DEPTH = WriteOptions(unobserved_depth=True, max_gap=0, smooth="none")

#: Formats that are written.
WRITERS: tuple[Writer, ...] = (
    Writer(
        "npy",
        "depth alone, [T, J] or [V, T, J]",
        _open_depth,
        suffix=".npy",
        holds_several=True,
        uncertainty="beside",
        holds_frame_rate=False,
        names_skeleton=False,
        defaults=ALL_DEPTH,
    ),
    Writer(
        "bvh",
        "an avatar's motion",
        single_metric(_write_bvh),
        suffix=".bvh",
        is_metric=True,
        assumes_size=True,
        times="resampled",
        skeleton=PANOPTIC26,
        beside=".json",
        defaults=WriteOptions(unobserved_depth=False, max_gap=5, smooth="savitzky-golay"),
    ),
    Writer(
        "arrays",
        "a directory of body_data.npy and body_ground.npy",
        _open_arrays,
        is_directory=True,
        holds_several=True,
        holds_frame_rate=False,
        names_skeleton=False,
    ),
    Writer(
        "pose",
        "keypoints with depth, of pose-format",
        single(write_pose),
        suffix=".pose",
        times="averaged",
        # It leaves out keypoints that were not observed; but fingers have the depth of their wrist.
        defaults=ALL_DEPTH,
    ),
    Writer(
        "npz",
        "all of a recording, as named arrays",
        single(write_npz),
        suffix=".npz",
        uncertainty="inside",
        defaults=ALL_DEPTH,
    ),
    Writer(
        "csv",
        "a table with a row for each frame and keypoint",
        single(write_csv),
        suffix=".csv",
        uncertainty="inside",
        beside=DESCRIPTION_SUFFIX,
    ),
    Writer(
        "csv-comments",
        "the same table in one file, whose first lines describe it",
        single(write_commented_csv),
        suffix=".csv",
        uncertainty="inside",
    ),
    Writer(
        "parquet",
        "the same table, in columns",
        single(write_parquet),
        suffix=".parquet",
        uncertainty="inside",
    ),
    Writer(
        "openpose",
        "OpenPose's 3D keypoints: one .json file, or a directory with one for each frame",
        single(write_openpose),
        suffix=".json",
        is_directory=True,
        new_directory=True,
        skeleton=OPENPOSE137,
    ),
    Writer(
        "trc",
        "markers for OpenSim",
        single_metric(_write_trc),
        suffix=".trc",
        is_metric=True,
        leaves_out_flat=True,
    ),
)


def recognise(source: Source) -> Reader | None:
    """Find the first reader that recognises a source, or None. Never raises."""
    return next((reader for reader in READERS if reader.recognises(source)), None)


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


def find_writer(path: str | PathLike[str], name: str | None = None) -> Writer:
    """Find the writer of a name, or else of the path's suffix.

    Raises
    ------
    InputError
        There is none.

    Examples
    --------
    >>> find_writer("signer.bvh").is_metric
    True
    """
    path = Path(path)
    for writer in WRITERS:
        if writer.name == name if name is not None else writer.suffix == path.suffix.lower():
            return writer
    if name is not None:
        expected = f"one of {', '.join(writer.name for writer in WRITERS)}"
        raise InputError(parameter_problem("format", expected=expected, found=name))
    suffixes = ", ".join(dict.fromkeys(writer.suffix or "a directory" for writer in WRITERS))
    raise InputError(problem(path, expected=f"one of {suffixes}", found=path.suffix or "no suffix"))


def _printable(head: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in head)
