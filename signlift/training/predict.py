"""Prediction for many recordings, side by side, without a break in any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int

from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.model.depth_lstm import DepthLSTM
from signlift.training.lane_state import LaneState

#: Lanes and frames of a window; they change the speed, not the numbers.
LANES = 32
SEQ_LEN = 128


@dataclass(frozen=True)
class RecordingPrediction:
    """What came out for a recording, or for a window of one.

    Attributes
    ----------
    recording
        Its number in the dataset.
    start
        Its first frame.
    last
        Whether the recording ends with it.
    keypoints
        [T, J, 2] in the recording's unit, NaN where not observed.
    depth
        [T, J], predicted, in the recording's unit, relative to the root; NaN in frames without
        any keypoint.
    true
        [T, J], known depth, likewise; NaN where unknown.
    scale
        What a torso length is in the recording's unit.
    """

    recording: int
    start: int
    last: bool
    keypoints: Float[np.ndarray, "T J 2"]
    depth: Float[np.ndarray, "T J"]
    true: Float[np.ndarray, "T J"]
    scale: float


def predict_windows(
    model: DepthLSTM,
    dataset: Dataset,
    order: Int[np.ndarray, " R"] | None = None,
    lanes: int = LANES,
    seq_len: int = SEQ_LEN,
) -> Iterator[RecordingPrediction]:
    """Predict the depth of recordings, window by window: those of one recording in their order.

    Parameters
    ----------
    model
        In the frame of reference and on the skeleton of the dataset.
    dataset
        Where the recordings come from.
    order
        [R], which recordings; all when it is not given.
    lanes, seq_len
        How many stand side by side, in windows of how many frames.
    """
    order = np.arange(len(dataset)) if order is None else order
    device = model.linear.weight.device
    state = LaneState(model, lanes)
    model.eval()
    for batch in iterate_batches(dataset, order, lanes, seq_len):
        with torch.inference_mode():
            outputs, after = model(torch.from_numpy(batch.inputs).to(device), state.take(batch))
            state.put(batch, after)
        depth = subtract_root_depth(outputs.float().cpu().numpy(), dataset.skeleton)
        windows = batch.windows
        for row, scale in enumerate(batch.scales):
            frames = slice(0, int(windows.length[row]))
            keypoints = batch.keypoints[row, frames]
            nobody = np.isnan(keypoints).all((1, 2))[:, None]
            yield RecordingPrediction(
                int(windows.recording[row]),
                int(windows.start[row]),
                bool(windows.last[row]),
                keypoints,
                np.where(nobody, np.nan, depth[row, frames] * scale).astype(np.float32),
                (batch.targets[row, frames] * scale).astype(np.float32),
                float(scale),
            )


def predict(
    model: DepthLSTM,
    dataset: Dataset,
    order: Int[np.ndarray, " R"] | None = None,
    lanes: int = LANES,
    seq_len: int = SEQ_LEN,
) -> Iterator[RecordingPrediction]:
    """Predict the depth of recordings, each as soon as it is complete.

    Memory holds as many recordings as there are lanes, however many are gone through.

    Parameters
    ----------
    model, dataset, order, lanes, seq_len
        See `predict_windows`.
    """
    begun: dict[int, list[RecordingPrediction]] = {}
    for window in predict_windows(model, dataset, order, lanes, seq_len):
        begun.setdefault(window.recording, []).append(window)
        if window.last:
            windows = begun.pop(window.recording)
            yield replace(
                windows[0],
                last=True,
                keypoints=np.concatenate([one.keypoints for one in windows]),
                depth=np.concatenate([one.depth for one in windows]),
                true=np.concatenate([one.true for one in windows]),
            )
