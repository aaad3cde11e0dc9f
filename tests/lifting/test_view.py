import numpy as np
import pytest

import signlift as sl
from signlift.datasets.simulated import simulate_recording
from signlift.model.checkpoint import save_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig


@pytest.fixture(scope="module")
def recording():
    return simulate_recording(0, 0, min_frames=60, max_frames=80)


def test_the_view_does_not_depend_on_the_unit(recording):
    view = sl.load().estimate_view(recording)
    larger = sl.Recording(3 * recording.keypoints + 50, fps=recording.fps)
    again = sl.load().estimate_view(larger)
    assert again.pitch == pytest.approx(view.pitch, abs=0.05)
    assert again.yaw == pytest.approx(view.yaw, abs=0.05)
    assert again.distance == pytest.approx(view.distance, rel=0.01)
    assert min(view.pitch_uncertainty, view.yaw_uncertainty, view.distance_uncertainty) > 0


def test_recordings_and_models_without_a_view(recording, tmp_path):
    empty = sl.Recording(np.full((3, 26, 2), np.nan), name="clip")
    with pytest.raises(sl.InputError, match="clip: expected a frame with a keypoint"):
        sl.load().estimate_view(empty)
    config, path = DepthLSTMConfig(hidden_size=12), tmp_path / "model.safetensors"
    save_checkpoint(path, config.build(), config, {})
    with pytest.raises(sl.InputError, match="a model that uses the view"):
        sl.load(path).estimate_view(recording)
