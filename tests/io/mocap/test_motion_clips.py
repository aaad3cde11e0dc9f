import json
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signlift as sl
from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputError, InputWarning
from signlift.io.mocap.bvh import read_bvh, write_bvh
from signlift.io.mocap.motion_clips import read_mocap
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

#: Rows of these turn y up into another axis up.
TURNED = {
    "y": np.eye(3),
    "z": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "x": np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]]),
    "-y": np.array([[1, 0, 0], [0, -1, 0], [0, 0, -1]]),
    "-z": np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "-x": np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
}


@pytest.fixture(scope="module")
def points():
    """[20, 26, 3] in cm, y up."""
    moved = Signer().sample_motion(np.random.default_rng(1), 20, 30.0, fingers=False)
    return convert(moved, SIGNER, PANOPTIC26) * 100


@pytest.mark.parametrize("up", TURNED)
@pytest.mark.parametrize(
    ("unit", "factor"), [("m", 0.01), ("cm", 1), ("mm", 10), ("in", 1 / 2.54), ("cmu", 0.45 / 2.54)]
)
def test_unit_and_axes_are_guessed_from_the_people(tmp_path, points, up, unit, factor):
    np.save(tmp_path / "a.npy", points @ TURNED[up].T * factor)
    (clip,) = read_mocap(tmp_path / "a.npy")
    assert (clip.up, clip.fps, clip.mirrored, clip.name) == (up, None, False, "a.npy")
    assert clip.unit == pytest.approx(1 / factor)
    np.testing.assert_allclose(clip.points, points, atol=1e-3)
    given = read_mocap(tmp_path / "a.npy", unit=unit, up=up, fps=50)[0]
    np.testing.assert_allclose(given.points, clip.points)
    assert given.fps == 50


def test_left_handed_axes_are_mirrored(tmp_path, points):
    np.save(tmp_path / "a.npy", points * [1, 1, -1])
    (clip,) = read_mocap(tmp_path / "a.npy")
    assert clip.mirrored
    np.testing.assert_allclose(clip.points, points * [-1, 1, -1], atol=1e-3)  # turned about y


def test_an_archive_of_named_joints(tmp_path, points):
    names = ["upperarm_l", "lowerarm_l", "hand_l", "thigh_l", "calf_l", "foot_l", "ball_l"]
    names += [name[:-1] + "r" for name in names]
    parts = ("Shoulder", "Elbow", "Hand", "Hip", "Knee", "Ankle", "BigToe")
    joints = points[:, [PANOPTIC26.index(side + part) for side in "LR" for part in parts]]
    padded = joints.copy()
    padded[15:] = np.nan
    padded[3, 0, 1] = np.nan
    np.savez(
        tmp_path / "a.npz",
        one=joints,
        two=padded,
        joint_names=np.array(names),
        fps=np.array(120),
        _parents=np.zeros(14, int),
    )
    one, two = read_mocap(tmp_path / "a.npz")
    assert (one.rig, one.fps, one.name, two.name) == ("metahuman", 120, "a.npz, one", "a.npz, two")
    assert (len(one.points), len(two.points)) == (20, 15)
    np.testing.assert_allclose(
        one.points[:, PANOPTIC26.index("Neck")], points[:, PANOPTIC26.index("Neck")], atol=1e-3
    )
    assert np.isnan(one.points[:, PANOPTIC26.index("Nose")]).all()  # arrays have no rotations
    assert np.isnan(two.points[3, PANOPTIC26.index("LShoulder")]).all()
    assert np.isnan(two.points[3, PANOPTIC26.index("Neck")]).all()


def test_a_user_rig_names_the_joints_of_an_array(tmp_path, points):
    names = ["armL", "armR", "foreL", "foreR", "hipL", "hipR"]
    keypoints = ("LShoulder", "RShoulder", "LElbow", "RElbow", "LHip", "RHip")
    np.save(tmp_path / "a.npy", points[:, [PANOPTIC26.index(name) for name in keypoints]])
    with pytest.raises(InputError, match=r"expected joint names, or 26 .*found 6 joints"):
        read_mocap(tmp_path / "a.npy")
    rig = {"keypoints": dict(zip(keypoints, names, strict=True)), "joints": names, "unit": "cm"}
    (tmp_path / "own.json").write_text(json.dumps(rig))
    (clip,) = read_mocap(tmp_path / "a.npy", rig=tmp_path / "own.json")
    np.testing.assert_allclose(
        clip.points[:, PANOPTIC26.index("RElbow")], points[:, PANOPTIC26.index("RElbow")], atol=1e-3
    )
    (tmp_path / "short.json").write_text(json.dumps({**rig, "joints": names[:5]}))
    with pytest.raises(InputError, match="expected names of 6 joints, found 5"):
        read_mocap(tmp_path / "a.npy", rig=tmp_path / "short.json")
    (tmp_path / "other.json").write_text(json.dumps({**rig, "keypoints": {"Nose": "nose"}}))
    with pytest.raises(InputError, match="expected the joints of other, found none for Nose"):
        read_mocap(tmp_path / "a.npy", rig=tmp_path / "other.json")


def test_several_videos_in_one_array(tmp_path, points):
    np.save(tmp_path / "a.npy", np.stack([points, points + 10]).astype(np.float32))
    clips = read_mocap(tmp_path / "a.npy")
    assert [clip.name for clip in clips] == ["a.npy, a 0", "a.npy, a 1"]


def test_bvh_has_a_face_and_feet(tmp_path):
    recording = simulate_recording(0, 3, min_frames=20, max_frames=20)
    path = write_bvh(recording, tmp_path / "a.bvh", height=170)
    (clip,) = read_mocap(path)
    assert (clip.rig, clip.unit, clip.up, clip.fps) == ("humanik", 1, "y", 30)
    assert np.isfinite(clip.points).all()
    motion = read_bvh(path)
    places = motion.forward_kinematics()
    head = motion.names.index("Head")
    nose = clip.points[:, PANOPTIC26.index("Nose")] - places.positions[:, head]
    ahead = (nose * places.rotations[:, head, :, 2]).sum(-1)
    assert 8 < ahead.min() <= ahead.max() < 15
    hand = places.positions[:, motion.names.index("LeftHand")]
    np.testing.assert_allclose(clip.points[:, PANOPTIC26.index("LHand")], hand, atol=1e-4)


def test_read_as_a_recording(tmp_path):
    recording = simulate_recording(0, 3, min_frames=6, max_frames=6)
    path = sl.write(recording, tmp_path / "a.bvh")
    converted = sl.read(path, skeleton="coco17")
    assert (converted.skeleton.name, converted.unit, converted.fps) == ("coco17", "cm", 30)
    assert "rig humanik" in converted.notes[0]
    # Right in the image is the left of a person who faces the camera, and y goes down.
    whole = sl.read(path)
    index = PANOPTIC26.index
    assert (whole.keypoints[:, index("Neck"), 1] < whole.keypoints[:, index("MidHip"), 1]).all()
    np.testing.assert_allclose(whole.depth[:, index("MidHip")], 0, atol=1e-4)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "expected a file or directory, found none"),
        (lambda path: path.mkdir(), "found a directory"),
        (lambda path: path.touch(), "found an empty file"),
        (lambda path: path.write_bytes(b"nonsense"), "found a file that begins with b'nonsense'"),
        (
            lambda path: path.write_bytes(b"PK\x03\x04 nonsense"),
            r"expected a zip archive, found a damaged file",
        ),
        (lambda path: path.write_bytes(b"\x93NUMPY\x01\x00"), "header is damaged"),
        (
            lambda path: np.save(path, np.zeros((3, 26, 2))),
            r"expected arrays \[frames, joints, 3\], found a \[3, 26, 2\]",
        ),
        (lambda path: np.save(path, np.full((3, 26, 3), np.nan)), "expected a frame with joints"),
        (
            lambda path: np.save(path, np.full((3, 26, 3), np.inf)),
            r"NaN or numbers below 1e\+09, found inf in frame 0",
        ),
        (lambda path: np.save(path, np.zeros((3, 26, 3))), "expected a person's joints"),
        (lambda path: np.save(path, np.zeros((3, 9, 3))), "expected joint names"),
        (
            lambda path: np.save(path, np.random.default_rng(0).normal(0, 1e6, (3, 26, 3))),
            r"the size of people in m, .*`unit`.*, found a stature of",
        ),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path, make, said):
    path = tmp_path / "a.npy"
    make(path)
    with pytest.raises(InputError, match=said) as error:
        read_mocap(path)
    assert len(error.value.problems) == 1


def test_a_pickle_is_not_read(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.array([{}], object))
    with pytest.raises(InputError, match=r"a: expected an array, .* found .* \(a pickle\)"):
        read_mocap(tmp_path / "a.npz")


def test_all_problems_of_an_archive(tmp_path, points):
    bad = points.copy()
    bad[4] = np.inf
    np.savez(tmp_path / "a.npz", a=points, b=bad, c=points[:, :20], d=points * np.nan)
    with pytest.raises(InputError) as error:
        read_mocap(tmp_path / "a.npz")
    assert len(error.value.problems) == 3


@pytest.mark.parametrize("options", [{"unit": "mile"}, {"up": "w"}, {"rig": "none"}])
def test_invalid_options(tmp_path, points, options):
    np.save(tmp_path / "a.npy", points)
    with pytest.raises(InputError, match=next(iter(options))):
        read_mocap(tmp_path / "a.npy", **options)


@given(
    st.sampled_from([b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"HIERARCHY ", b""]),
    st.binary(max_size=200),
)
def test_random_bytes_never_raise_anything_else(tmp_path_factory, start, content):
    path = tmp_path_factory.mktemp("random") / "a.npz"
    path.write_bytes(start + content)
    with pytest.raises(InputError):
        read_mocap(path)


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=20))
def test_damaged_archives_never_raise_anything_else(tmp_path_factory, place, content):
    path = tmp_path_factory.mktemp("damaged") / "a.npz"
    np.savez_compressed(
        path, a=np.arange(4 * 26 * 3.0).reshape(4, 26, 3), joint_names=np.array(["a"] * 26)
    )
    data = bytearray(path.read_bytes())
    data[place : place + len(content)] = content
    path.write_bytes(data)
    try:
        read_mocap(path)
    except InputError as error:
        assert all("\n" not in line for line in error.problems)


@pytest.mark.parametrize(("factor", "stature"), [(0.6, "10[0-9]"), (1.5, "25[0-9]")])
def test_people_of_an_unlikely_stature_give_a_warning(tmp_path, points, factor, stature):
    path = tmp_path / "a.npy"
    np.save(path, points * factor)
    expected = rf"a\.npy: expected a stature of 120 to 220 cm, found one of about {stature} cm, "
    with pytest.warns(InputWarning, match=expected + r"if a unit is 1 cm \(`unit` changes this\)"):
        read_mocap(path, unit="cm")


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_people_of_a_likely_stature_give_no_warning(tmp_path, points, factor):
    np.save(tmp_path / "a.npy", points * factor)
    with warnings.catch_warnings():
        warnings.simplefilter("error", InputWarning)
        read_mocap(tmp_path / "a.npy", unit="cm")


def test_numbers_too_large_for_double_precision(tmp_path, points):
    huge = points.astype(np.longdouble)
    huge[0, 0, 0] = np.longdouble("1e4000")
    with pytest.raises(InputError, match="expected NaN or numbers below 1e\\+09, found"):
        np.save(tmp_path / "a.npy", huge)
        read_mocap(tmp_path / "a.npy")
