"""normalized_data.npy: recordings in the canonical frame, one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.npy import NpyFile, open_npy

NORMALIZED_DATA = "normalized_data.npy"


def index_path(path: str | PathLike[str]) -> Path:
    """The file beside normalized_data.npy that says where each recording begins."""
    return Path(path).with_suffix(".json")


@dataclass(frozen=True, eq=False)
class NormalizedData:
    """Recordings in the canonical frame, read from the file as they are asked for.

    Attributes
    ----------
    file
        [total frames, J, 3]: depth (the person faces +x), height (up along the column), lateral
        (to the person's right), in column lengths; NaN where missing.
    skeleton
        What the J keypoints are.
    begins
        [V], the frame at which each recording begins.
    lengths
        [V], the frames of each recording.
    """

    file: NpyFile
    skeleton: Skeleton
    begins: Int[np.ndarray, " V"]
    lengths: Int[np.ndarray, " V"]

    def __len__(self) -> int:
        """V, the number of recordings."""
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


def index_text(on: Skeleton, begins: Int[np.ndarray, " V"], total: int) -> str:
    """What `index_path` holds, as JSON."""
    return json.dumps(
        {
            "skeleton": on.name,
            "axes": ["depth, facing +x", "height, up along the column", "lateral, to the right"],
            "unit": "column lengths (MidHip to Neck)",
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
        [frames, J, 3], begins that do not rise from 0 to the end, infinities.
    """
    path = Path(path)
    index_file = index_path(path)
    problems: list[str] = []
    file = None
    try:
        file = open_npy(path)
    except InputError as error:
        problems.extend(error.problems)
    try:
        index = json.loads(index_file.read_text(encoding="utf-8"))
        on = get_skeleton(index["skeleton"])
        begins = np.array(index["begins"], np.int64).reshape(-1)
        total = int(index["total_frames"])
    except FileNotFoundError:
        problems.append(
            problem(index_file, expected="where each recording begins", found="no such file")
        )
    except InputError as error:
        problems.extend(f"{index_file}: {line}" for line in error.problems)
    except (ValueError, KeyError, TypeError, OverflowError):
        problems.append(
            problem(index_file, expected="the index that prepare writes", found="something else")
        )
    if problems:
        raise InputError(problems)
    assert file is not None
    if file.shape != (total, len(on), 3):
        problems.append(
            problem(path, expected=f"shape {[total, len(on), 3]}", found=str(list(file.shape)))
        )
    if len(begins) == 0 or begins[0] != 0 or (np.diff([*begins, total]) <= 0).any():
        problems.append(
            problem(
                index_file,
                expected=f"begins that rise from 0 and stay below {total}",
                found=str(begins[:5].tolist()),
            )
        )
    rows = 1 << 16
    for start in range(0, file.shape[0], rows):
        bad = np.isinf(file.map()[start : start + rows])
        if bad.any():
            where = start + int(np.argwhere(bad)[0][0])
            found = f"an infinity in frame {where}"
            problems.append(problem(path, expected="finite numbers or NaN", found=found))
            break
    if problems:
        raise InputError(problems)
    return NormalizedData(file, on, begins, np.diff([*begins, total]))
