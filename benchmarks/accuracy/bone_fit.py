"""Depth without learning: bone lengths and directions fitted to 2D keypoints.

After J. Zelinka and J. Kanis, Neural sign language synthesis: words are our glosses, WACV 2020. A
recording has one set of bone lengths, and each frame has a position and a direction for each bone.
Gradient descent fits their projection to the keypoints, while it penalises motion of the points and
the length of the bones. Two things differ from the paper: bones are initialised with the
proportions of an average person, as missing hips determine little else, and all recordings are
fitted at once, with Adam.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, other_side
from signlift.normalization.normalize import frame_centers
from signlift.normalization.scale import recording_scale
from signlift.simulation.signer.anthropometry import MEAN_FRACTIONS
from signlift.utils.progress import progress_bar

_TRUNK = MEAN_FRACTIONS["trunk"]

#: Length of the bone to a keypoint (of the left side or the middle) in torso lengths, and the sign
#: of its initial depth: -1 towards the camera, 1 away from it, 0 neither. The lengths of the limbs
#: are those of the average simulated signer; those of the head and the feet are ours.
BONES = {
    "MidHip": (1.0, 0),
    "Nose": (0.55, -1),
    "LShoulder": (MEAN_FRACTIONS["shoulders"] / 2 / _TRUNK, 0),
    "LElbow": (MEAN_FRACTIONS["upper_arm"] / _TRUNK, -1),
    "LHand": (MEAN_FRACTIONS["forearm"] / _TRUNK, -1),
    "LEye": (0.12, 1),
    "LEar": (0.22, 1),
    "LHip": (MEAN_FRACTIONS["hips"] / 2 / _TRUNK, 0),
    "LKnee": (MEAN_FRACTIONS["thigh"] / _TRUNK, -1),
    "LAnkle": (MEAN_FRACTIONS["shank"] / _TRUNK, 1),
    "LHeel": (0.15, 1),
    "LBigToe": (0.35, -1),
    "LSmallToe": (0.13, 1),
}


@dataclass(frozen=True)
class _Tree:
    """The skeleton's bones from the Neck outwards.

    Attributes
    ----------
    parents, children
        [bones], keypoint numbers; parents come before their children.
    kinds
        [bones], number in `BONES`: left and right have the same length.
    paths
        [J, bones], 1 where a bone is between the Neck and a keypoint.
    connected
        [J], True for keypoints that are connected to the Neck.
    """

    parents: Int[np.ndarray, " bones"]
    children: Int[np.ndarray, " bones"]
    kinds: Int[np.ndarray, " bones"]
    paths: Float[np.ndarray, "J bones"]
    connected: NDArray[np.bool_]


def _build_tree() -> _Tree:
    J, root = len(PANOPTIC26), PANOPTIC26.index("Neck")
    bones: list[tuple[int, int]] = []
    reached, links = [root], PANOPTIC26.bone_index.tolist()
    for parent in reached:  # grows during the iteration
        for start, end in links:
            child = end if start == parent else start
            if parent in (start, end) and child not in reached:
                bones.append((parent, child))
                reached.append(child)
    paths = np.zeros((J, len(bones)), np.float32)
    for number, (parent, child) in enumerate(bones):
        paths[child] = paths[parent]
        paths[child, number] = 1
    names = [PANOPTIC26.keypoints[child] for _, child in bones]
    kinds = [list(BONES).index(name if name in BONES else other_side(name)) for name in names]
    parents, children = np.array(bones).T
    connected = np.isin(np.arange(J), reached)
    return _Tree(parents, children, np.array(kinds), paths, connected)


TREE = _build_tree()


@dataclass(frozen=True)
class BoneFit:
    """Bone lengths and directions fitted to recordings.

    Attributes
    ----------
    steps, rate
        Number of steps of Adam and its learning rate.
    length_weight
        Weight of the sum of the bone lengths in torso lengths, as published.
    motion_weight
        Weight of the squared path from frame to frame, relative to the squared distance from the
        keypoints, as published.
    quiet
        Show no progress bar.
    """

    steps: int = 300
    rate: float = 0.02
    length_weight: float = 0.001
    motion_weight: float = 0.1
    quiet: bool = True
    name: str = "bone-length fit"

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Compute the depth of each recording relative to the Neck; NaN without a bone."""
        if not recordings:
            return []
        lengths = np.array([len(recording) for recording in recordings])
        scales = [recording_scale(recording.keypoints, PANOPTIC26) for recording in recordings]
        points = [_center(*pair) for pair in zip(recordings, scales, strict=True)]
        depth = self._fit(np.concatenate(points), lengths)
        depth[:, ~TREE.connected] = np.nan
        ends = np.cumsum(lengths)[:-1]
        depths = np.split(depth, ends)
        return [values * scale for values, scale in zip(depths, scales, strict=True)]

    def _fit(
        self, keypoints: Float[np.ndarray, "N J 2"], lengths: Int[np.ndarray, " V"]
    ) -> Float[np.ndarray, "N J"]:
        """Fit recordings of given lengths, joined in N frames."""
        owner = torch.from_numpy(np.repeat(np.arange(len(lengths)), lengths))
        observed = torch.from_numpy(~np.isnan(keypoints[..., 0]))
        target = torch.from_numpy(np.nan_to_num(keypoints).astype(np.float32))
        recordings = np.split(keypoints, np.cumsum(lengths)[:-1])
        filled = np.concatenate([_fill_gaps(recording) for recording in recordings])
        initial = torch.log(torch.tensor([length for length, _ in BONES.values()]))
        log_lengths = initial.repeat(len(lengths), 1).requires_grad_()
        directions = _initial_directions(filled).requires_grad_()
        necks = torch.from_numpy(filled[:, PANOPTIC26.index("Neck")]).requires_grad_()
        # Means over each recording, so that long recordings have the same weight as short ones.
        weight = torch.from_numpy(1 / (lengths * keypoints.shape[1])).float()[owner]
        step_weight = (owner[1:] == owner[:-1]) * weight[1:]
        optimizer = torch.optim.Adam([log_lengths, directions, necks], self.rate)
        with progress_bar(self.steps, "fitting bones", "step", quiet=self.quiet) as bar:
            for _ in range(self.steps):
                points = _compute_points(log_lengths[owner], directions, necks)
                distance = (points[..., :2] - target).square().sum(-1) * observed
                motion = points.diff(dim=0).square().sum((-1, -2))
                loss = (
                    (distance.sum(-1) * weight).sum()
                    + self.motion_weight * (motion * step_weight).sum()
                    + self.length_weight * log_lengths.exp().sum()
                )
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                bar.update()
        with torch.no_grad():
            points = _compute_points(log_lengths[owner], directions, necks)
            return points[..., 2].numpy().astype(np.float64)


def _compute_points(
    log_lengths: Float[Tensor, "N kinds"],
    directions: Float[Tensor, "N bones 3"],
    necks: Float[Tensor, "N 2"],
) -> Float[Tensor, "N J 3"]:
    """Compute the positions of all keypoints, with the Neck at depth 0."""
    lengths = log_lengths.exp()[:, torch.from_numpy(TREE.kinds)]
    bones = directions * (lengths / (directions.norm(dim=-1) + 1e-6))[..., None]
    points = torch.from_numpy(TREE.paths) @ bones
    return points + torch.nn.functional.pad(necks, (0, 1))[:, None]


def _initial_directions(keypoints: Float[np.ndarray, "N J 2"]) -> Float[Tensor, "N bones 3"]:
    """Compute initial directions: x and y as in 2D, and the depth that the length allows."""
    flat = keypoints[:, TREE.children] - keypoints[:, TREE.parents]
    lengths, signs = np.array(list(BONES.values()))[TREE.kinds].T
    depth = np.sqrt(np.maximum(lengths**2 - (flat**2).sum(-1), (0.1 * lengths) ** 2))
    return torch.from_numpy(np.concatenate([flat, (signs * depth)[..., None]], -1)).float()


def _center(recording: Recording, scale: float) -> Float[np.ndarray, "T J 2"]:
    """Return keypoints in torso lengths, with the mean of the Neck at the origin."""
    centers, _ = frame_centers(recording.keypoints, PANOPTIC26)
    middle = np.nanmean(centers, axis=0) if np.isfinite(centers).any() else np.zeros(2)
    return (recording.keypoints - middle) / scale


def _fill_gaps(keypoints: Float[np.ndarray, "T J 2"]) -> Float[np.ndarray, "T J 2"]:
    """Interpolate gaps linearly; place a keypoint that is always missing below its parent."""
    filled = keypoints.astype(np.float32)
    frames = np.arange(len(keypoints))
    root = PANOPTIC26.index("Neck")
    for parent, child in [(root, root), *zip(TREE.parents, TREE.children, strict=True)]:
        observed = ~np.isnan(keypoints[:, child, 0])
        if not observed.any():
            below = np.array([0, INITIAL_LENGTHS[child]], np.float32)
            filled[:, child] = 0 if child == root else filled[:, parent] + below
            continue
        for axis in range(2):
            values = keypoints[observed, child, axis]
            filled[:, child, axis] = np.interp(frames, frames[observed], values)
    return filled


#: Initial length of the bone to each keypoint, by the keypoint's number.
INITIAL_LENGTHS = dict(
    zip(TREE.children.tolist(), np.array(list(BONES.values()))[TREE.kinds, 0], strict=True)
) | {PANOPTIC26.index("Neck"): 0.0}
