"""The formats that are written, and the one of a name or a path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE137, PANOPTIC67
from signlift.errors import InputError, parameter_problem, problem
from signlift.io.arrays.original_arrays import open_arrays
from signlift.io.arrays.recording_npz import write_npz
from signlift.io.arrays.stacked_array import open_stacked_array
from signlift.io.avatars.glb import write_glb
from signlift.io.avatars.vrma import write_vrma
from signlift.io.export.long_csv import DESCRIPTION_SUFFIX, write_commented_csv, write_csv
from signlift.io.export.metadata import require_depth
from signlift.io.export.openpose_3d import write_openpose
from signlift.io.export.page import open_page
from signlift.io.export.parquet import write_parquet
from signlift.io.export.pictures import open_picture
from signlift.io.export.preparation import convert_to_centimetres
from signlift.io.export.trc import trc_length_factor, write_trc
from signlift.io.mocap.bvh import write_bvh
from signlift.io.pose.pose_writer import write_pose
from signlift.io.writer import (
    WriteOptions,
    Writer,
    WriteRecording,
    single,
    single_metric,
)


@contextmanager
def _open_depth(
    path: Path, shape: tuple[int, ...], options: WriteOptions
) -> Iterator[WriteRecording]:
    del options
    with open_stacked_array(path, shape) as write:
        yield lambda recording, _: write(require_depth(recording))


@contextmanager
def _open_arrays(
    path: Path, shape: tuple[int, ...], options: WriteOptions
) -> Iterator[WriteRecording]:
    del options
    with open_arrays(path, shape) as write:
        yield lambda recording, _: write(recording)


def _write_trc(recording: Recording, path: Path, scale: float | None) -> None:
    write_trc(recording if scale is None else convert_to_centimetres(recording, scale), path)


def _write_glb(recording: Recording, path: Path, scale: float | None) -> None:
    write_glb(recording, path, scale=scale)


def _write_vrma(recording: Recording, path: Path, scale: float | None) -> None:
    write_vrma(recording, path, scale=scale)


def _write_bvh(recording: Recording, path: Path, scale: float | None) -> None:
    write_bvh(recording, path, scale=scale)


#: Of formats that hold depth as the network predicts it, for keypoints that were not observed too.
ALL_DEPTH = WriteOptions(unobserved_depth=True, max_gap=0, smooth="none")

#: Of an avatar's motion: short gaps are interpolated, and noise is filtered.
SMOOTH_MOTION = WriteOptions(unobserved_depth=False, max_gap=5, smooth="savitzky-golay")


def _picture(suffix: str, title: str, *, is_film: bool = False) -> Writer:
    """Describe the pictures or films of a suffix."""
    return Writer(
        suffix[1:],
        title,
        open_picture,
        suffix=suffix,
        is_picture=True,
        is_metric=True,
        assumes_size=True,
        holds_frame_rate=is_film,
        names_skeleton=False,
    )


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
        skeleton=PANOPTIC67,
        beside=".json",
        defaults=SMOOTH_MOTION,
    ),
    Writer(
        "glb",
        "an avatar's motion with a mannequin, for Blender, game engines and the web (glTF 2.0)",
        single_metric(_write_glb),
        suffix=".glb",
        is_metric=True,
        assumes_size=True,
        times="resampled",
        skeleton=PANOPTIC67,
        defaults=SMOOTH_MOTION,
    ),
    Writer(
        "vrma",
        "an avatar's motion for VRM avatars (VRM Animation 1.0)",
        single_metric(_write_vrma),
        suffix=".vrma",
        is_metric=True,
        assumes_size=True,
        times="resampled",
        skeleton=PANOPTIC67,
        defaults=SMOOTH_MOTION,
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
        uncertainty="beside",
        times="averaged",
        # It leaves out keypoints that were not observed; those without a depth of their own have
        # that of another one.
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
        uncertainty="inside",
        skeleton=OPENPOSE137,
        holds_others=True,
    ),
    Writer(
        "trc",
        "markers for OpenSim",
        single_metric(_write_trc),
        suffix=".trc",
        is_metric=True,
        uncertainty="beside",
        length_factor=trc_length_factor,
        leaves_out_flat=True,
    ),
    Writer(
        "html",
        "a page for any browser that plays the recordings in 3D",
        open_page,
        suffix=".html",
        holds_several=True,
        holds_skeletons=True,
        shows_video=True,
        uncertainty="inside",
        defaults=ALL_DEPTH,
    ),
    _picture(".png", "a picture: four frames from the front and from the side"),
    _picture(".svg", "the same picture, of lines and areas that can be edited"),
    _picture(".pdf", "the same picture, for print"),
    _picture(".gif", "a film that plays anywhere", is_film=True),
    _picture(".mp4", "a film in H.264", is_film=True),
    _picture(".webm", "a film in VP9", is_film=True),
)


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
