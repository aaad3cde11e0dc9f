import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26, PANOPTIC67
from signlift.errors import InputError
from signlift.io.arrays import array_checks as module
from signlift.io.arrays.original_arrays import read_arrays, write_arrays


def make(V=3, T=7, J=26, dtype=np.float32, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(V, T, 2 * J)).astype(dtype), rng.normal(size=(V, T, J)).astype(dtype)


def save(directory, data, ground):
    np.save(directory / "body_data.npy", data)
    np.save(directory / "body_ground.npy", ground)
    return directory


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_recordings_end_where_trailing_nan_begins(tmp_path, dtype, order):
    data, ground = make(dtype=dtype)
    data[0, 5:] = ground[0, 5:] = np.nan
    data[1, 2] = np.nan  # a frame without a keypoint inside: it counts
    data[2, 6, 1:] = np.nan  # one number left in the last frame: it counts too
    read = read_arrays(
        save(tmp_path, np.asarray(data, order=order), np.asarray(ground, order=order))
    )
    assert read.lengths.tolist() == [5, 7, 7]
    assert [len(recording) for recording in read] == [5, 7, 7]
    for v, recording in enumerate(read):
        expected = data[v, : read.lengths[v]].reshape(-1, 26, 2).astype(np.float32)
        expected = np.where(np.isnan(expected).any(-1, keepdims=True), np.nan, expected)
        np.testing.assert_array_equal(recording.keypoints, expected)
        np.testing.assert_array_equal(recording.depth, ground[v, : read.lengths[v]].astype("f4"))
    assert read[-1].name == "body_data.npy, video 2"
    assert [recording.name[-1] for recording in read[1:]] == ["1", "2"]
    with pytest.raises(IndexError):
        read[3]


def test_small_chunks_give_the_same_lengths(tmp_path, monkeypatch):
    data, ground = make(V=5, T=9)
    data[1, 4:] = data[3, 8:] = np.nan
    monkeypatch.setattr(module, "_CHUNK_BYTES", 64)
    for order in "CF":
        read = read_arrays(save(tmp_path, np.asarray(data, order=order), ground))
        assert read.lengths.tolist() == [9, 4, 9, 8, 9]


def test_windows_are_padded_with_nan_past_a_recordings_end(tmp_path):
    data, ground = make()
    data[1, 4:] = np.nan
    read = read_arrays(save(tmp_path, data, ground))
    keypoints, depth = read.fetch(np.array([1, 2]), np.array([3, 0]), 3)
    assert keypoints.shape == (2, 3, 26, 2)
    np.testing.assert_array_equal(keypoints[0, 0], data[1, 3].reshape(26, 2))
    assert np.isnan(keypoints[0, 1:]).all()
    assert np.isnan(depth[0, 1:]).all()
    np.testing.assert_array_equal(depth[1], ground[2, :3])


def test_one_recording_may_lack_the_first_axis_and_the_ground_truth(tmp_path):
    data, _ = make(V=1)
    np.save(tmp_path / "one.npy", data[0])
    read = read_arrays(tmp_path / "one.npy")
    assert len(read) == 1
    assert read[0].depth is None
    assert np.isnan(read.fetch(np.array([0]), np.array([0]), 2)[1]).all()


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (lambda d, g: (d[..., 0, 0], g), ["data.npy: expected 3 dimensions"]),
        (
            lambda d, g: (d, g[:2]),
            [r"ground.npy: expected shape \[3, 7, 26\] .*found \[2, 7, 26\]"],
        ),
        (lambda d, g: (d, g[:, :5]), ["ground.npy: expected shape"]),
        (
            lambda d, g: (d[..., :50], g[..., :25]),
            [
                "data.npy: expected 52 numbers per frame .*panoptic26.*found 50 .*openpose25",
                "ground.npy: expected 26 numbers per frame .*found 25",
            ],
        ),
        (lambda d, g: (d.astype(str), g), ["data.npy: expected real numbers"]),
        (
            lambda d, g: (d.astype(object), g.astype(bool)),
            ["data.npy: .*a pickle", "ground.npy: .*bool"],
        ),
        (lambda d, g: (d[:0], g), ["data.npy: .*not empty"]),
    ],
)
def test_each_problem_of_the_arrays_is_a_line(tmp_path, change, lines):
    save(tmp_path, *change(*make()))
    with pytest.raises(InputError) as error:
        read_arrays(tmp_path)
    assert len(error.value.problems) == len(lines)
    for line, expected in zip(error.value.problems, lines, strict=True):
        assert re.search(expected, line)


def test_all_problems_of_both_files_at_once(tmp_path):
    data, ground = make(V=8)
    data[[1, 2, 3, 4, 5, 6]] = np.nan
    data[0, 3, 9] = np.inf
    data[7, 0, 0] = -np.inf
    ground[7, 6, 25] = np.inf
    with pytest.raises(InputError) as error:
        read_arrays(save(tmp_path, data, ground))
    infinite, empty, ground_line = error.value.problems
    assert "found 2 infinite or beyond 1e+18, the first in video 0" in infinite
    assert infinite.endswith("frame 3, y of LElbow")
    assert empty.endswith("found none in video 1, 2, 3, 4, 5 and 1 more")
    assert ground_line.endswith("the first in video 7, frame 6, Keypoint26")
    assert "body_ground.npy" in ground_line


def test_a_wrong_number_of_keypoints_hides_no_other_problem(tmp_path):
    data, ground = make()
    ground = ground[:2, :, :25]
    ground[1, 3, 4] = np.inf
    data = data.astype(np.float64)
    data[2, 1, 0] = 1e300  # more than float32 can hold
    with pytest.raises(InputError) as error:
        read_arrays(save(tmp_path, data, ground))
    found = [line.split(", found ")[1] for line in error.value.problems]
    assert found[:2] == ["25 (as openpose25 has)", "[2, 7, 25]"]
    assert found[2].endswith("the first in video 2, frame 1, x of Neck")
    assert found[3].endswith("the first in video 1, frame 3, number 4")


def test_keypoints_with_one_coordinate_do_not_make_a_frame(tmp_path):
    data, ground = make()
    data[1, :, 1::2] = np.nan
    with pytest.raises(InputError, match=r"found none in video 1$"):
        read_arrays(save(tmp_path, data, ground))


def test_missing_files(tmp_path):
    with pytest.raises(InputError) as error:
        read_arrays(tmp_path)
    assert [line.split(": ")[0].rsplit("/", 1)[1] for line in error.value.problems] == [
        "body_data.npy",
        "body_ground.npy",
    ]


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.sampled_from([PANOPTIC26, PANOPTIC67, COCO17]),
)
def test_written_arrays_are_read_back(tmp_path_factory, lengths, skeleton):
    rng = np.random.default_rng(sum(lengths))
    recordings = [
        Recording(
            rng.normal(size=(length, len(skeleton), 2)),
            skeleton,
            depth=rng.normal(size=(length, len(skeleton))),
        )
        for length in lengths
    ]
    directory = write_arrays(tmp_path_factory.mktemp("data"), recordings)
    read = read_arrays(directory, skeleton=skeleton)
    assert read.lengths.tolist() == lengths
    for before, after in zip(recordings, read, strict=True):
        np.testing.assert_array_equal(before.keypoints, after.keypoints)
        np.testing.assert_array_equal(before.depth, after.depth)


def test_recordings_that_do_not_fit_are_refused_and_leave_nothing(tmp_path):
    recording = Recording(np.zeros((3, 26, 2)))
    with pytest.raises(InputError, match="expected recordings to write, found none"):
        write_arrays(tmp_path / "a", [])
    with pytest.raises(InputError, match="expected one of 2 recordings on panoptic26"):
        write_arrays(tmp_path / "a", [recording, Recording(np.zeros((3, 17, 2)), COCO17)])
    with pytest.raises(InputError, match="expected 2 recordings to write, found 1"):
        write_arrays(tmp_path / "a", [recording], shape=(2, 3), skeleton=PANOPTIC26)
    assert list(tmp_path.iterdir()) == []
