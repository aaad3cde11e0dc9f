import json

import bvh
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources import recognised_by

import signlift as sl
from signlift.animation.avatar import solve_avatar
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputError
from signlift.geometry.joint_hierarchy import Joint, Motion
from signlift.io.mocap.bvh import is_bvh, read_bvh, write_bvh, write_motion

SMALL = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Left Arm
  {
    OFFSET 10 0 0
    CHANNELS 2 Zrotation Yposition
    End Site
    {
      OFFSET 5 0 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.033333
0 90 0 0 0 0 0 0
1 2 3 90 0 0 90 4
"""


@pytest.fixture(scope="module")
def recording():
    made = simulate_recording(0, 2, min_frames=30, max_frames=30, fps=25.0)
    return made.with_note("lifted with something")


@pytest.fixture
def written(recording, tmp_path):
    return write_bvh(recording, tmp_path / "signer.bvh", height=165)


def small(tmp_path, text=SMALL, name="a.bvh"):
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_small_file(tmp_path):
    motion = read_bvh(small(tmp_path))
    assert motion.names == ("Hips", "Left Arm", "Left Arm_End")
    assert [joint.end for joint in motion.joints] == [False, False, True]
    assert (motion.fps, len(motion)) == (30, 2)
    expected = [[[0, 90, 0], [10, 90, 0], [15, 90, 0]], [[1, 2, 3], [-3, 12, 3], [-8, 12, 3]]]
    np.testing.assert_allclose(motion.forward_kinematics().positions, expected, atol=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(" ", "\t"),
        lambda text: text.replace("0 0 0\n", "0, 0, 0,\n").replace(" 0 ", ",0,"),
        lambda text: text.replace("\n", " \n\n\t"),
        lambda text: " ".join(text.split()),
        lambda text: text.replace("{", " { ").replace("\n  {", "{"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("rotation", "ROTATION").replace("HIERARCHY", "Hierarchy"),
        lambda text: text.replace("Frames:", "Frames :").replace("Time:", "Time"),
        lambda text: text.replace("End Site", "End Site tip").replace("0.033333", "3.3333e-2"),
        lambda text: text.rstrip(),
    ],
)
def test_the_same_file_as_other_programs_write_it(tmp_path, change):
    motion = read_bvh(small(tmp_path, change(SMALL)))
    assert motion.names == ("Hips", "Left Arm", "Left Arm_End")
    np.testing.assert_allclose(motion.values[1], [1, 2, 3, 90, 0, 0, 90, 4])
    assert motion.fps == pytest.approx(30, abs=1e-3)


def test_missing_values_and_names_in_other_letters(tmp_path):
    motion = read_bvh(
        small(tmp_path, SMALL.replace("90 4", "nan 4").replace("Left", "Flügel").encode("latin-1"))
    )
    assert motion.names[1] == "Flügel Arm"
    assert np.isnan(motion.values[1, 6])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "expected a BVH file, found an empty file"),
        ("nonsense", "expected HIERARCHY, and MOTION .*begins with 'nonsense'"),
        (SMALL.split("MOTION")[0], "found only the hierarchy"),
        (
            SMALL.replace("1 2 3 90 0 0 90 4\n", ""),
            "expected 2 frames of 8 numbers, found 1 frames",
        ),
        (SMALL[:-5], "found 1 frames and 6 numbers"),
        (SMALL + "1 2 3", "found 2 frames and 3 numbers"),
        (SMALL.replace("Frames: 2", "Frames: 0"), "Frames: expected 1 or more, found 0"),
        (SMALL.replace("Frames: 2", "Frames: 2.5"), "Frames: expected 1 or more, found 2.5"),
        (SMALL.replace("0.033333", "0"), "Frame Time: expected seconds above 0, found 0"),
        (SMALL.replace("0.033333", "nan"), "Frame Time"),
        (SMALL.replace("90 4", "ninety 4"), "frame 1: expected numbers, found 'ninety'"),
        (SMALL.replace("90 4", "inf 4"), "frame 1: expected numbers below 1e.09, found inf"),
        (SMALL.replace("90 4", "1e300 4"), "frame 1: expected numbers below"),
        (
            SMALL.replace("10 0 0", "10 0"),
            "hierarchy of Left Arm: expected OFFSET and three numbers",
        ),
        (SMALL.replace("10 0 0", "10 0 nan"), "hierarchy of Left Arm: expected OFFSET"),
        (SMALL.replace("CHANNELS 2", "CHANNELS 3"), "expected CHANNELS, their number"),
        (SMALL.replace("CHANNELS 2", "CHANNELS -2"), "expected CHANNELS, their number"),
        (SMALL.replace("CHANNELS 2", "CHANNELS 999999999"), "expected CHANNELS, their number"),
        (SMALL.replace("Zrotation Yposition", "Zrotation Yscale"), "expected CHANNELS"),
        (SMALL.replace("}\nMOTION", "MOTION"), "expected a } for each {, found 1 too few"),
        (SMALL.replace("MOTION", "}\nMOTION"), "expected ROOT or MOTION, found }"),
        (SMALL.replace("ROOT Hips", "JOINT Hips"), "expected ROOT outside of joints"),
        (SMALL.replace("JOINT", "ROOT"), "JOINT and End Site within, found ROOT"),
        (
            SMALL.replace("JOINT Left Arm\n  {", "JOINT Left Arm"),
            "expected { after JOINT, found none",
        ),
        (
            SMALL.replace("OFFSET 5 0 0", "End Site { OFFSET 5 0 0 }"),
            "expected } after an End Site",
        ),
        (SMALL.replace("OFFSET 5", "OFFSETS 5"), "expected JOINT, End Site, OFFSET, CHANNELS or }"),
        (
            "HIERARCHY\nMOTION\nFrames: 1\nFrame Time: 1\n",
            "expected joints with channels, found none",
        ),
        (SMALL.replace("HIERARCHY", "HIERARCHIES"), "expected HIERARCHY, found HIERARCHIES"),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path, text, said):
    path = small(tmp_path, text)
    with pytest.raises(InputError, match=said) as error:
        read_bvh(path)
    assert len(error.value.problems) == 1
    assert "a.bvh: " in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="a file or directory, found none"):
        read_bvh(tmp_path / "none.bvh")
    with pytest.raises(InputError, match="a directory"):
        read_bvh(tmp_path)


def test_several_problems_at_once(tmp_path):
    text = (
        SMALL.replace("Frames: 2", "Frames: x").replace("0.033333", "-1").replace("10 0 0", "a b c")
    )
    with pytest.raises(InputError) as error:
        read_bvh(small(tmp_path, text))
    assert len(error.value.problems) == 3


@given(st.binary(max_size=300), st.integers(0, len(SMALL)), st.integers(0, 30))
def test_damage_never_raises_anything_else(tmp_path_factory, content, place, cut):
    damaged = SMALL.encode()[:place] + content + SMALL.encode()[place + cut :]
    for data in (content, damaged):
        path = small(tmp_path_factory.mktemp("damage"), data)
        try:
            motion = read_bvh(path)
            assert motion.forward_kinematics().positions.shape[1] == len(motion.joints)
        except InputError as error:
            assert all("\n" not in line for line in error.problems)


def test_deep_nesting_and_a_megabyte_of_noise(tmp_path):
    deep = "HIERARCHY\nROOT a {" + "JOINT a {" * 20_000
    for data in (
        np.random.default_rng(0).bytes(1 << 20),
        deep + "\nMOTION Frames: 1 Frame Time: 1",
    ):
        with pytest.raises(InputError):
            read_bvh(small(tmp_path, data))


def test_what_is_written_is_read_back(recording, written):
    avatar = solve_avatar(recording, height=165)
    motion = read_bvh(written)
    assert motion.names == avatar.motion.names
    assert (motion.fps, len(motion)) == (25, 30)
    expected = avatar.motion.forward_kinematics().positions
    np.testing.assert_allclose(motion.forward_kinematics().positions, expected, atol=1e-4)
    # The keypoints again, but for what the bones' constant lengths and perspective change.
    points = (recording.points - avatar.origin) * avatar.scale * [1, -1, -1]
    wrist = motion.forward_kinematics().positions[:, motion.names.index("RightHand")]
    distance = np.linalg.norm(wrist - points[:, PANOPTIC26.index("RHand")], axis=-1)
    assert np.nanmax(distance) < 8


def test_the_bvh_package_reads_the_same(written):
    other = bvh.Bvh(written.read_text())
    motion = read_bvh(written)
    moving = [joint for joint in motion.joints if not joint.end]
    assert other.get_joints_names() == [joint.name for joint in moving]
    assert (other.nframes, other.frame_time) == (len(motion), 1 / 25)
    assert other.joint_parent_index("LeftForeArm") == other.get_joint_index("LeftArm")
    column = 0
    for joint in moving:
        assert other.joint_offset(joint.name) == pytest.approx(joint.offset)
        assert other.joint_channels(joint.name) == list(joint.channels)
        for channel in joint.channels:
            assert other.frame_joint_channel(7, joint.name, channel) == motion.values[7, column]
            column += 1


def test_metadata_are_written_beside_it(written):
    metadata = json.loads((written.parent / "signer.bvh.json").read_text())
    assert (metadata["unit"], metadata["fps"], metadata["frames"]) == ("cm", 25, 30)
    assert metadata["notes"] == ["lifted with something"]
    assert metadata["lengths_cm"]["torso"] == pytest.approx(0.28 * 165, rel=0.3)


@pytest.mark.parametrize(
    "fps", [24.0, 25.0, 29.97, 30000 / 1001, 30.0, 50.0, 59.94, 60.0, 120.0, 7.5]
)
def test_frame_rates_are_kept(tmp_path, fps):
    motion = read_bvh(small(tmp_path))
    changed = type(motion)(motion.joints, motion.values, fps)
    again = read_bvh(write_motion(changed, tmp_path / "b.bvh"))
    assert again.fps == fps
    np.testing.assert_allclose(again.values, motion.values, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("0.0333333", 30),
        ("0.0083333", 120),
        ("0.04", 25),
        ("0.0333667", 30000 / 1001),
        (".0416667", 24),
    ],
)
def test_rounded_frame_times(tmp_path, text, fps):
    assert read_bvh(small(tmp_path, SMALL.replace("0.033333", text))).fps == fps


def test_nothing_is_written_without_depth(tmp_path, recording):
    with pytest.raises(InputError, match="with depth"):
        write_bvh(recording.with_depth(None), tmp_path / "a.bvh")
    with pytest.raises(InputError, match="at least one frame"):
        write_bvh(Recording(np.zeros((0, 26, 2)), depth=np.zeros((0, 26))), tmp_path / "a.bvh")
    with pytest.raises(InputError, match="height"):
        write_bvh(recording, tmp_path / "a.bvh", height=3)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=5)
@given(st.integers(0, 1000))
def test_as_one_of_the_formats(tmp_path_factory, seed):
    made = simulate_recording(seed, 0, min_frames=5, max_frames=5)
    path = sl.write(made, tmp_path_factory.mktemp("any") / "a.bvh")
    again = sl.read(path)
    assert (again.unit, again.fps, len(again)) == ("cm", 30, 5)
    avatar = solve_avatar(made)
    expected = (made.points - avatar.origin) * avatar.scale
    # The eyes and ears are where people have them, all else where it was.
    for name in ("LHand", "RHand", "LElbow", "Neck", "RAnkle"):
        number = PANOPTIC26.index(name)
        distance = np.abs(again.points[:, number] - expected[:, number] * [1, 1, 1]).max()
        assert distance < 10


def test_bvh_is_recognised(tmp_path):
    assert recognised_by(is_bvh, small(tmp_path))
    for name, content, expected in (
        ("a.txt", b"\xef\xbb\xbf \r\nhierarchy", True),
        ("a.BVH", b"damaged", True),
        ("a.npy", b"\x93NUMPY", False),
    ):
        (tmp_path / name).write_bytes(content)
        assert recognised_by(is_bvh, tmp_path / name) == expected
    (tmp_path / "directory.bvh").mkdir()
    assert not recognised_by(is_bvh, tmp_path / "directory.bvh")


def test_values_of_any_order_in_memory_are_written(tmp_path):
    values = np.asfortranarray(np.arange(12.0).reshape(4, 3))
    joint = Joint("hips", -1, (0.0, 0.0, 0.0), ("Xposition", "Yposition", "Zposition"))
    write_motion(Motion((joint,), values, 25.0), tmp_path / "numbers.bvh")
    lines = (tmp_path / "numbers.bvh").read_text().splitlines()
    assert lines[-2:] == ["6.0 7.0 8.0", "9.0 10.0 11.0"]


@pytest.mark.parametrize("scale", [1.0, 1e-5, 1e14])
def test_numbers_have_six_decimals_and_no_exponent(tmp_path, scale):
    values = np.random.default_rng(0).normal(size=(70, 3)) * scale
    values[3, 1] = -1e-9
    joint = Joint("hips", -1, (0.0, 0.0, 0.0), ("Xposition", "Yposition", "Zposition"))
    write_motion(Motion((joint,), values, 25.0), tmp_path / "numbers.bvh")
    lines = (tmp_path / "numbers.bvh").read_text().splitlines()[-70:]
    assert "e" not in "".join(lines)
    assert not lines[3].split()[1].startswith("-")  # no -0.0
    found = np.array([line.split() for line in lines], np.float64)
    np.testing.assert_allclose(found, values, atol=5.1e-7, rtol=1e-15)
    assert all(len(number.partition(".")[2]) <= 6 for number in lines[0].split())
