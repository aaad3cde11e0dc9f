import numpy as np
import pytest

import signlift as sl


def test_one_recording_is_read_and_its_depth_written(make_data, tmp_path):
    folder = make_data([7])
    recording = sl.read(folder / "body_data.npy", folder / "body_ground.npy")
    assert recording.keypoints.shape == (7, 26, 2)
    sl.write(recording, tmp_path / "depth.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "depth.npy"), recording.depth)
    again = sl.read_arrays(sl.write(recording, tmp_path / "folder"))[0]
    np.testing.assert_array_equal(again.depth, recording.depth)


def test_a_users_mistakes(make_data, tmp_path):
    folder = make_data([7, 3])
    with pytest.raises(sl.InputError, match=r"expected one recording .*found 2"):
        sl.read(folder / "body_data.npy")
    with pytest.raises(sl.InputError, match="skeleton: expected one of"):
        sl.read(folder / "body_data.npy", skeleton="smpl")
    one = sl.read_arrays(folder)[0]
    with pytest.raises(sl.InputError, match=r"expected \.npy or a folder, found \.csv"):
        sl.write(one, tmp_path / "a.csv")
    with pytest.raises(sl.InputError, match="expected a recording with depth, found none"):
        sl.write(one.with_depth(None), tmp_path / "a.npy")
