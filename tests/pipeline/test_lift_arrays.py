from dataclasses import replace

import numpy as np
import pytest
from conftest import random_recordings
from lifting_nets import random_lifter

import signlift as sl
from signlift.io.arrays.original_arrays import write_arrays
from signlift.pipeline.lift_arrays import lift_file

LENGTHS = [5, 60, 23]


@pytest.fixture(scope="module")
def lifter(tmp_path_factory):
    return random_lifter(tmp_path_factory.mktemp("net"))


@pytest.fixture
def data(tmp_path):
    recordings = random_recordings(LENGTHS, missing=0.3)
    recordings[1].keypoints[7] = np.nan
    return write_arrays(tmp_path / "data", recordings) / "body_data.npy"


@pytest.mark.parametrize("causal", [False, True])
def test_every_recording_is_lifted_on_its_own(lifter, data, tmp_path, causal):
    error = tmp_path / "new" / "error.npy"
    lifted = lift_file(lifter, data, tmp_path / "depth.npy", error=error, causal=causal, fps=50)
    depths, errors = np.load(lifted.depth), np.load(lifted.error)
    assert depths.shape == errors.shape == (3, 60, 26)
    assert depths.dtype == errors.dtype == np.float32
    for v, recording in enumerate(sl.read_arrays(data)):
        alone = sl.Recording(recording.keypoints, fps=50)
        expected, lengths = lifter.lift_with_proportions(alone, causal=causal)
        T = LENGTHS[v]
        np.testing.assert_array_equal(depths[v, :T], expected.depth)
        np.testing.assert_array_equal(errors[v, :T], expected.depth_uncertainty)
        assert np.isnan(depths[v, T:]).all()
        assert np.isnan(errors[v, T:]).all()
        assert lifted.lengths[v] == lengths
    assert np.isnan(depths[1, 7]).all()


def test_one_recording_without_the_first_axis(lifter, data, tmp_path):
    np.save(tmp_path / "one.npy", np.load(data)[2])
    lifted = lift_file(lifter, tmp_path / "one.npy", tmp_path / "depth.npy", single=True)
    assert lifted.error is None
    assert np.load(lifted.depth).shape == (60, 26)
    with pytest.raises(sl.InputError, match="expected one recording, of one person, found 3"):
        lift_file(lifter, data, tmp_path / "none.npy", single=True)
    assert not (tmp_path / "none.npy").exists()


def test_a_frame_rate(lifter, data, tmp_path):
    lifted = lift_file(lifter, data, tmp_path / "depth.npy", fps=50)
    recording = sl.read_arrays(data)[2]
    expected = lifter.lift(replace(recording, fps=50)).depth
    np.testing.assert_array_equal(np.load(lifted.depth)[2, :23], expected)
    with pytest.raises(sl.InputError, match="fps: expected a number above 0"):
        lift_file(lifter, data, tmp_path / "none.npy", fps=np.inf)
    assert not (tmp_path / "none.npy").exists()


def test_proportions_hold_for_every_recording(lifter, data, tmp_path):
    body = sl.BodyProportions(torso=50, upper_arm=20)
    lifted = lift_file(lifter, data, tmp_path / "depth.npy", proportions=body)
    for lengths in lifted.lengths:
        assert lengths.upper_arm / lengths.torso == pytest.approx(0.4, rel=1e-5)
