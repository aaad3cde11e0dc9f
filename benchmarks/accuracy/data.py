"""Training data of the learned methods: one endless stream, the same for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from signlift.pretraining.motion_sources import MOCAP, read_captured_motion
from signlift.pretraining.simulated_stream import WINDOWS, SimulatedStream, StreamSettings

#: Name of the stream's content: change it with the content, so that methods are trained again.
STREAM = "the stream of signlift.pretraining with the training clips of cmu, 3"

#: The motion capture to train on: its directory below DATA, and the prefix of the clips' names.
CMU, CMU_TRAIN = "cmu", "train."

#: Frames of a recording.
FRAMES = 256


@dataclass(frozen=True, eq=False)
class Batch:
    """Whole recordings, padded to the longest.

    Attributes
    ----------
    keypoints
        [B, T, J, 2] in pixels, NaN where missing and after the end of a recording.
    depth
        [B, T, J] in pixels, relative to MidHip, positive away from the camera; NaN likewise.
    lengths
        [B], the number of frames of each recording.
    """

    keypoints: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    lengths: Int[np.ndarray, " B"]


def stream_batches(
    seed: int, data: Path | None = None, *, recordings: int = 64, frames: int = FRAMES
) -> Iterator[Batch]:
    """Yield batches of training recordings without end, without any clip of asl and cmu/test.

    Parameters
    ----------
    seed
        The random seed: the same seed and data give the same stream.
    data
        DATA, for the training clips of its cmu. None for simulated signers only.
    recordings
        B, the recordings of a batch.
    frames
        T, the frames of each.
    """
    clips = []
    if data is not None and (data / CMU / MOCAP).is_file():
        clips = [read_captured_motion(data / CMU, CMU_TRAIN)]
    settings = StreamSettings(lanes=recordings, frames=-(-frames // WINDOWS))
    source = SimulatedStream(seed, settings, clips)
    for number in count():
        rng = np.random.default_rng([seed, 1, number])
        rendered = source.render(rng, number, recordings, frames)
        lengths = np.full(recordings, frames)
        yield Batch(rendered.keypoints, rendered.depth, lengths)
