from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signlift as sl
from signlift.core.skeleton import COCO17, MEDIAPIPE33, MEDIAPIPE75, SKELETONS
from signlift.io.arrays.mediapipe_rows import HOLISTIC_COUNTS, ROW_SIZES, find_row_layout

SIZE = (1280, 720)
ROWS = [
    (99, ("pose",), 3, 3),
    (132, ("pose",), 4, 4),
    (165, ("pose",), 5, 5),
    (225, ("pose", "left", "right"), 3, 3),
    (258, ("pose", "left", "right"), 4, 3),
    (1662, ("pose", "face", "left", "right"), 4, 3),
    (1692, ("pose", "irises", "left", "right"), 4, 3),
    (1536, ("pose", "face"), 4, 3),
    (2004, ("pose", "face"), 4, 4),
    (1629, ("pose", "face", "left", "right"), 3, 3),
    (1629, ("face", "left", "pose", "right"), 3, 3),
    (1659, ("irises", "left", "pose", "right"), 3, 3),
    (1086, ("face", "left", "pose", "right"), 2, 2),
]


def signer(T=6, seed=0):
    """Landmarks [T, n, 5] of each part of a signer, as fractions of the image."""
    rng = np.random.default_rng(seed)

    def around(centre, spread, count):
        offsets = rng.normal(0, spread, (count, 2))
        offsets[0] = 0
        sway = 0.01 * rng.normal(size=(T, 1, 2))
        return centre + offsets + sway

    pose = np.concatenate(
        [
            around((0.5, 0.2), 0.015, 11),
            around((0.5, 0.35), 0.002, 2) + np.array([[0.12, 0], [-0.12, 0]]),
            around((0.5, 0.5), 0.002, 2) + np.array([[0.17, 0], [-0.17, 0]]),
            around((0.5, 0.6), 0.002, 2) + np.array([[0.25, 0], [-0.05, 0]]),
            around((0.5, 0.6), 0.01, 6) + np.array([[0.27, 0], [-0.07, 0]] * 3),
            around((0.5, 0.7), 0.002, 2) + np.array([[0.07, 0], [-0.07, 0]]),
            around((0.5, 0.95), 0.01, 8),
        ],
        1,
    )
    face = pose[:, :1] + rng.normal(0, 0.02, (468, 2))
    face[:, 1] = pose[:, 0] + 0.004
    irises = np.concatenate([face, face[:, :10]], 1)
    hands = {
        name: pose[:, [wrist]] + np.r_[[[0.0, 0.0]], rng.normal(0, 0.02, (20, 2))]
        for name, wrist in (("left", 15), ("right", 16))
    }
    parts = {"pose": pose, "face": face, "irises": irises, **hands}
    rest = {name: rng.uniform(0.5, 1, (*part.shape[:2], 3)) for name, part in parts.items()}
    for numbers in rest.values():
        numbers[..., 0] -= 0.75  # z is negative in front of the hips
    return {
        name: np.concatenate([part, rest[name]], -1).astype(np.float32)
        for name, part in parts.items()
    }


def to_rows(parts, names, body, others):
    blocks = [parts[name][..., : body if name == "pose" else others] for name in names]
    return np.concatenate([block.reshape(len(block), -1) for block in blocks], 1)


def expected_points(parts, names):
    kept = ("pose", "left", "right") if "left" in names else ("pose",)
    return np.concatenate([parts[name][..., :2] for name in kept], 1) * np.float32(SIZE)


def save(path, array):
    np.save(path, array)
    return path


@pytest.mark.parametrize(("numbers", "names", "body", "others"), ROWS)
def test_rows_are_body_and_hands(tmp_path, numbers, names, body, others):
    parts = signer()
    rows = to_rows(parts, names, body, others)
    assert rows.shape[1] == numbers
    path = save(tmp_path / "a.npy", rows)
    with pytest.raises(sl.InputError, match="expected `size`, the width and height of the image"):
        sl.read(path)
    recording = sl.read(path, size=SIZE)
    assert recording.skeleton is (MEDIAPIPE75 if "left" in names else MEDIAPIPE33)
    np.testing.assert_allclose(recording.keypoints, expected_points(parts, names), 1e-5)
    if body > 3:
        np.testing.assert_allclose(recording.confidence[:, :33], parts["pose"][..., 3], 1e-6)
    else:
        assert recording.confidence is None


def test_one_row_is_one_frame(tmp_path):
    parts = signer(1)
    row = to_rows(parts, ("pose", "face", "left", "right"), 4, 3)[0]
    recording = sl.read(save(tmp_path / "0.npy", row), size=SIZE)
    assert recording.keypoints.shape == (1, 75, 2)
    assert recording.notes[0].startswith("one frame (the directory of its frames")
    pose = sl.read(save(tmp_path / "1.npy", parts["pose"][0, :, :4]), size=SIZE)
    assert pose.keypoints.shape == (1, 33, 2)


def test_several_recordings_lose_their_padding_but_keep_their_shape(tmp_path):
    names = ("pose", "face", "left", "right")
    rows = np.stack([to_rows(signer(seed=seed), names, 4, 3) for seed in (0, 1)])
    rows[1, 4:] = 0
    for path in (tmp_path / "a.npy", tmp_path / "a.npz"):
        np.save(path, rows) if path.suffix == ".npy" else np.savez(path, sequences=rows)
        recordings = sl.read_all(path, size=SIZE)
        assert (recordings.shape, recordings.lengths) == ((2, 6), (6, 4))
        assert recordings[1].name == f"{path.name}, video 1"
        expected = expected_points(signer(seed=1), names)[:4]
        np.testing.assert_allclose(recordings[1].keypoints, expected, 1e-5)


def test_landmarks_of_zeros_and_of_nan_are_missing(tmp_path):
    names = ("face", "left", "pose", "right")
    for missing in (0, np.nan):
        parts = signer()
        parts["left"][2] = missing
        points = to_rows(parts, names, 3, 3).reshape(6, 543, 3)
        recording = sl.read(save(tmp_path / "a.npy", points), size=SIZE)
        left = MEDIAPIPE75.index("LHandRoot")
        assert np.isnan(recording.keypoints[2, left : left + 21]).all()
        assert np.isnan(recording.keypoints).sum() == 42


@pytest.mark.parametrize("names", list(permutations(("pose", "face", "left", "right"))))
def test_the_order_of_the_parts_is_where_hands_are_at_wrists_and_the_face_at_the_nose(names):
    parts = signer()
    rows = to_rows(parts, names, 3, 3)
    layout = find_row_layout(rows)
    assert tuple(part.name for part in layout.parts) == names
    points = layout.select(rows)
    np.testing.assert_allclose(points[..., :2] * SIZE, expected_points(parts, names), 1e-4)


def test_without_hands_and_face_the_order_is_where_a_body_is():
    parts = signer()
    for name in ("face", "left", "right"):
        parts[name][:] = 0
    for names in (("face", "left", "pose", "right"), ("pose", "face", "left", "right")):
        rows = to_rows(parts, names, 3, 3)
        np.testing.assert_array_equal(
            find_row_layout(rows).select(rows)[:, :33, :2], parts["pose"][..., :2]
        )


def test_an_axis_of_one_person_and_several_recordings_of_points(tmp_path):
    names = ("pose", "face", "left", "right")
    points = to_rows(signer(), names, 3, 3).reshape(6, 543, 3)
    recording = sl.read(save(tmp_path / "a.npy", points[:, None]), size=SIZE)
    np.testing.assert_allclose(recording.keypoints, expected_points(signer(), names), 1e-5)
    recordings = sl.read_all(save(tmp_path / "b.npy", np.stack([points] * 3)), size=SIZE)
    assert recordings.shape == (3, 6)


def test_poses_in_one_place_are_frames_however_few_they_are(tmp_path):
    rng = np.random.default_rng(5)
    walk = rng.uniform(100, 400, (4, 1, 17, 2)) + rng.normal(0, 2, (4, 5, 17, 2)).cumsum(1)
    assert sl.read_all(save(tmp_path / "a.npy", walk)).shape == (4, 5)
    recording = sl.read(save(tmp_path / "b.npy", walk.swapaxes(0, 1)))
    assert len(recording) == 5 and recording.notes == ("person 0 of 4",)


def test_an_axis_of_one_frame_is_no_axis_of_recordings(tmp_path):
    rows = to_rows(signer(), ("pose",), 4, 4)
    assert len(sl.read(save(tmp_path / "a.npy", rows[:, None]), size=SIZE)) == 6


@pytest.mark.parametrize("shape", [(3, 6, 75), (6, 3, 75), (2, 6, 17)])
def test_values_before_keypoints_are_not_taken_for_recordings(tmp_path, shape):
    path = save(tmp_path / "a.npy", np.random.default_rng(0).uniform(0, 1, shape))
    with pytest.raises(sl.InputError, match="with keypoints before their values"):
        sl.read(path, size=SIZE)


def test_pose_formats_arrays_end_with_world_landmarks(tmp_path):
    parts = signer()
    names = ("pose", "face", "left", "right")
    world = np.random.default_rng(0).normal(0, 0.3, (6, 33 * 3)).astype(np.float32)
    rows = np.concatenate([to_rows(parts, names, 3, 3), world], 1).reshape(6, 1, 576, 3)
    recording = sl.read(save(tmp_path / "a.npy", rows), size=SIZE)
    np.testing.assert_allclose(recording.keypoints, expected_points(parts, names), 1e-5)


def test_hands_before_the_body_are_found_in_arrays_of_75_keypoints(tmp_path):
    parts = signer()
    points = to_rows(parts, ("left", "right", "pose"), 3, 3).reshape(6, 75, 3)
    recording = sl.read(save(tmp_path / "a.npy", points), size=SIZE)
    expected = expected_points(parts, ("pose", "left", "right"))
    np.testing.assert_allclose(recording.keypoints, expected, 1e-5)


def test_sizes_of_rows_are_those_of_skeletons_only_for_mediapipe():
    shared = {2 * len(skeleton) for skeleton in SKELETONS} & set(ROW_SIZES)
    assert shared == {2 * len(MEDIAPIPE33), 2 * len(MEDIAPIPE75)}
    assert len(set(HOLISTIC_COUNTS)) == len(HOLISTIC_COUNTS)
    assert find_row_layout(np.zeros((3, 100))) is None


def test_rows_of_x_y_and_confidence(tmp_path):
    values = np.random.default_rng(0).uniform(10, 900, (5, 17, 3))
    values[..., 2] = 0.5
    recording = sl.read(save(tmp_path / "a.npy", values.reshape(5, 51)))
    assert recording.skeleton is COCO17
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-5)
    assert (recording.confidence == 0.5).all()


def test_a_given_skeleton_decides(tmp_path):
    path = save(tmp_path / "a.npy", to_rows(signer(), ("pose",), 4, 4))
    assert sl.read(path, skeleton="mediapipe33", size=SIZE).skeleton is MEDIAPIPE33
    with pytest.raises(sl.InputError, match=r"34 or 51 numbers per frame \(coco17\), found 132"):
        sl.read(path, skeleton="coco17")


def test_frames_are_not_taken_for_people(tmp_path):
    rng = np.random.default_rng(0)
    base = rng.uniform(100, 600, (4, 1, 17, 2))
    videos = base + np.cumsum(rng.normal(0, 1, (4, 20, 17, 2)), 1)
    recordings = sl.read_all(save(tmp_path / "a.npy", videos))
    assert recordings.shape == (4, 20)
    np.testing.assert_allclose(recordings[2].keypoints, videos[2], 1e-5)
    crowd = base[:1] + 300 * np.arange(9)[:, None, None] + rng.normal(0, 1, (20, 9, 17, 2))
    (recording,) = sl.read_all(save(tmp_path / "b.npy", crowd))
    assert recording.notes == ("person 0 of 9",)


@given(st.integers(0, 2**32 - 1), st.sampled_from(ROW_SIZES))
def test_no_numbers_raise(seed, size):
    rng = np.random.default_rng(seed)
    rows = rng.choice([0, np.nan, 0.5, 1e30, -1e30, np.inf], (3, size))
    with np.errstate(all="ignore"):
        assert find_row_layout(rows).select(rows).shape[1] in (33, 75)


@pytest.mark.parametrize("flat", [True, False])
def test_third_numbers_from_0_to_1_are_visibilities(tmp_path, flat):
    pose = signer()["pose"][..., [0, 1, 3]]
    pose[:, 23:, 2] = 0.1
    path = save(tmp_path / "a.npy", pose.reshape(len(pose), -1) if flat else pose)
    recording = sl.read(path, size=SIZE)
    np.testing.assert_allclose(recording.confidence[:, :23], pose[:, :23, 2], 1e-6)
    assert recording.observed[:, :23].all()
    assert not recording.observed[:, 23:].any()
