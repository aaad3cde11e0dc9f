import warnings

import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import PANOPTIC26

FLAT = ["C", "F"]


def person(T=40, J=26, seed=0, at=(300, 200)):
    rng = np.random.default_rng(seed)
    rest = rng.uniform(-80, 80, (J, 2)) + at
    return (rest + np.cumsum(rng.normal(0, 1, (T, J, 2)), 0)).astype(np.float32)


def read(tmp_path, keypoints, *, order=None, **options):
    """Read [T, J, 2], or the flat array of the original repository in an order of its numbers."""
    array = keypoints if order is None else np.asarray(keypoints.reshape(1, len(keypoints), -1))
    np.save(tmp_path / "a.npy", np.asarray(array, order=order))
    return sl.read_all(tmp_path / "a.npy", **options)[0]


@pytest.mark.parametrize("order", [None, *FLAT])
@pytest.mark.parametrize("mark", [0, -1])
def test_marks_in_an_image_are_missing(tmp_path, order, mark):
    keypoints = person()
    keypoints[:, 20:] = mark
    keypoints[3:9, 5] = mark
    with pytest.warns(sl.InputWarning) as caught:
        recording = read(tmp_path, keypoints, order=order)
    assert len(caught) == 1
    line = str(caught[0].message)
    count = f"246 keypoints at ({mark}, {mark}) treated as missing (`keep_zeros` keeps them)"
    assert line.endswith(f"a.npy: {count}")
    np.testing.assert_array_equal(recording.observed, keypoints[..., 0] != mark)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept = read(tmp_path, keypoints, order=order, keep_zeros=True)
    np.testing.assert_array_equal(kept.keypoints, keypoints)


@pytest.mark.parametrize("order", [None, *FLAT])
def test_the_origin_of_centred_data_is_observed(tmp_path, order):
    keypoints = person()
    keypoints -= keypoints[:, [PANOPTIC26.index("MidHip")]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        recording = read(tmp_path, keypoints, order=order)
    np.testing.assert_array_equal(recording.keypoints, keypoints)
    keypoints[:, 20:] = 0  # feet that were never found
    with pytest.warns(sl.InputWarning, match=r"240 keypoints at \(0, 0\)"):
        recording = read(tmp_path, keypoints, order=order)
    assert recording.observed.mean(0).tolist() == [1] * 20 + [0] * 6


def test_one_point_at_the_corner_is_a_point(tmp_path):
    keypoints = person()
    keypoints[4, 5] = 0
    assert read(tmp_path, keypoints).observed.all()


def test_whole_pixels_around_the_middle_are_no_marks(tmp_path):
    keypoints = np.round(person(200, at=(0, 0)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(tmp_path, keypoints).observed.all()


def test_a_confidence_that_is_always_the_same_says_nothing(tmp_path):
    keypoints = person()
    keypoints[:, 20:] = 0
    array = np.concatenate([keypoints, np.ones((*keypoints.shape[:2], 1))], -1)
    np.save(tmp_path / "b.npy", array)
    with pytest.warns(sl.InputWarning, match="240 keypoints"):
        assert sl.read(tmp_path / "b.npy").observed.mean() == 20 / 26
    array[..., 2] = np.random.default_rng(0).uniform(0.5, 1, array.shape[:2])
    np.save(tmp_path / "b.npy", array)
    assert sl.read(tmp_path / "b.npy").observed.all()


@pytest.mark.parametrize("order", FLAT)
def test_padding_with_zeros_is_padding(tmp_path, order):
    data = np.zeros((2, 40, 52), np.float32)
    data[0] = person().reshape(40, 52)
    data[1, :25] = person(25, seed=1).reshape(25, 52)
    np.save(tmp_path / "body_data.npy", np.asarray(data, order=order))
    with pytest.warns(sl.InputWarning, match="390 keypoints"):
        recordings = sl.read_all(tmp_path / "body_data.npy")
    assert recordings.lengths == (40, 25) and recordings.shape == (2, 40)
    data[1] = 0
    np.save(tmp_path / "body_data.npy", np.asarray(data, order=order))
    with (
        pytest.warns(sl.InputWarning),
        pytest.raises(sl.InputError, match="found none in video 1"),
    ):
        sl.read_all(tmp_path / "body_data.npy")
