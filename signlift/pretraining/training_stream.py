"""The stream of training data: new people, motions, cameras and detectors for every batch.

Block i depends on the seed and on i alone, so that a training that was stopped goes on with the
same data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    CAUSAL,
    GIVEN,
    OFFLINE,
    UPPER_BODY_LENGTHS,
    measure_bone_lengths,
)
from signlift.core.skeleton import PANOPTIC26
from signlift.normalization.normalize import frame_centers
from signlift.normalization.scale import MIN_OBSERVED_FRACTION, SCALE_REFERENCES
from signlift.pretraining.motion_sources import Clips, Signers, draw_kinds, play
from signlift.simulation.augment.length_factors import draw_length_factors, measure_body_lengths
from signlift.simulation.augment.retarget import mirror, retarget
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections
from signlift.simulation.views.camera_batch import render_views
from signlift.simulation.views.framing import ViewSettings

#: How often a lane's proportions come from where (see `signlift.core.bone_lengths`).
_SOURCES = {GIVEN: 0.25, OFFLINE: 0.4, CAUSAL: 0.35}

#: How far off lengths that are given may be: the standard deviation of their logs.
_GIVEN_ERROR = 0.02

#: The numbers of the lengths that a unit is told by.
_UPPER_BODY = [number for number, name in enumerate(BONE_LENGTHS) if name in UPPER_BODY_LENGTHS]

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
_TIMED = {"keypoints", "confidence", "clean", "depth", "proportions"}


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
    real: float = 0.35
    views: ViewSettings = field(default_factory=ViewSettings)
    detector: DetectorSettings = field(
        default_factory=lambda: DetectorSettings(
            clean_probability=0.35, noise=(0.002, 0.03), bias=(0.0, 0.025)
        )
    )


@dataclass(frozen=True, eq=False)
class TrainingBatch:
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
    fps
        [B].
    going_on
        [B], 1 where the recording began in an earlier window, 0 where it begins.
    source, told_at
        [B], as in `LiftingNet.forward`.
    given
        [B, L], the logs of the lengths as a user might give them: about 2 % off, and in any unit.
    known
        [B, L], which of them the user knows: at least one of the upper body, and all in half of
        the recordings.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    clean: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    proportions: Float[np.ndarray, "B T P"]
    fps: Float[np.ndarray, " B"]
    going_on: Float[np.ndarray, " B"]
    source: Int[np.ndarray, " B"]
    told_at: Int[np.ndarray, " B"]
    given: Float[np.ndarray, "B L"]
    known: Bool[np.ndarray, "B L"]


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


class TrainingStream:
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
        points[flip] = mirror(points[flip], PANOPTIC26)
        points = retarget(points, PANOPTIC26, _bodies(rng, points, kinds > 0))
        views = render_views(rng, points, PANOPTIC26, self.settings.views)
        keypoints, confidence = simulate_detections(
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
        lengths = measure_bone_lengths(points, PANOPTIC26) * metre[:, None]
        return Filmed(
            keypoints, confidence, views.keypoints, views.depth, lengths, views.focal, fps
        )

    def block(self, number: int) -> list[TrainingBatch]:
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
        windows: list[list[TrainingBatch | None]] = [[None] * B for _ in range(WINDOWS)]
        for part in sorted({part for _, part, _ in pieces}):
            chosen = [(lane, first) for lane, size, first in pieces if size == part]
            filmed = self.film(rng, number, len(chosen), part * T)
            batch = normalized(rng, filmed)
            for row, (lane, first) in enumerate(chosen):
                for window in range(part):
                    windows[first + window][lane] = _cut(batch, row, window, T)
        return [_together([lane for lane in window if lane is not None]) for window in windows]


def normalized(
    rng: np.random.Generator, filmed: Filmed, *, all_whole: bool = False
) -> TrainingBatch:
    """Recordings as the networks see them: centred, scaled, and with a way to be lifted.

    Parameters
    ----------
    rng
        The source of chance.
    filmed
        The recordings.
    all_whole
        Lift each with what its last frame tells of it as a whole, rather than in a way drawn.
    """
    keypoints = filmed.keypoints
    B, T = keypoints.shape[:2]
    scale = _scales(keypoints)
    source = np.asarray(rng.choice(list(_SOURCES), B, p=list(_SOURCES.values())))
    # Short recordings tell less: the estimate of any frame may have to do for all.
    early = np.where(rng.random(B) < 0.5, rng.integers(10, max(T, 11), B).clip(max=T - 1), T - 1)
    if all_whole:
        source, early = np.full(B, OFFLINE), np.full(B, T - 1)
    # Those who use the model live know the scale but roughly at first; and whole recordings
    # differ in what their scale is taken from.
    rough = 0.08 * rng.standard_normal((B, 1)) * np.exp(-np.arange(T) / rng.uniform(5, 60, (B, 1)))
    steady = 0.06 * rng.standard_normal((B, 1)) * (rng.random((B, 1)) < 0.5)
    size = scale[:, None] * np.exp(np.where(source[:, None] == CAUSAL, rough, 0.0) + steady)
    centers, _ = frame_centers(keypoints, PANOPTIC26)
    centers = np.where(np.isnan(centers), 0.0, centers)
    lengths = np.log(filmed.lengths)[:, None] - np.log(size)[..., None]
    near = np.log(size / filmed.focal[:, None])[..., None]
    proportions = np.concatenate([lengths, near], -1)
    given, known = _give(rng, filmed.lengths)
    unit = size[..., None, None]
    return TrainingBatch(
        ((keypoints - centers[:, :, None]) / unit).astype(np.float32),
        filmed.confidence,
        ((filmed.clean - centers[:, :, None]) / unit).astype(np.float32),
        (filmed.depth / unit[..., 0]).astype(np.float32),
        proportions.astype(np.float32),
        filmed.fps.astype(np.float32),
        np.zeros(B, np.float32),
        source,
        early,
        given,
        known,
    )


def _give(
    rng: np.random.Generator, lengths: Float[np.ndarray, "B L"]
) -> tuple[Float[np.ndarray, "B L"], Bool[np.ndarray, "B L"]]:
    """What users say of bodies of these lengths: their logs, and which they know."""
    B = len(lengths)
    unit = rng.standard_normal((B, 1)) - np.log(lengths[:, :1])
    given = np.log(lengths) + unit + _GIVEN_ERROR * rng.standard_normal(lengths.shape)
    known = rng.random(lengths.shape) < 0.5
    known[np.arange(B), rng.choice(_UPPER_BODY, B)] = True
    known |= rng.random((B, 1)) < 0.5
    return given.astype(np.float32), known


def _bodies(
    rng: np.random.Generator, points: Float[np.ndarray, "B T J 3"], real: Bool[np.ndarray, " B"]
) -> dict[str, Float[np.ndarray, " B"]]:
    """Factors of retargeting: real motion is of few bodies, and gets one out of all that there are.

    A procedural signer has a body of its own, and hands that meet what they reach for. But its
    motion is used more than once: it changes a little.
    """
    drawn = draw_length_factors(rng, measure_body_lengths(points, PANOPTIC26))
    return {
        part: np.where(real, factors, np.exp(_OTHER_BODY * rng.standard_normal(len(real))))
        for part, factors in drawn.items()
    }


def _scales(keypoints: Float[np.ndarray, "B T J 2"]) -> Float[np.ndarray, " B"]:
    """As `recording_scale`, for B recordings at once."""
    on = PANOPTIC26
    seen = ~np.isnan(keypoints).any(-1)
    frames = seen.any(-1).sum(1)
    scale = np.zeros(len(keypoints))
    for one, other, percent, factor in SCALE_REFERENCES:
        length = np.linalg.norm(on.point(keypoints, one) - on.point(keypoints, other), axis=-1)
        count = (~np.isnan(length)).sum(1)
        take = (scale == 0) & (count > 0) & (count >= MIN_OBSERVED_FRACTION * frames)
        if take.any():
            scale[take] = factor * np.nanpercentile(length[take], percent, axis=1)
    rest = (scale == 0) & (frames > 0)
    if rest.any():
        here, points = seen[rest][..., None], keypoints[rest]
        least = np.where(here, points, np.inf).min((1, 2))
        most = np.where(here, points, -np.inf).max((1, 2))
        scale[rest] = np.linalg.norm(most - least, axis=-1) / 2
    return np.where(scale > 0, scale, 1.0)


def _cut(batch: TrainingBatch, row: int, window: int, frames: int) -> TrainingBatch:
    """One window of one recording, as a batch of one."""
    piece = slice(window * frames, (window + 1) * frames)
    values = {}
    for name, value in vars(batch).items():
        lane = value[row : row + 1]
        values[name] = lane[:, piece] if name in _TIMED else lane
    values["going_on"] = np.full(1, window > 0, np.float32)
    last = values["told_at"] - window * frames
    values["told_at"] = np.where((last >= 0) & (last < frames), last, frames - 1)
    return TrainingBatch(**values)


def _together(rows: Sequence[TrainingBatch]) -> TrainingBatch:
    values = {name: [getattr(row, name) for row in rows] for name in vars(rows[0])}
    return TrainingBatch(**{name: np.concatenate(parts) for name, parts in values.items()})
