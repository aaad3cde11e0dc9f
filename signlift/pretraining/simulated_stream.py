"""The simulated stream: new people, motions, cameras and detectors for every batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from signlift.core.bone_lengths import measure_bone_lengths
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import check_fields
from signlift.pretraining.motion_draws import draw_motions
from signlift.pretraining.motion_sources import (
    CapturedMotion,
    SignerPool,
    origin_numbers,
)
from signlift.pretraining.rendered_batch import RenderedBatch, normalize_batch
from signlift.simulation.augment.head_position import draw_head_positions, move_heads
from signlift.simulation.augment.lean import lean
from signlift.simulation.augment.length_factors import draw_length_factors, measure_body_lengths
from signlift.simulation.augment.retarget import retarget
from signlift.simulation.detector.detector_depth import simulate_detector_depth
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections
from signlift.simulation.views.camera_batch import CameraBatch, render_views
from signlift.simulation.views.framing import ViewSettings
from signlift.training.sources.lifting_batch import LiftingBatch
from signlift.utils.array_types import Bool, Float

#: Batches of a block.
WINDOWS = 3

#: Ways in which the windows of a lane are divided among recordings, with their probabilities.
_PARTITIONS: tuple[tuple[tuple[int, ...], float], ...] = (
    ((3,), 0.35),
    ((1, 2), 0.15),
    ((2, 1), 0.15),
    ((1, 1, 1), 0.35),
)

#: Standard deviation of the log of the bone lengths of a procedural signer who is drawn again.
_LENGTH_STD = 0.03

#: Mean and standard deviation of the angle in radians by which people lean to the front: those who
#: stand upright have their shoulders a little behind their hips.
_LEAN_MEAN, _LEAN_STD = -0.03, 0.09

# Fields of a batch with an axis of frames.
_PER_FRAME = {
    *("keypoints", "confidence", "detector_depth", "offset"),
    *("true_keypoints", "depth", "proportions"),
}


@dataclass(frozen=True)
class StreamSettings:
    """Settings of the simulated stream.

    Attributes
    ----------
    lanes
        B, recordings side by side.
    frames
        T, frames of a window.
    pool_size
        Procedural motions that are kept, and drawn from several times.
    new_motions
        Procedural motions that each block adds.
    captured_fraction
        Fraction of the recordings that are of captured motion, if there is any.
    size_probability
        Probability that the size of the image is known.
    views
        Distribution of the cameras.
    detector
        Distribution of the detectors.

    Raises
    ------
    InputError
        Lists all fields that are out of range.
    """

    lanes: int = 32
    frames: int = 128
    pool_size: int = 300
    new_motions: int = 5
    captured_fraction: float = 0.5
    size_probability: float = 0.7
    views: ViewSettings = field(default_factory=ViewSettings)
    detector: DetectorSettings = field(
        default_factory=lambda: DetectorSettings(
            clean_probability=0.35, noise=(0.002, 0.03), bias=(0.0, 0.025)
        )
    )

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("lanes", self.lanes >= 1, "1 or more"),
            ("frames", self.frames >= 1, "1 or more"),
            ("pool_size", self.pool_size >= 1, "1 or more"),
            ("new_motions", self.new_motions >= 0, "0 or more"),
            ("captured_fraction", 0 <= self.captured_fraction <= 1, "a fraction from 0 to 1"),
            ("size_probability", 0 <= self.size_probability <= 1, "a probability from 0 to 1"),
        )


class SimulatedStream:
    """Blocks of `WINDOWS` batches; each block is an epoch of a DataSource.

    A block depends on the seed and on its number alone.

    Parameters
    ----------
    seed
        Seed of all random numbers.
    settings
        Settings of the stream.
    captured
        Motion capture to mix in.
    """

    def __init__(
        self, seed: int, settings: StreamSettings, captured: Sequence[CapturedMotion] = ()
    ) -> None:
        self.seed, self.settings, self.captured = seed, settings, captured
        self._signers = SignerPool(seed, WINDOWS * settings.frames, settings.pool_size)
        self._numbers = origin_numbers(self.captured)

    @property
    def num_lanes(self) -> int:
        """Recordings side by side."""
        return self.settings.lanes

    @property
    def frames_per_epoch(self) -> int:
        """Frames of a block."""
        return WINDOWS * self.settings.lanes * self.settings.frames

    def epoch(self, number: int, selection: slice = slice(None)) -> Iterator[LiftingBatch]:
        """Iterate over the batches of block number - 1 (see `DataSource`)."""
        for batch in self.block(number - 1):
            yield _select(batch, selection)

    def block(self, number: int) -> list[LiftingBatch]:
        """Make the batches of a block; each continues where the one before ended.

        Parameters
        ----------
        number
            Number of the block, from 0.
        """
        rng = np.random.default_rng([self.seed, 2, number])
        B, T = self.settings.lanes, self.settings.frames
        probabilities = [probability for _, probability in _PARTITIONS]
        choice = rng.choice(len(_PARTITIONS), B, p=probabilities)
        partitions = [_PARTITIONS[int(i)][0] for i in choice]
        # The lane, the number of windows and the first window of each recording.
        recordings = [
            (lane, length, sum(partition[:i]))
            for lane, partition in enumerate(partitions)
            for i, length in enumerate(partition)
        ]
        windows: list[dict[int, LiftingBatch]] = [{} for _ in range(WINDOWS)]
        for length in sorted({length for _, length, _ in recordings}):
            equal = [(lane, first) for lane, size, first in recordings if size == length]
            rendered = self.render(rng, number, len(equal), length * T)
            batch = normalize_batch(rng, rendered)
            for row, (lane, first) in enumerate(equal):
                for window in range(length):
                    windows[first + window][lane] = _cut(batch, row, window, T)
        return [_join([lanes[lane] for lane in range(B)]) for lanes in windows]

    def render(
        self, rng: np.random.Generator, block: int, count: int, frames: int
    ) -> RenderedBatch:
        """Render new recordings: motion, body, camera and detector are drawn for each.

        Parameters
        ----------
        rng
            Random generator.
        block
            Number of the block, which decides the procedural motions to draw from.
        count, frames
            Number of recordings, and of their frames.
        """
        settings = self.settings
        newest = settings.pool_size + settings.new_motions * (block + 1)
        points, fps, origins = draw_motions(
            rng,
            self._signers,
            newest,
            self.captured,
            settings.captured_fraction,
            (count, frames),
            PANOPTIC26,
        )
        points = retarget(points, PANOPTIC26, _draw_bodies(rng, points, origins > 0))
        # Procedural signers have heads of their own.
        heads = np.where(origins > 0, draw_head_positions(rng, count), 0.0)
        points = move_heads(points, PANOPTIC26, heads)
        forward, sideways = rng.standard_normal((2, count)) * [[_LEAN_STD], [_LEAN_STD / 3]]
        forward = forward + _LEAN_MEAN
        points = lean(points, PANOPTIC26, forward, sideways)
        views = render_views(rng, points, PANOPTIC26, settings.views)
        keypoints, confidence = simulate_detections(
            rng, views.keypoints, PANOPTIC26, fps, views.scale, settings.detector, views.size
        )
        root = PANOPTIC26.point(points, "MidHip") - views.position[:, None]
        distance = np.median((root * views.rotation[:, None, 2]).sum(-1), 1)
        lengths = measure_bone_lengths(points, PANOPTIC26) * (views.focal / distance)[:, None]
        return RenderedBatch(
            origin=self._numbers[origins],
            keypoints=keypoints,
            confidence=confidence,
            detector_depth=self._detector_depth(rng, keypoints, views, fps),
            true_keypoints=views.keypoints,
            depth=views.depth,
            lengths=lengths,
            focal=views.focal,
            size=np.where(rng.random((count, 1)) < settings.size_probability, views.size, np.nan),
            angles=np.radians(np.stack([views.tilt, views.turn], -1)),
            fps=fps,
        )

    def _detector_depth(
        self,
        rng: np.random.Generator,
        keypoints: Float[np.ndarray, "B T J 2"],
        views: CameraBatch,
        fps: Float[np.ndarray, " B"],
    ) -> Float[np.ndarray, "B T J"]:
        """Simulate the depth that a detector estimates; NaN for missing keypoints."""
        neck = views.depth[..., [PANOPTIC26.index("Neck")]]
        depth = simulate_detector_depth(
            rng, views.depth - neck, PANOPTIC26, fps, views.scale, keypoints=views.keypoints
        )
        return np.where(np.isnan(keypoints).any(-1), np.nan, depth)


def _draw_bodies(
    rng: np.random.Generator, points: Float[np.ndarray, "B T J 3"], captured: Bool[np.ndarray, " B"]
) -> Mapping[str, Float[np.ndarray, " B"]]:
    """Draw the factors of retargeting.

    Captured motion is of few bodies, so its body is drawn from all that there are. A procedural
    signer has a body of its own, and hands that reach what they touch; it changes a little, as
    its motion is used more than once.
    """
    factors = draw_length_factors(rng, measure_body_lengths(points, PANOPTIC26))
    return {
        part: np.where(captured, values, np.exp(_LENGTH_STD * rng.standard_normal(len(captured))))
        for part, values in factors.items()
    }


def _cut(batch: LiftingBatch, row: int, window: int, frames: int) -> LiftingBatch:
    """Return one window of one recording as a batch of one lane."""
    piece = slice(window * frames, (window + 1) * frames)
    values = {}
    for name, value in vars(batch).items():
        lane = value[row : row + 1]
        values[name] = lane[:, piece] if name in _PER_FRAME else lane
    values["continued"] = np.full(1, window > 0)
    last = values["estimate_frame"] - window * frames
    values["estimate_frame"] = np.where((last >= 0) & (last < frames), last, frames - 1)
    return LiftingBatch(**values)


def _join(rows: Sequence[LiftingBatch]) -> LiftingBatch:
    """Return the lanes of several batches as one batch."""
    values = {
        name: np.concatenate([getattr(row, name) for row in rows])
        for name in (field.name for field in fields(LiftingBatch))
    }
    values["lanes"] = np.arange(len(rows))
    return LiftingBatch(**values)


def _select(batch: LiftingBatch, selection: slice) -> LiftingBatch:
    """Return some lanes of a batch."""
    return LiftingBatch(**{name: value[selection] for name, value in vars(batch).items()})
