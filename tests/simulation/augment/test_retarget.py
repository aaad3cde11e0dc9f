import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26, PANOPTIC67, SKELETONS
from signlift.errors import InputError
from signlift.simulation.augment.length_factors import (
    HEAD_LENGTHS,
    draw_length_factors,
    measure_body_lengths,
)
from signlift.simulation.augment.retarget import SEGMENTS, mirror, resample, retarget

BONES = {
    "shoulders": ("LShoulder", "RShoulder"),
    "upper_arm": ("RShoulder", "RElbow"),
    "forearm": ("LElbow", "LHand"),
    "hips": ("LHip", "RHip"),
    "thigh": ("LHip", "LKnee"),
    "shank": ("RKnee", "RAnkle"),
    "foot": ("LAnkle", "LBigToe"),
    "torso": ("MidHip", "Neck"),
    "head": ("LEar", "LEye"),
}


def motion(skeleton=PANOPTIC26, people=2, frames=3, seed=0):
    """Return random points with Neck and MidHip in the middle of shoulders and hips."""
    points = np.random.default_rng(seed).normal(0, 1, (people, frames, len(skeleton), 3))
    for name, part in (("Neck", "Shoulder"), ("MidHip", "Hip")):
        if skeleton.find(name) is not None:
            sides = points[:, :, [skeleton.index(f"L{part}"), skeleton.index(f"R{part}")]]
            points[:, :, skeleton.index(name)] = sides.mean(2)
    return points.astype(np.float32)


def vector(points, start, end, skeleton=PANOPTIC26):
    return skeleton.point(points, end) - skeleton.point(points, start)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
def test_factors_of_one_change_nothing(skeleton):
    points = motion(skeleton)
    np.testing.assert_allclose(retarget(points, skeleton, {}), points, atol=1e-5)
    ones = dict.fromkeys(SEGMENTS, np.ones(2, np.float32))
    np.testing.assert_allclose(retarget(points, skeleton.name, ones), points, atol=1e-5)


@given(
    segment=st.sampled_from(sorted(BONES)),
    factors=st.tuples(st.floats(0.2, 3), st.floats(0.2, 3)),
    seed=st.integers(0, 100),
)
def test_one_segment_is_scaled_and_no_direction_changes(segment, factors, seed):
    points = motion(seed=seed)
    out = retarget(points, PANOPTIC26, {segment: np.array(factors)})
    for name, bone in BONES.items():
        expected = vector(points, *bone)
        if name == segment:
            expected = expected * np.array(factors)[:, None, None]
        np.testing.assert_allclose(vector(out, *bone), expected, atol=1e-4)
    middles = out[:, :, [PANOPTIC26.index("LShoulder"), PANOPTIC26.index("RShoulder")]].mean(2)
    np.testing.assert_allclose(out[:, :, PANOPTIC26.index("Neck")], middles, atol=1e-4)
    hips = PANOPTIC26.index("MidHip")
    np.testing.assert_allclose(out[:, :, hips], points[:, :, hips], atol=1e-5)


def test_the_head_moves_with_the_neck():
    points = motion()
    out = retarget(points, PANOPTIC26, {"neck": 2.0, "torso": 0.5})
    ears = [PANOPTIC26.index("LEar"), PANOPTIC26.index("REar")]
    neck = PANOPTIC26.index("Neck")
    before, after = (p[:, :, ears].mean(2) - p[:, :, neck] for p in (points, out))
    np.testing.assert_allclose(after, 2 * before, atol=1e-5)
    for name in ("Nose", "REye", "Keypoint26"):
        np.testing.assert_allclose(
            vector(out, "LEar", name), vector(points, "LEar", name), atol=1e-5
        )


def test_fingers_move_with_the_wrist():
    points = motion(PANOPTIC67)
    out = retarget(points, PANOPTIC67, {"hand": np.array([2.0, 1.0]), "forearm": 3.0})
    for tip in ("LIndex4", "RHandRoot"):
        before = vector(points, f"{tip[0]}Hand", tip, PANOPTIC67)
        after = vector(out, f"{tip[0]}Hand", tip, PANOPTIC67)
        np.testing.assert_allclose(after[0], 2 * before[0], atol=1e-4)
        np.testing.assert_allclose(after[1], before[1], atol=1e-4)


@pytest.mark.parametrize("shape", [(0, 4), (3, 0), (0, 0), (2, 1)])
def test_no_person_and_no_frame(shape):
    points = motion(people=shape[0], frames=shape[1])
    factors = draw_length_factors(
        np.random.default_rng(0), measure_body_lengths(points, PANOPTIC26)
    )
    assert set(factors) == set(SEGMENTS)
    out = retarget(points, PANOPTIC26, factors)
    assert out.shape == points.shape and out.dtype == np.float32
    assert np.isfinite(out).all()


def test_missing_keypoints_and_their_descendants_stay_missing():
    points = motion()
    points[0, 1, PANOPTIC26.index("LElbow")] = np.nan
    points[1, 2] = np.nan
    points[1, 0, PANOPTIC26.index("LEar")] = np.nan
    out = np.isnan(retarget(points, PANOPTIC26, {"torso": 1.1})).any(-1)
    missing = {name for number, name in enumerate(PANOPTIC26.keypoints) if out[0, 1, number]}
    assert missing == {"LElbow", "LHand"}
    assert out[1, 2].all() and not out[0, [0, 2]].any() and not out[1, 1].any()
    assert {PANOPTIC26.keypoints[n] for n in np.flatnonzero(out[1, 0])} == {"LEar"}


def test_people_without_legs():
    points = motion(OPENPOSE25)
    for name in ("Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel"):
        for side in "LR":
            points[:, :, OPENPOSE25.index(side + name)] = np.nan
    lengths = measure_body_lengths(points, OPENPOSE25)
    assert np.isnan(lengths["thigh"]).all() and np.isnan(lengths["hips"]).all()
    factors = draw_length_factors(np.random.default_rng(0), lengths)
    np.testing.assert_array_equal(factors["thigh"], 1)
    assert np.isfinite(retarget(points, OPENPOSE25, factors)[:, :, OPENPOSE25.index("Nose")]).all()


def test_known_lengths():
    points = np.zeros((1, 4, 17, 3), np.float32)
    places = {"LShoulder": (0.2, 0.5, 0), "RShoulder": (-0.2, 0.5, 0), "LElbow": (0.2, 0.2, 0)}
    places |= {"RElbow": (-0.2, 0.1, 0), "Nose": (0, 0.8, 0.4)}
    for name, place in places.items():
        points[:, :, COCO17.index(name)] = place
    points[0, 1] = np.nan
    points[0, 3] *= 9
    lengths = measure_body_lengths(points, "coco17")
    assert tuple(lengths) == (*BONE_LENGTHS, *HEAD_LENGTHS)
    assert lengths["shoulders"][0] == pytest.approx(0.4)
    assert lengths["upper_arm"][0] == pytest.approx(0.35)
    assert lengths["torso"][0] == pytest.approx(0.5)
    assert lengths["neck_nose"][0] == pytest.approx(0.5)


def test_the_distribution_of_bodies():
    count = 4000
    points = np.broadcast_to(motion(people=1, frames=1), (count, 1, 26, 3)).copy()
    before = measure_body_lengths(points, PANOPTIC26)
    factors = draw_length_factors(np.random.default_rng(0), before)
    # These random points have no human head: the neck's factor is clipped.
    after = measure_body_lengths(retarget(points, PANOPTIC26, factors), PANOPTIC26)
    ratios = {
        "trunk": after["torso"] / after["shoulders"],
        "elbow": after["forearm"] / after["upper_arm"],
        "arm": (after["forearm"] + after["upper_arm"]) / after["shoulders"],
    }
    for name, (low, high) in {
        "trunk": (1.01, 1.67),
        "elbow": (0.77, 1.20),
        "arm": (1.21, 1.86),
    }.items():
        np.testing.assert_allclose(np.percentile(ratios[name], [2.5, 97.5]), [low, high], rtol=0.04)


def test_head_and_neck_factors_together_place_the_nose():
    points = np.zeros((2000, 1, 26, 3), np.float32)
    places = {"Nose": (0, 0.7, 0.1), "LEar": (0.07, 0.72, 0), "REar": (-0.07, 0.72, 0)}
    for name, place in (places | {"LShoulder": (0.2, 0.5, 0), "RShoulder": (-0.2, 0.5, 0)}).items():
        points[:, :, PANOPTIC26.index(name)] = place
    points[:, :, PANOPTIC26.index("Neck")] = (0, 0.5, 0)
    factors = draw_length_factors(
        np.random.default_rng(0), measure_body_lengths(points, PANOPTIC26)
    )
    after = measure_body_lengths(retarget(points, PANOPTIC26, factors), PANOPTIC26)
    # Drawn as 0.240 m with a spread of size (6 %) and of the neck (12 %), and 0.150 m.
    for name, middle, spread in (("neck_nose", 0.240, 0.134), ("ears", 0.150, 0.118)):
        logs = np.log(after[name])
        assert np.median(logs) == pytest.approx(np.log(middle), abs=0.02)
        assert logs.std() == pytest.approx(spread, abs=0.015)


def test_mirrored_motion():
    points = motion()
    out = mirror(points, PANOPTIC26)
    left, right = PANOPTIC26.index("LHand"), PANOPTIC26.index("RHand")
    np.testing.assert_array_equal(out[:, :, left], points[:, :, right] * [-1, 1, 1])
    np.testing.assert_array_equal(mirror(out, "panoptic26"), points)
    assert out.dtype == np.float32


def test_resampling_a_parabola_is_exact():
    times = np.arange(20) / 120
    points = np.stack([times, 3 * times**2, 1 - times**2], -1)[:, None].astype(np.float32)
    out = resample(points, 120, 25)
    times = np.arange(len(out)) / 25
    assert len(out) == 4
    np.testing.assert_allclose(
        out[:, 0], np.stack([times, 3 * times**2, 1 - times**2], -1), atol=1e-5
    )


@given(
    frames=st.integers(0, 30),
    rates=st.tuples(st.floats(5, 120), st.floats(5, 120)),
    tempo=st.floats(0.5, 2),
)
def test_resampling_keeps_the_duration(frames, rates, tempo):
    times = np.arange(frames, dtype=np.float32) / rates[0]
    points = np.broadcast_to(times[:, None, None], (frames, 2, 3))
    out = resample(points, *rates, tempo)
    expected = np.arange(len(out)) / rates[1] * tempo
    np.testing.assert_allclose(out[:, 0, 0], expected, atol=1e-4)
    if frames:
        assert 0 <= times[-1] - expected[-1] + 1e-4 <= tempo / rates[1] + 2e-4


def test_resampling_the_same_rate_gives_the_same():
    points = motion(people=1, frames=9)[0]
    points[4, 3] = np.nan
    np.testing.assert_array_equal(resample(points, 30, 30), points)
    np.testing.assert_array_equal(resample(points, 30, 30, tempo=2), points[::2])


def test_resampling_across_a_gap():
    points = np.arange(8, dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), np.float32)
    points[3, 0] = np.nan
    out = resample(points, 10, 20)
    assert np.isnan(out[[5, 6, 7], 0]).all() and np.isfinite(out[:, 1]).all()
    observed = [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14]
    np.testing.assert_allclose(out[observed, 0, 0], np.array(observed) / 2, atol=1e-6)
    assert not np.isnan(out[observed]).any()


def test_wrong_input():
    with pytest.raises(InputError) as error:
        retarget(motion(), COCO17, {"tail": 1.0, "torso": np.array([1.0, 0.0]), "hips": np.nan})
    assert [line.split(":")[0] for line in error.value.problems] == [
        "points of coco17",
        "factors",
        "factors of torso",
        "factors of hips",
    ]
    with pytest.raises(InputError, match="coco17: expected shape"):
        measure_body_lengths(motion(), COCO17)
    with pytest.raises(InputError) as error:
        resample(np.zeros((3, 1, 3), np.float32), 0.0, np.nan, -1.0)
    assert len(error.value.problems) == 3
