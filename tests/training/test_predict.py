"""The hand-over of state: windows give what an uninterrupted pass gives."""

import numpy as np
import pytest
import torch

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.datasets.dataset import open_dataset
from signlift.io.arrays.original_arrays import read_arrays
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.normalization.normalize import frame_centers, normalize
from signlift.training.predict import predict

LENGTHS = [1, 49, 50, 51, 500]


def uninterrupted(model, recording, scale):
    """One call for the whole recording, with nothing but torch and the normalisation."""
    on = recording.skeleton
    centers, _ = frame_centers(recording.keypoints, on)
    inputs = normalize(recording.keypoints, centers, scale).astype("f4")
    with torch.no_grad():
        depth, _ = model(torch.from_numpy(inputs.reshape(1, len(recording), -1)))
    depth = subtract_root_depth(depth[0].numpy(), on) * scale
    return np.where(recording.observed.any(1, keepdims=True), depth, np.nan)


@pytest.mark.parametrize("on", [PANOPTIC26, COCO17], ids=lambda on: on.name)
@pytest.mark.parametrize("seq_len", [1, 7, 49, 50, 51, 1000])
def test_windows_equal_one_uninterrupted_pass(make_data, on, seq_len):
    lengths = LENGTHS if seq_len > 1 else [1, 49, 50, 51]  # the longest would take long
    folder = make_data(lengths, skeleton=on, missing=0.3)
    dataset = open_dataset(folder, on)
    torch.manual_seed(0)
    model = DepthLSTMConfig(on.name, hidden_size=24, num_layers=2).build()
    found = {p.recording: p for p in predict(model, dataset, lanes=5, seq_len=seq_len)}
    assert sorted(found) == list(range(len(lengths)))
    for v, recording in enumerate(read_arrays(folder, skeleton=on)):
        scale = dataset.scales[v]
        expected = uninterrupted(model, recording, scale)
        np.testing.assert_allclose(found[v].depth / scale, expected / scale, atol=1e-5)
        np.testing.assert_array_equal(found[v].keypoints, recording.keypoints)
        np.testing.assert_allclose(found[v].true, recording.depth, rtol=1e-5, atol=1e-4)


def test_a_state_that_was_not_cleared_would_be_seen(make_data):
    """The test above has teeth: a recording's depth depends on the frames before."""
    dataset = open_dataset(make_data([60, 60]))
    model = DepthLSTMConfig(hidden_size=24).build()
    whole, _ = predict(model, dataset, lanes=1, seq_len=60)
    first = dataset.recordings[0]
    tail = uninterrupted(model, first, dataset.scales[0])[30:]
    alone = torch.from_numpy(
        normalize(
            first.keypoints[30:], frame_centers(first.keypoints, PANOPTIC26)[0][30:], whole.scale
        )
        .astype("f4")
        .reshape(1, 30, -1)
    )
    with torch.no_grad():
        cold = subtract_root_depth(model(alone)[0][0].numpy(), PANOPTIC26) * whole.scale
    np.testing.assert_allclose(whole.depth[30:], tail, atol=1e-3)
    assert abs(cold[0] - tail[0]).max() > 1


def test_frames_without_any_keypoint_are_missing_and_the_root_is_zero(make_data):
    folder = make_data([20])
    data = np.load(folder / "body_data.npy")
    data[0, 5] = np.nan
    np.save(folder / "body_data.npy", data)
    (only,) = predict(DepthLSTMConfig(hidden_size=8).build(), open_dataset(folder))
    assert np.flatnonzero(np.isnan(only.depth).any(1)).tolist() == [5]
    root = only.depth[:, PANOPTIC26.index("MidHip")]
    np.testing.assert_array_equal(np.delete(root, 5), 0)
