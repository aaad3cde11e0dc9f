"""Measures of a body in the image by which a person is recognised: directions and bone lengths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Float

#: Maximum number of frames that are measured, and of those that they are chosen from; both are
#: evenly spread over a recording.
_MAX_FRAMES, _MAX_CHOICE = 32, 256

#: Keypoints with a lower confidence are not measured.
_MIN_CONFIDENCE = 0.3

#: Minimum fraction of frames in which a body has the same direction.
MIN_FRACTION = 0.9

_FACE = ("Nose", "LEye", "REye", "LEar", "REar")
_PAIRS = ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle", "HandRoot")
_KEYPOINTS = (
    *_FACE,
    *(side + part for part in (*_PAIRS, "Index1") for side in "LR"),
    *("Neck", "MidHip"),
)

#: Points that are measured: keypoints, and the middles of the shoulders, the hips and the face.
_POINTS = (*_KEYPOINTS, "shoulders", "hips", "face")
_NUMBERS = {name: number for number, name in enumerate(_POINTS)}
_FACE_NUMBERS = [_NUMBERS[name] for name in _FACE]

#: Average bone lengths in metres, by their ends.
_BONES = {
    ("LShoulder", "RShoulder"): 0.36,
    ("hips", "shoulders"): 0.5,
    **{(side + "Shoulder", side + "Elbow"): 0.29 for side in "LR"},
    **{(side + "Elbow", side + "Wrist"): 0.25 for side in "LR"},
    **{(side + "Hip", side + "Knee"): 0.42 for side in "LR"},
    **{(side + "Knee", side + "Ankle"): 0.41 for side in "LR"},
}

#: Smallest part of the scale of both trunk and shoulders, that of the body.
_CHEST_WEIGHT = 0.75

#: Points whose distances are measured: ends of bones and other pairs.
_FACE_PAIRS = tuple(combinations(_FACE, 2))
_DISTANCES = (
    *_BONES,
    *_FACE_PAIRS,
    *(("shoulders", "face"), ("LHip", "RHip"), ("shoulders", "Neck"), ("hips", "MidHip")),
    *((side + "Wrist", side + "HandRoot") for side in "LR"),
)
_ENDS = np.array([[_NUMBERS[end] for end in pair] for pair in _DISTANCES])

#: Keypoints of head, arms and legs that have two sides.
_SIDES = ("Eye", "Ear", *_PAIRS[:-1])

#: Minimum number of bones that give the scale.
_MIN_BONES = 3


def sample_keypoints(recording: Recording) -> Float[np.ndarray, "N J 2"]:
    """Select at most 32 frames with both shoulders, and the keypoints to measure.

    Where no frame has both, frames with any keypoint.

    Returns
    -------
    [N, J, 2], NaN for keypoints that are missing or have a low confidence.
    """
    frames = _spread(np.arange(len(recording)), _MAX_CHOICE)
    keypoints = recording.keypoints[frames].astype(np.float64)
    if recording.confidence is not None:
        keypoints[recording.confidence[frames] < _MIN_CONFIDENCE] = np.nan
    observed = ~np.isnan(keypoints[..., 0])
    shoulders = [recording.skeleton.find(side + "Shoulder") for side in "LR"]
    chosen = observed.any(1)
    if None not in shoulders and observed[:, shoulders].all(1).any():
        chosen = observed[:, shoulders].all(1)
    return keypoints[_spread(np.flatnonzero(chosen), _MAX_FRAMES)]


def _spread(numbers: NDArray[np.integer], limit: int) -> NDArray[np.integer]:
    """Select at most `limit` numbers, evenly spread."""
    if len(numbers) <= limit:
        return numbers
    chosen: NDArray[np.integer] = numbers[np.linspace(0, len(numbers) - 1, limit).astype(int)]
    return chosen


def median_of_observed(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Compute the (lower) median over the first axis without NaN; NaN where there is no value."""
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    middle = np.maximum((~np.isnan(values)).sum(0) - 1, 0) // 2
    median: NDArray[np.floating] = np.take_along_axis(np.sort(values, 0), middle[None], 0)[0]
    return median


@dataclass(frozen=True, eq=False)
class Body:
    """Keypoints of one person in N frames, by name.

    Parameters
    ----------
    keypoints
        [N, J, 2], NaN where missing.
    skeleton
        The skeleton of the J keypoints.
    """

    keypoints: Float[np.ndarray, "N J 2"]
    skeleton: Skeleton

    @cached_property
    def _points(self) -> NDArray[np.floating]:
        """[N, points, 2], NaN for keypoints that the skeleton does not have."""
        numbers = [self.skeleton.find(name) for name in _KEYPOINTS]
        absent = np.full((len(self.keypoints), 1, 2), np.nan)
        padded = np.concatenate([self.keypoints, absent], 1)
        points = padded[:, [-1 if number is None else number for number in numbers]]
        middles = [
            points[:, [_NUMBERS[f"L{part}"], _NUMBERS[f"R{part}"]]].sum(1) / 2
            for part in ("Shoulder", "Hip")
        ]
        for side in "LR":
            root = points[:, _NUMBERS[f"{side}HandRoot"]]
            # Hands whose keypoints are in one place are not those of a person.
            root[(root == points[:, _NUMBERS[f"{side}Index1"]]).all(-1)] = np.nan
        face = points[:, _FACE_NUMBERS]
        count = (~np.isnan(face[..., :1])).sum(1)
        middles.append(np.where(count > 0, np.nansum(face, 1), np.nan) / np.maximum(count, 1))
        return np.concatenate([points, np.stack(middles, 1)], 1)

    def vector(self, start: str, end: str) -> Float[np.ndarray, "N 2"]:
        """Return the vector from one point to another in each frame.

        Points are keypoints, and the middles of the shoulders, the hips and the face.
        """
        difference: NDArray[np.floating] = (
            self._points[:, _NUMBERS[end]] - self._points[:, _NUMBERS[start]]
        )
        return difference

    @cached_property
    def _distances(self) -> dict[tuple[str, str], float]:
        """Median distances of pairs of points."""
        difference = self._points[:, _ENDS[:, 0]] - self._points[:, _ENDS[:, 1]]
        length = np.sqrt((difference**2).sum(-1))
        return dict(zip(_DISTANCES, median_of_observed(length).tolist(), strict=True))

    @cached_property
    def scale(self) -> float:
        """Units of the image in a metre: the median over bones; NaN with too few bones.

        Arms and legs may all point to the camera: trunk and shoulders together outweigh them.
        """
        ratios = [self._distances[bone] / metres for bone, metres in _BONES.items()]
        known = sorted(ratio for ratio in ratios if ratio == ratio)
        if len(known) < _MIN_BONES:
            return float("nan")
        chest = min(ratios[:2]) if ratios[0] == ratios[0] and ratios[1] == ratios[1] else 0.0
        # The first np.median takes 8 ms, as NumPy imports masked arrays for it.
        median = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
        return max(median, _CHEST_WEIGHT * chest)

    def metres(self, start: str, end: str) -> float:
        """Return the median distance of two points, roughly in metres; NaN where missing."""
        return self._distances[start, end] / self.scale

    @property
    def face_extent(self) -> float:
        """Return the largest distance in the face, roughly in metres; 0 where missing."""
        distances = [self.metres(*pair) for pair in _FACE_PAIRS]
        return max((distance for distance in distances if distance == distance), default=0.0)

    @cached_property
    def observed(self) -> dict[str, float]:
        """Fractions of the frames with each point."""
        total = max(len(self.keypoints), 1)
        fractions = (~np.isnan(self._points[..., 0])).sum(0) / total
        return dict(zip(_POINTS, fractions.tolist(), strict=True))

    @cached_property
    def lone_sides(self) -> int:
        """Number of keypoints of head, arms and legs that are observed on one side alone."""
        pairs = [[self.observed[side + part] for side in "LR"] for part in _SIDES]
        alone = [max(pair) > MIN_FRACTION and min(pair) < 1 - MIN_FRACTION for pair in pairs]
        return sum(alone)

    @cached_property
    def upward(self) -> Float[np.ndarray, "N 2"]:
        """[N, 2], the vector from the hips to the face, or to the shoulders without a face.

        From the shoulders without hips. NaN in frames without hips and face. Where no frame has
        both shoulders, one of them stands for both.
        """
        trunk, nape = self.vector("hips", "shoulders"), self.vector("shoulders", "face")
        if np.isnan(trunk).all() and np.isnan(nape).all():
            left, right = (self.vector(f"{side}Shoulder", "face") for side in "LR")
            nape = np.where(np.isnan(left), right, left)
        total = np.nan_to_num(trunk) + np.nan_to_num(nape)
        return np.where(np.isnan(trunk) & np.isnan(nape), np.nan, total)

    @cached_property
    def directions(self) -> dict[int, float]:
        """Fractions of the frames in which the head is up, right, down and left in the image.

        By degrees clockwise from up: 0, 90, 180, 270. All are 0 without a direction.
        """
        right, up = self.upward[:, 0], -self.upward[:, 1]
        valid = np.abs(right) + np.abs(up) > 0
        quarters = np.round(np.arctan2(right[valid], up[valid]) * (2 / np.pi)).astype(int) % 4
        total = max(len(quarters), 1)
        return {90 * quarter: float((quarters == quarter).sum()) / total for quarter in range(4)}
