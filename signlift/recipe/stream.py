"""The stream of training data: new people, motions, cameras and detectors for every batch.

Block i depends on the seed and on i alone, so that a training that was stopped goes on with the
same data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int

from signlift.lengths import bone_lengths as median_lengths
from signlift.preprocessing.normalize import MIN_SHARE, PARTS, frame_centers
from signlift.recipe.motions import Clips, Signers, draw_kinds, play
from signlift.skeleton import PANOPTIC26
from signlift.synthetic.detector import DetectorSettings, detect
from signlift.synthetic.framing import ViewSettings
from signlift.synthetic.lengths import bone_lengths, target_factors
from signlift.synthetic.retarget import mirrored, retarget
from signlift.synthetic.views import random_views

#: Where a lane's proportions come from: as in `signlift.model.lifting_net`.
GIVEN, WHOLE, SO_FAR = range(3)
_SOURCES = (0.25, 0.4, 0.35)

#: How a block's windows are shared out among recordings, and how often.
_PARTITIONS: tuple[tuple[tuple[int, ...], float], ...] = (
    ((3,), 0.35),
    ((1, 2), 0.15),
    ((2, 1), 0.15),
    ((1, 1, 1), 0.35),
)
WINDOWS = 3

#: By how much a procedural signer's lengths change each time it is used.
_OTHER_BODY = 0.03

# What a batch has of every frame.
_TIMED = {"keypoints", "confidence", "clean", "depth", "proportions", "given"}


@dataclass(frozen=True)
class StreamSettings:
    """What the training data are.

    Attributes
    ----------
    lanes
        B, recordings side by side.
    frames
        T, of a window.
    kept
        How many procedural motions are kept, and drawn from several times.
    fresh
        How many new ones each block brings.
    real
        The share of recordings that are of real motion, where there is any.
    views
        Where cameras are.
    detector
        How good detectors are.
    """

    lanes: int = 32
    frames: int = 128
    kept: int = 300
    fresh: int = 5
    real: float = 0.4
    views: ViewSettings = field(default_factory=ViewSettings)
    detector: DetectorSettings = field(
        default_factory=lambda: DetectorSettings(clean=0.35, noise=(0.002, 0.03), bias=(0.0, 0.025))
    )


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows of B recordings; lengths are in torso lengths.

    Attributes
    ----------
    keypoints
        [B, T, J, 2] as a detector gives them, centred and scaled, NaN where missing.
    confidence
        [B, T, J].
    clean
        [B, T, J, 2], the true ones.
    depth
        [B, T, J], relative to MidHip.
    proportions
        [B, T, P], the logs of the lengths and of one over the distance.
    given
        [B, T, P], the same as a user might give them.
    fps
        [B].
    going_on
        [B], 1 where the recording began in an earlier window, 0 where it begins.
    source, told_at
        [B], as in `LiftingNet.forward`.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    clean: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    proportions: Float[np.ndarray, "B T P"]
    given: Float[np.ndarray, "B T P"]
    fps: Float[np.ndarray, " B"]
    going_on: Float[np.ndarray, " B"]
    source: Int[np.ndarray, " B"]
    told_at: Int[np.ndarray, " B"]


@dataclass(frozen=True, eq=False)
class Filmed:
    """Recordings of equal length, in pixels, and what is true of them.

    Attributes
    ----------
    keypoints, confidence
        [B, T, J, 2] and [B, T, J], as a detector gives them.
    clean, depth
        [B, T, J, 2] and [B, T, J], the truth.
    lengths
        [B, L], the body's lengths in pixels at the distance of the root.
    focal
        [B], in pixels.
    fps
        [B].
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    clean: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    lengths: Float[np.ndarray, "B L"]
    focal: Float[np.ndarray, " B"]
    fps: Float[np.ndarray, " B"]


class Stream:
    """Blocks of `WINDOWS` batches, one after the other.

    Parameters
    ----------
    seed
        The source of all chance.
    settings
        What the data are.
    real
        Motion capture that is mixed in.
    """

    def __init__(self, seed: int, settings: StreamSettings, real: Sequence[Clips] = ()) -> None:
        self.seed, self.settings, self.real = seed, settings, real
        self._signers = Signers(seed, WINDOWS * settings.frames, settings.kept)

    def film(self, rng: np.random.Generator, block: int, count: int, frames: int) -> Filmed:
        """New recordings of `frames` frames each, filmed and detected."""
        newest = self.settings.kept + self.settings.fresh * (block + 1)
        share = self.settings.real if self.real else 0.0
        kinds = draw_kinds(rng, count, [1 - share, *(share / len(self.real) for _ in self.real)])
        drawn = [
            play(rng, self.real[kind - 1], frames)
            if kind
            else self._signers.draw(rng, newest, frames)
            for kind in kinds
        ]
        points = np.stack([motion for motion, _ in drawn])
        fps = np.array([rate for _, rate in drawn])
        flip = rng.random(count) < 0.5
        points[flip] = mirrored(points[flip], PANOPTIC26)
        points = retarget(points, PANOPTIC26, _bodies(rng, points, kinds > 0))
        views = random_views(rng, points, PANOPTIC26, self.settings.views)
        keypoints, confidence = detect(
            rng,
            views.keypoints,
            PANOPTIC26,
            fps,
            views.scale,
            self.settings.detector,
            views.size,
        )
        root = PANOPTIC26.point(points, "MidHip") - views.position[:, None]
        away = (root * views.rotation[:, None, 2]).sum(-1)
        metre = views.focal / np.median(away, 1)
        lengths = median_lengths(points, PANOPTIC26) * metre[:, None]
        return Filmed(
            keypoints, confidence, views.keypoints, views.depth, lengths, views.focal, fps
        )

    def block(self, number: int) -> list[Batch]:
        """The batches of one block, in order; each goes on where the one before ended."""
        rng = np.random.default_rng([self.seed, 2, number])
        B, T = self.settings.lanes, self.settings.frames
        chances = [chance for _, chance in _PARTITIONS]
        lanes = [_PARTITIONS[int(i)][0] for i in rng.choice(len(chances), B, p=chances)]
        pieces = [
            (lane, part, sum(cut[:i]))
            for lane, cut in enumerate(lanes)
            for i, part in enumerate(cut)
        ]
        windows: list[list[Batch | None]] = [[None] * B for _ in range(WINDOWS)]
        for part in sorted({part for _, part, _ in pieces}):
            chosen = [(lane, first) for lane, size, first in pieces if size == part]
            filmed = self.film(rng, number, len(chosen), part * T)
            batch = normalized(rng, filmed)
            for row, (lane, first) in enumerate(chosen):
                for window in range(part):
                    windows[first + window][lane] = _cut(batch, row, window, T)
        return [_together([lane for lane in window if lane is not None]) for window in windows]


def normalized(rng: np.random.Generator, filmed: Filmed) -> Batch:
    """Recordings as the networks see them: centred, scaled, and with a way to be lifted."""
    keypoints = filmed.keypoints
    B, T = keypoints.shape[:2]
    scale = _scales(keypoints)
    source = np.asarray(rng.choice(len(_SOURCES), B, p=_SOURCES))
    # Those who use the model live know the scale but roughly at first; and whole recordings
    # differ in what their scale is taken from.
    rough = 0.08 * rng.standard_normal((B, 1)) * np.exp(-np.arange(T) / rng.uniform(5, 60, (B, 1)))
    steady = 0.06 * rng.standard_normal((B, 1)) * (rng.random((B, 1)) < 0.5)
    size = scale[:, None] * np.exp(np.where(source[:, None] == SO_FAR, rough, 0.0) + steady)
    centers, _ = frame_centers(keypoints, PANOPTIC26)
    centers = np.where(np.isnan(centers), 0.0, centers)
    lengths = np.log(filmed.lengths)[:, None] - np.log(size)[..., None]
    near = np.log(size / filmed.focal[:, None])[..., None]
    proportions = np.concatenate([lengths, near], -1)
    doubt = np.concatenate([np.full((B, 1, lengths.shape[-1]), 0.02), np.full((B, 1, 1), 0.3)], -1)
    given = proportions + doubt * rng.standard_normal(doubt.shape)
    unit = size[..., None, None]
    return Batch(
        ((keypoints - centers[:, :, None]) / unit).astype(np.float32),
        filmed.confidence,
        ((filmed.clean - centers[:, :, None]) / unit).astype(np.float32),
        (filmed.depth / unit[..., 0]).astype(np.float32),
        proportions.astype(np.float32),
        given.astype(np.float32),
        filmed.fps.astype(np.float32),
        np.zeros(B, np.float32),
        source,
        # Short recordings tell less: the estimate of any frame may have to do for all.
        np.where(rng.random(B) < 0.5, rng.integers(10, max(T, 11), B).clip(max=T - 1), T - 1),
    )


def _bodies(
    rng: np.random.Generator, points: Float[np.ndarray, "B T J 3"], real: Bool[np.ndarray, " B"]
) -> dict[str, Float[np.ndarray, " B"]]:
    """Factors of retargeting: real motion is of few bodies, and gets one out of all that there are.

    A procedural signer has a body of its own, and hands that meet what they reach for. But its
    motion is used more than once: it changes a little.
    """
    drawn = target_factors(rng, bone_lengths(points, PANOPTIC26))
    return {
        part: np.where(real, factors, np.exp(_OTHER_BODY * rng.standard_normal(len(real))))
        for part, factors in drawn.items()
    }


def _scales(keypoints: Float[np.ndarray, "B T J 2"]) -> Float[np.ndarray, " B"]:
    """As `recording_scale`, for B recordings at once."""
    on = PANOPTIC26
    frames = (~np.isnan(keypoints[..., 0])).any(-1).sum(1)
    scale = np.ones(len(keypoints))
    found = np.zeros(len(keypoints), bool)
    for one, other, percent, factor in PARTS:
        length = np.linalg.norm(on.point(keypoints, one) - on.point(keypoints, other), axis=-1)
        seen = (~np.isnan(length)).sum(1)
        take = ~found & (seen > 0) & (seen >= MIN_SHARE * frames)
        if take.any():
            scale[take] = factor * np.nanpercentile(length[take], percent, axis=1)
            found |= take & (scale > 1e-3)
    x = np.nan_to_num(keypoints[..., 0])
    box = x.max((1, 2)) - x.min((1, 2))
    return np.where(found, scale, np.maximum(box, 1.0))


def _cut(batch: Batch, row: int, window: int, frames: int) -> Batch:
    """One window of one recording, as a batch of one."""
    piece = slice(window * frames, (window + 1) * frames)
    values = {}
    for name, value in vars(batch).items():
        lane = value[row : row + 1]
        values[name] = lane[:, piece] if name in _TIMED else lane
    values["going_on"] = np.full(1, window > 0, np.float32)
    last = values["told_at"] - window * frames
    values["told_at"] = np.where((last >= 0) & (last < frames), last, frames - 1)
    return Batch(**values)


def _together(rows: Sequence[Batch]) -> Batch:
    values = {name: [getattr(row, name) for row in rows] for name in vars(rows[0])}
    return Batch(**{name: np.concatenate(parts) for name, parts in values.items()})
