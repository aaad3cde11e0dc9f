"""Depth without learning: bone lengths and directions fitted to the 2D keypoints.

After J. Zelinka and J. Kanis, Neural sign language synthesis: words are our glosses, WACV 2020:
a recording has one set of bone lengths, each frame has a place and a direction for each bone, and
gradient descent makes their projection meet the keypoints while the points move little and the
bones stay short. Two things differ from theirs: the bones begin with an average person's
proportions, as hips that are not seen leave little else to go by, and all recordings are fitted
side by side, with Adam.
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
from signlift.normalization.normalize import frame_centers, recording_scale
from signlift.simulation.signer.anthropometry import MEAN_FRACTIONS
from signlift.utils.progress import progress_bar

_TRUNK = MEAN_FRACTIONS["trunk"]

#: Length of the bone that leads to a keypoint (of the left side or the middle) in torso lengths,
#: and which way it points before it is fitted: -1 to the camera, 1 away, 0 neither. The limbs'
#: lengths are the built-in signer's average; those of the head and the feet are ours.
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
        [bones], the place in `BONES`: left and right share a length.
    paths
        [J, bones], 1 where a bone lies between the Neck and a keypoint.
    placed
        [J], whether a keypoint hangs on the Neck at all.
    """

    parents: Int[np.ndarray, " bones"]
    children: Int[np.ndarray, " bones"]
    kinds: Int[np.ndarray, " bones"]
    paths: Float[np.ndarray, "J bones"]
    placed: NDArray[np.bool_]


def _tree() -> _Tree:
    J, root = len(PANOPTIC26), PANOPTIC26.index("Neck")
    bones: list[tuple[int, int]] = []
    reached, links = [root], PANOPTIC26.bone_index.tolist()
    for parent in reached:  # grows while it is gone through
        for one, other in links:
            child = other if one == parent else one
            if parent in (one, other) and child not in reached:
                bones.append((parent, child))
                reached.append(child)
    paths = np.zeros((J, len(bones)), np.float32)
    for number, (parent, child) in enumerate(bones):
        paths[child] = paths[parent]
        paths[child, number] = 1
    names = [PANOPTIC26.keypoints[child] for _, child in bones]
    kinds = [list(BONES).index(name if name in BONES else other_side(name)) for name in names]
    parents, children = np.array(bones).T
    placed = np.isin(np.arange(J), reached)
    return _Tree(parents, children, np.array(kinds), paths, placed)


TREE = _tree()


@dataclass(frozen=True)
class BoneFit:
    """Bone lengths and directions fitted to recordings.

    Attributes
    ----------
    steps, rate
        Steps of Adam and its learning rate.
    short
        What a torso length of bone costs: the published weight of their sum.
    still
        What movement costs, beside a squared distance of 1 from the keypoints: the published
        weight of the squared path from frame to frame.
    quiet
        Show no progress bar.
    """

    steps: int = 300
    rate: float = 0.02
    short: float = 0.001
    still: float = 0.1
    quiet: bool = True
    name: str = "bone-length fit"

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Depth of each recording, relative to the Neck; NaN for a keypoint without a bone."""
        if not recordings:
            return []
        lengths = np.array([len(recording) for recording in recordings])
        scales = [recording_scale(each.keypoints, PANOPTIC26) for each in recordings]
        points = [_centered(each, s) for each, s in zip(recordings, scales, strict=True)]
        depth = self._fit(np.concatenate(points), lengths)
        depth[:, ~TREE.placed] = np.nan
        ends = np.cumsum(lengths)[:-1]
        return [part * s for part, s in zip(np.split(depth, ends), scales, strict=True)]

    def _fit(
        self, keypoints: Float[np.ndarray, "N J 2"], lengths: Int[np.ndarray, " V"]
    ) -> Float[np.ndarray, "N J"]:
        """Fit recordings of these lengths, one after the other in N frames."""
        owner = torch.from_numpy(np.repeat(np.arange(len(lengths)), lengths))
        seen = torch.from_numpy(~np.isnan(keypoints[..., 0]))
        target = torch.from_numpy(np.nan_to_num(keypoints).astype(np.float32))
        parts = np.split(keypoints, np.cumsum(lengths)[:-1])
        filled = np.concatenate([_filled(part) for part in parts])
        start = torch.log(torch.tensor([length for length, _ in BONES.values()]))
        sizes = start.repeat(len(lengths), 1).requires_grad_()
        ways = _first_directions(filled).requires_grad_()
        necks = torch.from_numpy(filled[:, PANOPTIC26.index("Neck")]).requires_grad_()
        # Each recording's own means, so that a long one counts no more than a short one.
        share = torch.from_numpy(1 / (lengths * keypoints.shape[1])).float()[owner]
        joined = (owner[1:] == owner[:-1]) * share[1:]
        optimizer = torch.optim.Adam([sizes, ways, necks], self.rate)
        with progress_bar(self.steps, "fitting bones", "step", quiet=self.quiet) as bar:
            for _ in range(self.steps):
                points = _points(sizes[owner], ways, necks)
                misfit = (points[..., :2] - target).square().sum(-1) * seen
                moved = points.diff(dim=0).square().sum((-1, -2))
                loss = (
                    (misfit.sum(-1) * share).sum()
                    + self.still * (moved * joined).sum()
                    + self.short * sizes.exp().sum()
                )
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                bar.update()
        with torch.no_grad():
            return _points(sizes[owner], ways, necks)[..., 2].numpy().astype(np.float64)


def _points(
    sizes: Float[Tensor, "N kinds"], ways: Float[Tensor, "N bones 3"], necks: Float[Tensor, "N 2"]
) -> Float[Tensor, "N J 3"]:
    """Where the keypoints are, with the Neck at depth 0."""
    lengths = sizes.exp()[:, torch.from_numpy(TREE.kinds)]
    bones = ways * (lengths / (ways.norm(dim=-1) + 1e-6))[..., None]
    points = torch.from_numpy(TREE.paths) @ bones
    return points + torch.nn.functional.pad(necks, (0, 1))[:, None]


def _first_directions(keypoints: Float[np.ndarray, "N J 2"]) -> Float[Tensor, "N bones 3"]:
    """What each bone begins with: as seen in 2D, and as far to one side as its length allows."""
    flat = keypoints[:, TREE.children] - keypoints[:, TREE.parents]
    lengths, signs = np.array(list(BONES.values()))[TREE.kinds].T
    room = np.sqrt(np.maximum(lengths**2 - (flat**2).sum(-1), (0.1 * lengths) ** 2))
    return torch.from_numpy(np.concatenate([flat, (signs * room)[..., None]], -1)).float()


def _centered(recording: Recording, scale: float) -> Float[np.ndarray, "T J 2"]:
    """Keypoints in torso lengths, with the middle of the Neck's path at the origin."""
    centers, _ = frame_centers(recording.keypoints, PANOPTIC26)
    middle = np.nanmean(centers, axis=0) if np.isfinite(centers).any() else np.zeros(2)
    return (recording.keypoints - middle) / scale


def _filled(keypoints: Float[np.ndarray, "T J 2"]) -> Float[np.ndarray, "T J 2"]:
    """Gaps filled along straight lines over time; a keypoint never seen hangs below its parent."""
    filled = keypoints.astype(np.float32)
    frames = np.arange(len(keypoints))
    root = PANOPTIC26.index("Neck")
    for parent, child in [(root, root), *zip(TREE.parents, TREE.children, strict=True)]:
        seen = ~np.isnan(keypoints[:, child, 0])
        if not seen.any():
            below = np.array([0, BONES_OF[child]], np.float32)
            filled[:, child] = 0 if child == root else filled[:, parent] + below
            continue
        for axis in range(2):
            filled[:, child, axis] = np.interp(frames, frames[seen], keypoints[seen, child, axis])
    return filled


#: The length each keypoint's bone begins with, by its number.
BONES_OF = dict(
    zip(TREE.children.tolist(), np.array(list(BONES.values()))[TREE.kinds, 0], strict=True)
) | {PANOPTIC26.index("Neck"): 0.0}
