"""normalized_data.npy: recordings in the canonical frame, one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.npy import NpyFile, open_npy
from signlift.utils.array_types import Float, Int
from signlift.utils.bounded_json import read_json

NORMALIZED_DATA = "normalized_data.npy"

#: Number of frames that are checked at once.
_CHUNK_FRAMES = 1 << 16

#: Number of items that a message shows.
_MAX_LISTED = 5


def index_path(path: str | PathLike[str]) -> Path:
    """Name the file beside normalized_data.npy that holds the first frame of each recording."""
    return Path(path).with_suffix(".json")


@dataclass(frozen=True, eq=False)
class NormalizedData:
    """Recordings in the canonical frame, read from the file when they are asked for.

    Attributes
    ----------
    file
        [total frames, J, 3]: depth (the person faces +x), height (up along the trunk), lateral
        (to the person's right), in torso lengths; NaN where missing.
    skeleton
        Skeleton of the J keypoints.
    begins
        [V], first frame of each recording.
    lengths
        [V], number of frames of each recording.
    """

    file: NpyFile
    skeleton: Skeleton
    begins: Int[np.ndarray, " V"]
    lengths: Int[np.ndarray, " V"]

    def __len__(self) -> int:
        """Return V, the number of recordings."""
        return len(self.lengths)

    def fetch(
        self, recordings: Int[np.ndarray, " B"], starts: Int[np.ndarray, " B"], length: int
    ) -> tuple[Float[np.ndarray, "B L J 2"], Float[np.ndarray, "B L J"]]:
        """Read a window of each of several recordings: lateral and height, and depth.

        See `signlift.io.arrays.original_arrays.Arrays.fetch`.
        """
        frames = starts[:, None] + np.arange(length)
        outside = frames >= self.lengths[recordings][:, None]
        frames = np.minimum(frames, self.lengths[recordings][:, None] - 1)
        points = self.file.map()[self.begins[recordings][:, None] + frames].astype(np.float32)
        points[outside] = np.nan
        keypoints = points[..., [2, 1]]
        keypoints[np.isnan(keypoints).any(-1)] = np.nan
        return keypoints, points[..., 0]


def index_text(skeleton: Skeleton, begins: Int[np.ndarray, " V"], total: int) -> str:
    """Format the content of the file that `index_path` names, as JSON."""
    return json.dumps(
        {
            "skeleton": skeleton.name,
            "axes": ["depth, facing +x", "height, up along the trunk", "lateral, to the right"],
            "unit": "torso lengths (MidHip to Neck)",
            "total_frames": total,
            "begins": [int(begin) for begin in begins],
        }
    )


def read_normalized(path: str | PathLike[str]) -> NormalizedData:
    """Open normalized_data.npy and the index beside it.

    Raises
    ------
    InputError
        One line for each problem: either file missing or damaged, a shape that is not
        [frames, J, 3], first frames that do not increase from 0, infinities.
    """
    path = Path(path)
    problems: list[str] = []
    file = None
    try:
        file = open_npy(path)
    except InputError as error:
        problems.extend(error.problems)
    index = _read_index(index_path(path), problems)
    if file is None or index is None:
        raise InputError(problems)
    skeleton, begins, total = index
    if file.shape != (total, len(skeleton), 3):
        expected = f"shape {[total, len(skeleton), 3]}"
        problems.append(problem(path, expected=expected, found=str(list(file.shape))))
    if len(begins) == 0 or begins[0] != 0 or (np.diff([*begins, total]) <= 0).any():
        expected = f"first frames that increase from 0 and stay below {total}"
        found = str(begins[:_MAX_LISTED].tolist())
        problems.append(problem(index_path(path), expected=expected, found=found))
    for start in range(0, 0 if problems else total, _CHUNK_FRAMES):
        infinite = np.isinf(file.map()[start : start + _CHUNK_FRAMES])
        if infinite.any():
            frame = start + int(np.argwhere(infinite)[0][0])
            found = f"an infinity in frame {frame}"
            problems.append(problem(path, expected="finite numbers or NaN", found=found))
            break
    if problems:
        raise InputError(problems)
    return NormalizedData(file, skeleton, begins, np.diff([*begins, total]))


def _read_index(
    path: Path, problems: list[str]
) -> tuple[Skeleton, Int[np.ndarray, " V"], int] | None:
    """Read the skeleton, the first frame of each recording, and the total number of frames."""
    if not path.exists():
        expected = "the first frame of each recording"
        problems.append(problem(path, expected=expected, found="no such file"))
        return None
    expected = "the index that `prepare` writes"
    try:
        index = read_json(path)
    except InputError as error:
        problems.extend(error.problems)
        return None
    try:
        begins = np.array(index["begins"], np.int64).reshape(-1)
        total = int(np.int64(index["total_frames"]))
        return get_skeleton(str(index["skeleton"])), begins, total
    except InputError as error:
        problems.extend(f"{path}: {line}" for line in error.problems)
    except (ValueError, KeyError, TypeError, OverflowError, IndexError) as error:
        found = f"a file without it ({type(error).__name__}: {error})".replace("\n", " ")
        problems.append(problem(path, expected=expected, found=found))
    return None
