"""Preprocessing into the canonical frame: rotate, scale and join recordings.

This is the preprocessing of the original repository (imatge-upc/3D_skeleton_conversion).
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.geometry.canonical import rotate_skeleton, scale_axes
from signlift.io.arrays.normalized import index_path, index_text
from signlift.io.arrays.npy import npy_writer
from signlift.io.arrays.original_arrays import read_arrays
from signlift.utils.atomic import atomic_group, write_text
from signlift.utils.progress import progress_bar
from signlift.utils.regular_files import read_regular

#: Frames that are read at a time.
_WINDOW = 4096


@dataclass(frozen=True)
class PreparedDataset:
    """Summary of `prepare`.

    Attributes
    ----------
    path
        The normalized_data.npy.
    recordings, frames
        The number of recordings and of their frames.
    undefined
        The number of frames without a canonical frame (Neck, MidHip or Nose missing, or a torso
        without length). They are NaN.
    """

    path: Path
    recordings: int
    frames: int
    undefined: int


def prepare(
    body_data: str | PathLike[str],
    body_ground: str | PathLike[str],
    out: str | PathLike[str],
    skeleton: str | Skeleton = PANOPTIC26,
    *,
    keep_zeros: bool = False,
    quiet: bool = True,
) -> PreparedDataset:
    """Transform recordings with known depth into the canonical frame and join them.

    Parameters
    ----------
    body_data, body_ground
        The arrays of keypoints [V, T, 2J] and depth [V, T, J].
    out
        normalized_data.npy, [total frames, J, 3] float32: depth (the person faces +x), height (up
        along the trunk) and lateral position, in torso lengths; NaN where missing; padding removed.
        A .json file of the same name beside it lists the first frame of each recording.
    skeleton
        The skeleton of the J keypoints, or its name.
    keep_zeros
        As for `signlift.read_arrays`.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        One line for each problem of the arrays; no frame has a canonical frame; `out` does not end
        in .npy or is one of the inputs; or the .json file exists and is not an index.
    """
    out, skeleton = Path(out), get_skeleton(skeleton)
    _check_output(out, (Path(body_data), Path(body_ground)))
    arrays = read_arrays(body_data, body_ground, skeleton, keep_zeros=keep_zeros, quiet=quiet)
    total = int(arrays.lengths.sum())
    begins = np.cumsum(arrays.lengths) - arrays.lengths
    undefined = 0
    with (
        atomic_group(),
        npy_writer(out, (total, len(skeleton), 3)) as file,
        progress_bar(total, "preparing", quiet=quiet) as bar,
    ):
        for v, (begin, length) in enumerate(zip(begins, arrays.lengths, strict=True)):
            for start in range(0, int(length), _WINDOW):
                frames = min(_WINDOW, int(length) - start)
                keypoints, depth = arrays.fetch(np.array([v]), np.array([start]), frames)
                points = Recording(keypoints[0], skeleton, depth=depth[0]).points
                points = scale_axes(rotate_skeleton(points, skeleton), skeleton)
                undefined += int(np.isnan(points).all((1, 2)).sum())
                file.put((int(begin) + start,), points)
                bar.update(frames)
        if undefined == total:
            expected = "frames with Neck, MidHip, Nose and their depth, and a torso length above 0"
            raise InputError(problem(body_data, expected=expected, found="none"))
        write_text(index_path(out), index_text(skeleton, begins, total))
    return PreparedDataset(out, len(arrays), total, undefined)


def _check_output(out: Path, sources: tuple[Path, Path]) -> None:
    index = index_path(out)
    if index.exists() and b'"begins"' not in read_regular(index):
        expected = "no file of this name, as the index is written there"
        raise InputError(problem(index, expected=expected, found="a file that is not an index"))
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            found = "the input file"
            raise InputError(problem(out, expected="a file other than the inputs", found=found))
    if out.suffix != ".npy":
        raise InputError(problem(out, expected="a name that ends in .npy", found=repr(out.name)))
