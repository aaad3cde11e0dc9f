import io
import zipfile

import numpy as np
import pytest
from detected import body
from hypothesis import given, settings
from hypothesis import strategies as st

import signlift as sl
from signlift.core.skeleton import COCO17, HALPE26, MEDIAPIPE75, PANOPTIC26, WHOLEBODY133


def save(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


def test_keypoints_with_confidence_and_metadata(tmp_path):
    values = body(26, 5)
    path = save(
        tmp_path / "a.npz",
        keypoints=values[..., :2],
        confidence=values[..., 2],
        fps=25.0,
        size=[640, 480],
        skeleton="halpe26",
    )
    recording = sl.read(path, size=(1, 1))
    assert (recording.skeleton, recording.fps, recording.size) == (HALPE26, 25, (640, 480))
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-6)
    np.testing.assert_allclose(recording.confidence, values[..., 2], 1e-6)
    assert recording.name == "a.npz"


def test_the_only_array_may_have_any_name(tmp_path):
    values = body(26, 5)
    assert sl.read(save(tmp_path / "a.npz", arr_0=values)).skeleton is PANOPTIC26
    flat = save(tmp_path / "b.npz", mine=values[..., :2].reshape(5, 52), width=640, height=480)
    recording = sl.read(flat)
    assert recording.size == (640, 480)
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-6)


def test_rtmlibs_people(tmp_path):
    main, other = body(133, 6, size=150), body(133, 6, at=(700, 200), size=70, seed=1)
    values = np.stack([other, main], 1)
    path = save(tmp_path / "a.npz", keypoints=values[..., :2], scores=values[..., 2])
    recording = sl.read(path)
    assert (recording.skeleton, recording.notes) == (WHOLEBODY133, ("person 0 of 2",))
    np.testing.assert_allclose(recording.keypoints, main[..., :2], 1e-5)
    np.testing.assert_allclose(recording.confidence, main[..., 2], 1e-5)


def test_padding_of_several_recordings_is_removed(tmp_path):
    values = np.stack([body(17, 6), body(17, 6, seed=1)])
    flat = values[..., :2].reshape(2, 6, 34)
    flat[1, 4:] = np.nan
    path = save(tmp_path / "a.npz", keypoints=flat, confidence=values[..., 2])
    first, second = sl.read_all(path)
    assert (len(first), len(second), second.skeleton) == (6, 4, COCO17)
    assert second.name == "a.npz, video 1"
    np.testing.assert_allclose(second.confidence, values[1, :4, :, 2], 1e-6)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.ones((4, 34)), "b": np.ones((4, 34))}, "an array named keypoints, found a, b"),
        ({"fps": 25}, "an array named keypoints, found fps"),
        ({"keypoints": np.array([[{}]])}, r"a\.npz: keypoints: .*a pickle"),
        ({"keypoints": np.full((4, 34), "x")}, "real numbers, found dtype <U1"),
        ({"keypoints": np.ones((4, 17, 2)), "scores": np.ones((4, 16))}, r"shape \[4, 17\]"),
        ({"keypoints": np.ones((4, 2, 34)), "scores": np.ones(3)}, "confidence of 4 recordings"),
        ({"keypoints": np.ones((4, 35))}, r"expected 34, 36.* found \[4, 35\]"),
        ({"keypoints": np.ones((4, 36, 2))}, "found 36"),
        ({"keypoints": np.ones((4, 34)), "skeleton": "smpl"}, "skeleton: expected one of"),
        ({"keypoints": np.zeros((0, 17, 2))}, r"found \[0, 17, 2\]"),
        ({"keypoints": np.full((3, 17, 2), np.inf)}, "finite numbers or NaN"),
    ],
)
def test_invalid_arrays_are_refused(tmp_path, arrays, message):
    with pytest.raises(sl.InputError, match=message):
        sl.read_all(save(tmp_path / "a.npz", **arrays))


def test_all_bytes_that_a_header_promises_must_exist(tmp_path):
    member = io.BytesIO()
    np.save(member, np.ones((4, 34)))
    data = member.getvalue().replace(b"(4, 34)", b"(10**9,)"[:7])
    for content in (data, member.getvalue()[:-8], b"nonsense", b""):
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.writestr("keypoints.npy", content)
        with pytest.raises(sl.InputError, match=r"a\.npz: keypoints: expected"):
            sl.read_all(tmp_path / "a.npz")
    huge = member.getvalue().replace(b"(4, 34), }   ", b"(99999999, 34)}"[:15].ljust(13))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("keypoints.npy", huge)
    with pytest.raises(sl.InputError):
        sl.read_all(tmp_path / "a.npz")


@settings(max_examples=40)
@given(data=st.data())
def test_any_damage_is_an_input_error(tmp_path_factory, data):
    path = save(tmp_path_factory.mktemp("npz") / "a.npz", keypoints=body(17, 3), fps=25)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        sl.read_all(path)
    except sl.InputError as error:
        assert error.problems


def test_mediapipes_body_and_hands_in_arrays_of_their_own(tmp_path):
    rng = np.random.default_rng(0)
    pose = rng.uniform(0.2, 0.8, (4, 33, 4))
    pose[..., 3] = 0.9
    left, right = rng.uniform(0.2, 0.8, (2, 4, 21, 3))
    left[2] = 0
    path = save(tmp_path / "a.npz", pose=pose, left_hand=left, right_hand=right)
    recording = sl.read(path, size=(1000, 500))
    assert recording.skeleton is MEDIAPIPE75
    expected = np.concatenate([pose[..., :2], left[..., :2], right[..., :2]], 1) * [1000, 500]
    expected[2, 33:54] = np.nan
    np.testing.assert_allclose(recording.keypoints, expected, 1e-5)


def test_an_unknown_skeleton_of_a_file_is_named_in_the_file(tmp_path):
    path = save(tmp_path / "a.npz", keypoints=body(17, 2), skeleton="mine")
    with pytest.raises(sl.InputError, match=r"a.npz: skeleton: expected one of .*, found 'mine'"):
        sl.read(path)


def test_an_array_that_may_be_the_confidence_is_named(tmp_path):
    keypoints = body(17, 2)[..., :2]
    path = save(tmp_path / "a.npz", keypoints=keypoints, certainty=np.ones(keypoints.shape[:-1]))
    with pytest.warns(sl.InputWarning, match="certainty is not read; name it confidence if it is"):
        assert sl.read(path).confidence is None
