"""What the learned methods are trained on: one endless stream, the same for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from signlift.pretraining.motion_sources import MOCAP, read_clips
from signlift.pretraining.training_stream import WINDOWS, StreamSettings, TrainingStream

#: Names what the stream is made of: a change of it makes methods train anew.
STREAM = "the stream of signlift.pretraining with the training clips of cmu, 3"

#: The training part of the motion capture, below DATA and in its file.
CMU, CMU_TRAIN = "cmu", "train."

#: How long recordings are, in frames.
FRAMES = 256


@dataclass(frozen=True, eq=False)
class Batch:
    """Whole recordings, padded to the longest.

    Attributes
    ----------
    keypoints
        [B, T, J, 2] in pixels, NaN where missing and past a recording's end.
    depth
        [B, T, J] in pixels, relative to MidHip, positive away from the camera; NaN likewise.
    lengths
        [B], the frames of each recording.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    lengths: Int[np.ndarray, " B"]


def stream(
    seed: int, data: Path | None = None, *, recordings: int = 64, frames: int = FRAMES
) -> Iterator[Batch]:
    """Batches of training recordings, without end; nothing of asl and cmu/test.

    Parameters
    ----------
    seed
        The source of chance: the same seed and data give the same stream.
    data
        DATA, for the training clips of its cmu; only procedural signers without it.
    recordings
        B, the recordings of a batch.
    frames
        T, the frames of each.
    """
    captured = []
    if data is not None and (data / CMU / MOCAP).is_file():
        captured = [read_clips(data / CMU, CMU_TRAIN)]
    settings = StreamSettings(lanes=recordings, frames=-(-frames // WINDOWS))
    source = TrainingStream(seed, settings, captured)
    for number in count():
        rng = np.random.default_rng([seed, 1, number])
        filmed = source.film(rng, number, recordings, frames)
        lengths = np.full(recordings, frames)
        yield Batch(filmed.keypoints, filmed.depth, lengths)
