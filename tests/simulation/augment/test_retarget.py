import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26, PANOPTIC67, SKELETONS
from signlift.errors import InputError
from signlift.simulation.augment.length_factors import FURTHER, measure_bodies, target_factors
from signlift.simulation.augment.retarget import PARTS, mirrored, resample, retarget

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


def motion(on=PANOPTIC26, lanes=2, frames=3, seed=0):
    """Random points of which Neck and MidHip are the middles that they should be."""
    points = np.random.default_rng(seed).normal(0, 1, (lanes, frames, len(on), 3))
    for name, part in (("Neck", "Shoulder"), ("MidHip", "Hip")):
        if on.find(name) is not None:
            sides = points[:, :, [on.index(f"L{part}"), on.index(f"R{part}")]]
            points[:, :, on.index(name)] = sides.mean(2)
    return points.astype(np.float32)


def vector(points, one, other, on=PANOPTIC26):
    return on.point(points, other) - on.point(points, one)


@pytest.mark.parametrize("on", SKELETONS)
def test_factors_of_one_change_nothing(on):
    points = motion(on)
    np.testing.assert_allclose(retarget(points, on, {}), points, atol=1e-5)
    ones = dict.fromkeys(PARTS, np.ones(2, np.float32))
    np.testing.assert_allclose(retarget(points, on.name, ones), points, atol=1e-5)


@given(
    part=st.sampled_from(sorted(BONES)),
    factors=st.tuples(st.floats(0.2, 3), st.floats(0.2, 3)),
    seed=st.integers(0, 100),
)
def test_one_part_is_stretched_and_no_direction_changes(part, factors, seed):
    points = motion(seed=seed)
    out = retarget(points, PANOPTIC26, {part: np.array(factors)})
    for name, bone in BONES.items():
        expected = vector(points, *bone)
        if name == part:
            expected = expected * np.array(factors)[:, None, None]
        np.testing.assert_allclose(vector(out, *bone), expected, atol=1e-4)
    middles = out[:, :, [PANOPTIC26.index("LShoulder"), PANOPTIC26.index("RShoulder")]].mean(2)
    np.testing.assert_allclose(out[:, :, PANOPTIC26.index("Neck")], middles, atol=1e-4)
    hips = PANOPTIC26.index("MidHip")
    np.testing.assert_allclose(out[:, :, hips], points[:, :, hips], atol=1e-5)


def test_the_neck_carries_the_head():
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


def test_fingers_hang_on_the_wrist():
    points = motion(PANOPTIC67)
    out = retarget(points, PANOPTIC67, {"hand": np.array([2.0, 1.0]), "forearm": 3.0})
    for tip in ("LIndex4", "RHandRoot"):
        before = vector(points, f"{tip[0]}Hand", tip, PANOPTIC67)
        after = vector(out, f"{tip[0]}Hand", tip, PANOPTIC67)
        np.testing.assert_allclose(after[0], 2 * before[0], atol=1e-4)
        np.testing.assert_allclose(after[1], before[1], atol=1e-4)


@pytest.mark.parametrize("shape", [(0, 4), (3, 0), (0, 0), (2, 1)])
def test_nobody_and_no_frame(shape):
    points = motion(lanes=shape[0], frames=shape[1])
    factors = target_factors(np.random.default_rng(0), measure_bodies(points, PANOPTIC26))
    assert set(factors) == set(PARTS)
    out = retarget(points, PANOPTIC26, factors)
    assert out.shape == points.shape and out.dtype == np.float32
    assert np.isfinite(out).all()


def test_what_is_missing_stays_missing_with_all_that_hangs_on_it():
    points = motion()
    points[0, 1, PANOPTIC26.index("LElbow")] = np.nan
    points[1, 2] = np.nan
    points[1, 0, PANOPTIC26.index("LEar")] = np.nan
    out = np.isnan(retarget(points, PANOPTIC26, {"torso": 1.1})).any(-1)
    gone = {name for number, name in enumerate(PANOPTIC26.keypoints) if out[0, 1, number]}
    assert gone == {"LElbow", "LHand"}
    assert out[1, 2].all() and not out[0, [0, 2]].any() and not out[1, 1].any()
    assert {PANOPTIC26.keypoints[n] for n in np.flatnonzero(out[1, 0])} == {"LEar"}


def test_people_without_legs():
    points = motion(OPENPOSE25)
    for name in ("Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel"):
        for side in "LR":
            points[:, :, OPENPOSE25.index(side + name)] = np.nan
    lengths = measure_bodies(points, OPENPOSE25)
    assert np.isnan(lengths["thigh"]).all() and np.isnan(lengths["hips"]).all()
    factors = target_factors(np.random.default_rng(0), lengths)
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
    lengths = measure_bodies(points, "coco17")
    assert tuple(lengths) == (*BONE_LENGTHS, *FURTHER)
    assert lengths["shoulders"][0] == pytest.approx(0.4)
    assert lengths["upper_arm"][0] == pytest.approx(0.35)
    assert lengths["torso"][0] == pytest.approx(0.5)
    assert lengths["neck_nose"][0] == pytest.approx(0.5)


def test_what_bodies_come_out():
    lanes = 4000
    points = np.broadcast_to(motion(lanes=1, frames=1), (lanes, 1, 26, 3)).copy()
    before = measure_bodies(points, PANOPTIC26)
    factors = target_factors(np.random.default_rng(0), before)
    # A random body has no human head: the neck's factor is kept within bounds there.
    after = measure_bodies(retarget(points, PANOPTIC26, factors), PANOPTIC26)
    ratios = {
        "trunk": after["torso"] / after["shoulders"],
        "elbow": after["forearm"] / after["upper_arm"],
        "arm": (after["forearm"] + after["upper_arm"]) / after["shoulders"],
    }
    for name, (low, high) in {
        "trunk": (0.97, 1.62),
        "elbow": (0.71, 1.10),
        "arm": (1.13, 1.75),
    }.items():
        np.testing.assert_allclose(np.percentile(ratios[name], [2.5, 97.5]), [low, high], rtol=0.04)


def test_head_and_neck_together_bring_the_nose_where_it_was_wanted():
    points = np.zeros((2000, 1, 26, 3), np.float32)
    places = {"Nose": (0, 0.7, 0.1), "LEar": (0.07, 0.72, 0), "REar": (-0.07, 0.72, 0)}
    for name, place in (places | {"LShoulder": (0.2, 0.5, 0), "RShoulder": (-0.2, 0.5, 0)}).items():
        points[:, :, PANOPTIC26.index(name)] = place
    points[:, :, PANOPTIC26.index("Neck")] = (0, 0.5, 0)
    factors = target_factors(np.random.default_rng(0), measure_bodies(points, PANOPTIC26))
    after = measure_bodies(retarget(points, PANOPTIC26, factors), PANOPTIC26)
    # Drawn as 0.240 m with a spread of size (6 %) and of the neck (12 %), and 0.150 m.
    for name, middle, spread in (("neck_nose", 0.240, 0.134), ("ears", 0.150, 0.118)):
        logs = np.log(after[name])
        assert np.median(logs) == pytest.approx(np.log(middle), abs=0.02)
        assert logs.std() == pytest.approx(spread, abs=0.015)


def test_mirror():
    points = motion()
    out = mirrored(points, PANOPTIC26)
    left, right = PANOPTIC26.index("LHand"), PANOPTIC26.index("RHand")
    np.testing.assert_array_equal(out[:, :, left], points[:, :, right] * [-1, 1, 1])
    np.testing.assert_array_equal(mirrored(out, "panoptic26"), points)
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
def test_resampling_keeps_the_time(frames, rates, tempo):
    times = np.arange(frames, dtype=np.float32) / rates[0]
    points = np.broadcast_to(times[:, None, None], (frames, 2, 3))
    out = resample(points, *rates, tempo)
    expected = np.arange(len(out)) / rates[1] * tempo
    np.testing.assert_allclose(out[:, 0, 0], expected, atol=1e-4)
    if frames:
        assert 0 <= times[-1] - expected[-1] + 1e-4 <= tempo / rates[1] + 2e-4


def test_resampling_the_same_rate_gives_the_same():
    points = motion(lanes=1, frames=9)[0]
    points[4, 3] = np.nan
    np.testing.assert_array_equal(resample(points, 30, 30), points)
    np.testing.assert_array_equal(resample(points, 30, 30, tempo=2), points[::2])


def test_resampling_across_a_gap():
    points = np.arange(8, dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), np.float32)
    points[3, 0] = np.nan
    out = resample(points, 10, 20)
    assert np.isnan(out[[5, 6, 7], 0]).all() and np.isfinite(out[:, 1]).all()
    known = [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14]
    np.testing.assert_allclose(out[known, 0, 0], np.array(known) / 2, atol=1e-6)
    assert not np.isnan(out[known]).any()


def test_what_is_refused():
    with pytest.raises(InputError) as error:
        retarget(motion(), COCO17, {"tail": 1.0, "torso": np.array([1.0, 0.0]), "hips": np.nan})
    assert [line.split(":")[0] for line in error.value.problems] == [
        "points for coco17",
        "factors",
        "factor of torso",
        "factor of hips",
    ]
    with pytest.raises(InputError, match="coco17: expected shape"):
        measure_bodies(motion(), COCO17)
    with pytest.raises(InputError) as error:
        resample(np.zeros((3, 1, 3), np.float32), 0.0, np.nan, -1.0)
    assert len(error.value.problems) == 3
