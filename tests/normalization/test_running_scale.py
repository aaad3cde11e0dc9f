import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifting_nets import BELOW, signer

import signlift as sl
from signlift.normalization.running_scale import RunningScale
from signlift.normalization.scale import recording_scale

J = sl.PANOPTIC26
EARS = ("Neck", "LShoulder", "RShoulder", "LEar", "REar")


@given(
    frames=st.integers(0, 40),
    missing=st.floats(0, 0.98),
    without=st.sampled_from([(), BELOW, (*BELOW, "LShoulder"), (*BELOW, *EARS), J.keypoints[1:]]),
    seed=st.integers(0, 100),
    window=st.integers(1, 40),
)
def test_after_every_frame_it_equals_the_scale_of_the_frames_so_far(
    frames, missing, without, seed, window
):
    rng = np.random.default_rng(seed)
    keypoints = (rng.normal(0, 40, (frames, 26, 2)) + rng.normal(0, 40, (26, 2))).astype("f4")
    keypoints[rng.random((frames, 26)) < missing] = np.nan
    keypoints[:, [J.index(name) for name in without]] = np.nan
    running = RunningScale(J)
    scales = [running.update(keypoints[t : t + window]) for t in range(0, frames, window)]
    expected = [recording_scale(keypoints[: t + 1], J) for t in range(frames)]
    np.testing.assert_allclose(np.concatenate([[], *scales]), expected, rtol=1e-5)


@pytest.mark.parametrize("skeleton", [sl.COCO17, sl.OPENPOSE25])
def test_points_that_a_skeleton_derives(skeleton):
    keypoints = signer(30).convert(skeleton).keypoints
    scale = RunningScale(skeleton).update(keypoints)[-1]
    assert scale == pytest.approx(recording_scale(keypoints, skeleton), rel=1e-6)


def test_it_is_1_before_any_keypoint():
    running = RunningScale(J)
    assert running.update(np.full((2, 26, 2), np.nan)).tolist() == [1, 1]
    assert running.update(np.zeros((0, 26, 2))).shape == (0,)
    assert running.update(np.zeros((1, 26, 2))).tolist() == [1]  # all in one point
