import numpy as np
import pytest
from detected import body
from hypothesis import given, settings
from hypothesis import strategies as st

import signlift as sl
from signlift.core.skeleton import (
    HALPE26,
    HALPE136,
    MEDIAPIPE33,
    MEDIAPIPE75,
    PANOPTIC26,
    SKELETONS,
    skeleton_of_size,
)
from signlift.io.arrays.original_arrays import Arrays


def save(path, array):
    np.save(path, array)
    return path


@pytest.mark.parametrize("count", [26, 67, 25, 17, 18, 33, 75, 133, 136, 137])
def test_the_skeleton_by_the_number_of_keypoints(tmp_path, count):
    values = body(count, 5)
    flat = values[..., :2].reshape(5, -1)
    for array in (flat, np.stack([flat, flat]), values[..., :2]):
        recordings = sl.read_all(save(tmp_path / "a.npy", array))
        assert len(recordings) == (2 if array.ndim == 3 and array.shape[-1] > 2 else 1)
        for recording in recordings:
            assert recording.skeleton is skeleton_of_size(count)
            np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-5)
            assert recording.confidence is None


def test_the_arrays_of_the_original_repository_stay_mapped(tmp_path):
    path = save(tmp_path / "a.npy", body(26, 5)[..., :2].reshape(1, 5, 52))
    assert isinstance(sl.read_all(path).source, Arrays)
    assert sl.read_all(path).shape == (1, 5)
    recordings = sl.read_all(path, fps=25, skeleton="halpe26")
    assert not isinstance(recordings, list) and len(recordings) == 1
    assert (recordings[0].fps, recordings[0].skeleton) == (25, HALPE26)
    assert [recording.fps for recording in recordings[:1]] == [25]
    assert sl.read(path).skeleton is PANOPTIC26
    with pytest.raises(sl.InputError, match="expected person 0, found 1"):
        sl.read(path, person=1)


def test_x_y_and_confidence(tmp_path):
    values = body(136, 6)
    values[1, 4] = 0
    values[2, 5, :2] = 0
    recording = sl.read(save(tmp_path / "a.npy", values), fps=50)
    assert (recording.skeleton, recording.fps) == (HALPE136, 50)
    missing = np.isnan(recording.keypoints[..., 0])
    assert np.argwhere(missing).tolist() == [[1, 4]]
    assert recording.confidence[1, 4] == 0
    np.testing.assert_allclose(recording.confidence, values[..., 2], 1e-6)
    values[0, 0, 2] = -30
    with pytest.raises(sl.InputError, match=r"confidence as the third .*found -30 \(a depth\?\)"):
        sl.read(save(tmp_path / "a.npy", values))


def test_zeros_are_missing_where_confidence_is_an_array_of_its_own(tmp_path):
    values = body(136, 6)
    values[1, 4] = 0
    for people in (1, 0):
        shown = values[:, None] if people else values
        np.savez(tmp_path / "a.npz", keypoints=shown[..., :2], confidence=shown[..., 2])
        recording = sl.read(tmp_path / "a.npz")
        missing = np.isnan(recording.keypoints[..., 0])
        assert np.argwhere(missing).tolist() == [[1, 4]]


@pytest.mark.filterwarnings("ignore:.* treated as missing")
@pytest.mark.parametrize("channels", [2, 3, 4, 5])
def test_mediapipes_columns(tmp_path, channels):
    values = np.random.default_rng(0).uniform(0.2, 0.8, (6, 75, channels))
    values[..., 2:3] -= 0.5
    values[..., 3:4] = values[..., 3:4] / 2 + 0.3
    values[2, 33:54] = 0  # a hand that was not found
    path = save(tmp_path / "a.npy", values)
    with pytest.raises(sl.InputError, match="expected `size`, the width and height"):
        sl.read(path)
    recording = sl.read(path, size=(1000, 500))
    assert (recording.skeleton, recording.size) == (MEDIAPIPE75, (1000, 500))
    np.testing.assert_allclose(
        recording.keypoints[1], values[1, :, :2].astype(np.float32) * [1000, 500], 1e-5
    )
    assert np.isnan(recording.keypoints[2, 33:54]).all()
    assert (recording.confidence is None) == (channels < 4)


def test_mediapipes_flat_arrays_need_a_size_too(tmp_path):
    values = np.random.default_rng(0).uniform(0.2, 0.8, (2, 6, 66)).astype(np.float32)
    path = save(tmp_path / "a.npy", values)
    with pytest.raises(sl.InputError, match=r"a\.npy, video 0: expected `size`"):
        sl.read_all(path)
    recordings = sl.read_all(path, size=(640, 480))
    assert recordings[1].skeleton is MEDIAPIPE33
    np.testing.assert_allclose(
        recordings[1].keypoints, values[1].reshape(6, 33, 2) * np.float32([640, 480]), 1e-6
    )


@pytest.mark.parametrize("shape", [(6, 17, 2), (6, 17, 3), (6, 2, 17, 2), (6, 34), (2, 6, 34)])
def test_normalised_image_coordinates_need_a_size_on_any_skeleton(tmp_path, shape):
    values = np.random.default_rng(0).uniform(0.2, 0.8, shape)
    values[..., 0, :4] = np.nan
    path = save(tmp_path / "a.npy", values)
    with pytest.raises(sl.InputError, match="`size`, the width and height of the image") as e:
        sl.read_all(path)
    assert len(e.value.problems) == 1
    recording = sl.read_all(path, size=(640, 480))[-1]
    assert np.nanmax(recording.keypoints) > 300


def test_zeros_alone_are_not_normalised_image_coordinates(tmp_path):
    assert len(sl.read(save(tmp_path / "a.npy", np.zeros((4, 17, 2))))) == 4
    pixels = np.zeros((4, 17, 2))
    pixels[1, 3] = 500
    path = save(tmp_path / "a.npy", pixels)
    assert sl.read(path, keep_zeros=True).keypoints[1, 3, 0] == 500
    with pytest.warns(sl.InputWarning, match=r"a.npy: 67 keypoints at \(0, 0\) treated as missing"):
        assert sl.read(path).observed.sum() == 1


def test_several_people(tmp_path):
    main, other = body(17, 9, size=150), body(17, 9, at=(600, 200), size=80, seed=1)
    values = np.stack([other, main], 1)
    values[3, 0] = 0
    values[5, 1] = np.nan
    recording = sl.read(save(tmp_path / "a.npy", values))
    assert recording.notes == ("person 0 of 2",)
    seen = [t for t in range(9) if t != 5]
    np.testing.assert_allclose(recording.keypoints[seen], main[seen, :, :2], 1e-5)
    assert np.isnan(recording.keypoints[5]).all()
    assert np.isnan(sl.read(tmp_path / "a.npy", person=1).keypoints[3]).all()


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.ones((4, 24, 2)), "found 24"),
        (np.ones((4, 17, 4)), "x, y and confidence of coco17, found 4 numbers"),
        (np.ones((4, 2, 17, 9)), r"expected \[T, 2J\]"),
        (np.ones(5), r"expected \[T, 2J\].* found \[5\]"),
        (np.ones((2, 2, 2, 17, 2)), r"expected \[T, 2J\]"),
        (np.array(3.0), r"expected \[T, 2J\].* found \[\]"),
        (np.ones((4, 53)), r"expected 34, 36, .*1662 or 1629, or a shape .*found \[4, 53\]"),
        (np.ones((4, 63)), "expected keypoints of a body, found 21: one hand, without a body"),
        (np.ones((4, 42, 3)), "expected keypoints of a body, found 42: two hands"),
        (np.ones((2, 4, 1404)), "found 468: a face mesh, without a body"),
        (np.ones((0, 17, 2)), "not empty"),
        (np.ones((4, 17, 2), complex), "real numbers"),
        (np.full((4, 17, 2), "a"), "real numbers"),
        (
            np.full((4, 17, 3), 1e19),
            r"finite numbers or NaN, found 204 others, the first .* at \[0, 0, 0\]",
        ),
    ],
)
def test_invalid_arrays_are_refused(tmp_path, array, message):
    with pytest.raises(sl.InputError, match=message):
        sl.read(save(tmp_path / "a.npy", array))


def test_a_skeleton_that_does_not_fit(tmp_path):
    with pytest.raises(sl.InputError, match=r"26 keypoints \(halpe26\), found 17"):
        sl.read(save(tmp_path / "a.npy", np.ones((4, 17, 2))), skeleton="halpe26")


@settings(max_examples=25)
@given(
    skeleton=st.sampled_from(SKELETONS),
    shape=st.sampled_from([(1,), (4,), (3, 1), (3, 2)]),
    channels=st.integers(2, 3),
    dtype=st.sampled_from(["f2", "f4", "f8", "i4", ">f8"]),
)
def test_all_types_of_numbers_are_read(tmp_path_factory, skeleton, shape, channels, dtype):
    values = np.random.default_rng(0).uniform(1, 900, (*shape, len(skeleton), channels))
    values[..., 2:] /= 900
    array = values.astype(dtype)
    if channels == 3 and dtype == "i4":
        array[..., 2] = 1
    path = save(tmp_path_factory.mktemp("npy") / "a.npy", array)
    recording = sl.read(path, skeleton=skeleton, min_confidence=0)
    assert recording.skeleton is skeleton and len(recording) == shape[0]
    assert recording.keypoints.dtype == np.float32 and recording.observed.any(1).all()


def test_half_precision_in_the_shape_of_body_data(tmp_path):
    values = np.random.default_rng(0).uniform(1, 900, (2, 5, 52)).astype("f2")
    np.testing.assert_array_equal(
        sl.read_all(save(tmp_path / "a.npy", values))[1].keypoints, values[1].reshape(5, 26, 2)
    )


def test_a_pickle_of_recordings_is_one_line_that_says_what_to_save(tmp_path):
    arrays = np.array([np.ones((4, 17, 2)), np.ones((3, 17, 2))], dtype=object)
    np.save(tmp_path / "a.npy", arrays, allow_pickle=True)
    with pytest.raises(sl.InputError) as error:
        sl.read(tmp_path / "a.npy")
    (line,) = error.value.problems
    assert line.endswith(
        "a.npy: expected an array of numbers, and a file for each recording where their lengths "
        "differ, found Python objects (a pickle)"
    )
