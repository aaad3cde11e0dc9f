"""Learned baselines for hands: trained on the stream of the shipped weights' hands network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray

from benchmarks.accuracy.baseline import Baseline, Frames
from benchmarks.held_out.cases import Case, Prediction, hand_columns
from signlift.normalization.scale import recording_scale
from signlift.pretraining.hand_stream import HandStream, HandStreamSettings

#: Frames of a window of the stream.
FRAMES = 128

#: A hand unit (see `signlift.model.hands.hand_inputs`) in torso lengths, on average.
_HAND_UNIT = 0.2


def stream_hands(seed: int, *, lanes: int = 64, frames: int = FRAMES) -> Iterator[Frames]:
    """Yield joined windows of simulated hands without end, of procedural signers only.

    Parameters
    ----------
    seed
        The random seed: the same seed gives the same stream.
    lanes, frames
        Hands side by side, and frames of a window.
    """
    stream = HandStream(seed, HandStreamSettings(lanes=lanes, frames=frames))
    for number in count():
        for batch in stream.block(number):
            yield Frames(
                torch.from_numpy(_flatten(batch.keypoints)),
                torch.from_numpy(batch.depth.reshape(lanes * frames, -1).astype(np.float32)),
                np.full(lanes, frames),
            )


@dataclass(frozen=True, eq=False)
class HandMethod:
    """A trained baseline that lifts hands.

    Attributes
    ----------
    network
        A baseline of 21 keypoints.
    """

    network: Baseline

    @torch.inference_mode()
    def __call__(self, cases: list[Case]) -> list[Prediction]:
        """Predict the depth of both hands of each case, relative to their roots; 0 elsewhere."""
        self.network.eval()
        return [Prediction(self._lift(case)) for case in cases]

    def _lift(self, case: Case) -> Float[np.ndarray, "T J"]:
        keypoints = case.recording.keypoints.astype(np.float64)
        unit = _HAND_UNIT * recording_scale(keypoints, case.skeleton)
        depth = np.zeros(keypoints.shape[:2])
        for hand, side in zip(hand_columns(case.skeleton), (1, -1), strict=True):
            relative = (keypoints[:, hand] - keypoints[:, hand[:1]]) / unit
            relative[..., 0] *= side  # right hands are mirrored
            predicted = self.network.predict(torch.from_numpy(_flatten(relative)))
            depth[:, hand] = predicted.numpy() * unit
        return depth


def _flatten(keypoints: NDArray[np.floating]) -> Float[np.ndarray, "N I"]:
    """Join all frames, with x and y of all keypoints side by side, 0 where missing."""
    values = np.nan_to_num(keypoints, nan=0.0).astype(np.float32)
    return values.reshape(-1, 2 * keypoints.shape[-2])
