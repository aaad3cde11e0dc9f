"""Prediction for many recordings, side by side, without a break in any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray

from signlift.batching.batches import batches
from signlift.batching.dataset import Dataset
from signlift.model.depth_lstm import DepthLSTM
from signlift.model.state import LaneState
from signlift.skeleton import relative_to_root

#: Lanes and frames of a window; they change the speed, not the numbers.
LANES = 32
SEQ_LEN = 128


@dataclass(frozen=True)
class Prediction:
    """What came out for one recording.

    Attributes
    ----------
    recording
        Its number in the dataset.
    keypoints
        [T, J, 2] in its own unit, NaN where not observed.
    depth
        [T, J], predicted, in its own unit, relative to the root; NaN in frames without any
        keypoint.
    true
        [T, J], known depth, likewise; NaN where unknown.
    scale
        What a torso length is in its own unit.
    """

    recording: int
    keypoints: Float[np.ndarray, "T J 2"]
    depth: Float[np.ndarray, "T J"]
    true: Float[np.ndarray, "T J"]
    scale: float


def predict(
    model: DepthLSTM,
    dataset: Dataset,
    order: Int[np.ndarray, " R"] | None = None,
    lanes: int = LANES,
    seq_len: int = SEQ_LEN,
) -> Iterator[Prediction]:
    """Predict the depth of recordings, each as soon as it is complete.

    Memory holds as many recordings as there are lanes, however many are gone through.

    Parameters
    ----------
    model
        In the frame of reference and on the skeleton of the dataset.
    order
        [R], which recordings; all when it is not given.
    lanes, seq_len
        How many stand side by side, in windows of how many frames.
    """
    order = np.arange(len(dataset)) if order is None else order
    device = model.linear.weight.device
    state = LaneState(model, lanes)
    pieces: dict[int, list[tuple[NDArray[np.float32], ...]]] = {}
    model.eval()
    for batch in batches(dataset, order, lanes, seq_len):
        with torch.inference_mode():
            outputs, after = model(torch.from_numpy(batch.inputs).to(device), state.take(batch))
            state.put(batch, after)
        depth = relative_to_root(outputs.float().cpu().numpy(), dataset.skeleton)
        windows = batch.windows
        for row, lane in enumerate(batch.lanes):
            length = int(windows.length[row])
            piece = (batch.keypoints[row, :length], depth[row, :length])
            pieces.setdefault(lane, []).append((*piece, batch.targets[row, :length]))
            if windows.last[row]:
                scale = float(batch.scales[row])
                columns = zip(*pieces.pop(lane), strict=True)
                keypoints, predicted, true = (np.concatenate(column) for column in columns)
                predicted[np.isnan(keypoints).all((1, 2))] = np.nan
                yield Prediction(
                    int(windows.recording[row]),
                    keypoints,
                    (predicted * scale).astype(np.float32),
                    (true * scale).astype(np.float32),
                    scale,
                )
