"""The simulated stream of hands: new hands, motions, cameras and detectors for every batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from signlift.core.bone_lengths import CAUSAL, OFFLINE
from signlift.core.skeleton import PANOPTIC67
from signlift.errors import check_fields
from signlift.pretraining.hand_rendering import RenderedHands, render_hands
from signlift.pretraining.motion_draws import draw_motions
from signlift.pretraining.motion_sources import (
    CapturedMotion,
    SignerPool,
    origin_numbers,
)
from signlift.simulation.hands.hand_detector import HandDetectorSettings
from signlift.simulation.views.framing import ViewSettings
from signlift.training.sources.hand_batch import HandBatch
from signlift.utils.array_types import Int

#: Batches of a block.
WINDOWS = 3

#: Probability that a recording goes on in the next window.
_CONTINUES = 0.55

#: Earliest frame whose estimate of the lengths is used for a whole window.
_MIN_ESTIMATE_FRAME = 10

#: Probability that a lane uses the estimates of a whole recording, as offline.
_OFFLINE = 0.6

# Fields of rendered hands with an axis of frames.
_PER_FRAME = (
    *("keypoints", "confidence", "detector_depth", "forearm", "sight", "wrist"),
    *("true_keypoints", "depth", "proportions"),
)


@dataclass(frozen=True)
class HandStreamSettings:
    """Settings of the simulated stream of hands.

    Attributes
    ----------
    lanes
        B, hands side by side; an even number, as both hands of a person are taken.
    frames
        T, frames of a window.
    pool_size
        Procedural motions that are kept, and drawn from several times.
    new_motions
        Procedural motions that each block adds.
    captured_fraction
        Fraction of the recordings that are of captured motion, if there is any.
    views
        Distribution of the cameras.
    detector
        Distribution of the detectors.

    Raises
    ------
    InputError
        Lists all fields that are out of range.
    """

    lanes: int = 64
    frames: int = 64
    pool_size: int = 200
    new_motions: int = 3
    captured_fraction: float = 0.4
    views: ViewSettings = field(default_factory=ViewSettings)
    detector: HandDetectorSettings = field(default_factory=HandDetectorSettings)

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("lanes", self.lanes >= 2 and self.lanes % 2 == 0, "an even number above 0"),
            ("frames", self.frames >= 1, "1 or more"),
            ("pool_size", self.pool_size >= 1, "1 or more"),
            ("new_motions", self.new_motions >= 0, "0 or more"),
            ("captured_fraction", 0 <= self.captured_fraction <= 1, "a fraction from 0 to 1"),
        )


class HandStream:
    """Blocks of `WINDOWS` batches; each block is an epoch of a DataSource.

    A block depends on the seed and on its number alone.

    Parameters
    ----------
    seed
        Seed of all random numbers.
    settings
        Settings of the stream.
    captured
        Motion capture with fingers to mix in: clips of panoptic67.
    """

    def __init__(
        self, seed: int, settings: HandStreamSettings, captured: Sequence[CapturedMotion] = ()
    ) -> None:
        self.seed, self.settings, self.captured = seed, settings, captured
        frames = WINDOWS * settings.frames
        self._signers = SignerPool(seed, frames, settings.pool_size, PANOPTIC67)
        self._numbers = origin_numbers(self.captured)

    @property
    def num_lanes(self) -> int:
        """Hands side by side."""
        return self.settings.lanes

    @property
    def frames_per_epoch(self) -> int:
        """Frames of a block."""
        return WINDOWS * self.settings.lanes * self.settings.frames

    def epoch(self, number: int, selection: slice = slice(None)) -> Iterator[HandBatch]:
        """Iterate over the batches of block number - 1 (see `DataSource`)."""
        for batch in self.block(number - 1):
            yield HandBatch(**{name: value[selection] for name, value in vars(batch).items()})

    def block(self, number: int) -> list[HandBatch]:
        """Make the batches of a block; each continues where the one before ended.

        Parameters
        ----------
        number
            Number of the block, from 0.
        """
        rng = np.random.default_rng([self.seed, 3, number])
        B, T = self.settings.lanes, self.settings.frames
        rendered, origin = self.render(rng, number, B // 2, WINDOWS * T)
        continued = rng.random((WINDOWS, B)) < _CONTINUES
        continued[0] = False
        source = np.where(rng.random((WINDOWS, B)) < _OFFLINE, OFFLINE, CAUSAL)
        early = rng.random((WINDOWS, B)) < 0.5
        frame = rng.integers(min(_MIN_ESTIMATE_FRAME, T - 1), T, (WINDOWS, B))
        frame = np.where(early, frame, T - 1)
        batches = []
        for window in range(WINDOWS):
            piece = slice(window * T, (window + 1) * T)
            values = {name: getattr(rendered, name)[:, piece] for name in _PER_FRAME}
            batches.append(
                HandBatch(
                    lanes=np.arange(B),
                    continued=continued[window],
                    origin=origin,
                    fps=rendered.fps,
                    source=source[window],
                    estimate_frame=frame[window],
                    **values,
                )
            )
        return batches

    def render(
        self, rng: np.random.Generator, block: int, people: int, frames: int
    ) -> tuple[RenderedHands, Int[np.ndarray, " B"]]:
        """Render both hands of new recordings, and return the origins of their motions.

        Parameters
        ----------
        rng
            Random generator.
        block
            Number of the block, which decides the procedural motions to draw from.
        people, frames
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
            (people, frames),
            PANOPTIC67,
        )
        rendered = render_hands(rng, points, fps, settings.views, settings.detector)
        return rendered, np.repeat(self._numbers[origins], 2)
