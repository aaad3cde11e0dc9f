from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, PANOPTIC26, SKELETONS
from signlift.errors import InputError
from signlift.simulation.detector.simulated_detector import (
    DetectorSettings,
    add_white_noise,
    simulate_detections,
)

SCALE = 100.0

#: A detector without errors; tests change one setting.
PERFECT = DetectorSettings(
    smooth_probability=0.0,
    clean_probability=0.0,
    noise=(1e-6, 1e-6),
    bias=(0.0, 0.0),
    blur=(0.0, 0.0),
    outlier_fraction=0.0,
    missing_fraction=0.0,
    missing_speed=0.0,
    empty_fraction=0.0,
    legs_probability=0.0,
    waist_probability=0.0,
    chest_probability=0.0,
    sway_probability=0.0,
    guess_probability=0.0,
    hidden_face_probability=0.0,
    snap_fraction=0.0,
    swap_fraction=0.0,
    derived_probability=0.0,
    coco_probability=0.0,
    binary_probability=0.0,
)

#: Positions in torsos from the Neck: x to the person's left, y down.
POSITIONS = {
    "Neck": (0, 0),
    "Nose": (0, -0.45),
    "LEye": (0.06, -0.5),
    "LEar": (0.14, -0.45),
    "LShoulder": (0.35, 0),
    "LElbow": (0.45, 0.5),
    "LWrist": (0.15, 0.4),
    "MidHip": (0, 1),
    "LHip": (0.2, 1),
    "LKnee": (0.2, 1.8),
    "LAnkle": (0.2, 2.6),
}


def person(count=3, frames=5, skeleton=PANOPTIC26):
    """Return people who face the camera and do not move."""
    keypoints = np.zeros((count, frames, len(skeleton), 2), np.float32)
    for number, name in enumerate(skeleton.keypoints):
        name = name.replace("Hand", "Wrist")
        sign = -1 if name[0] == "R" else 1
        x, y = POSITIONS.get(name, POSITIONS.get("L" + name[1:], (0.2, 2.7)))
        keypoints[:, :, number] = [sign * x, y]
    keypoints[:, :, skeleton.index("Keypoint26") if skeleton is PANOPTIC26 else 0] = [0, -0.6]
    return keypoints * np.float32(SCALE) + np.float32(500)


def run(changes, keypoints=None, seed=0, skeleton=PANOPTIC26, fps=30.0, **options):
    keypoints = person(60, 200) if keypoints is None else keypoints
    settings = replace(PERFECT, **changes)
    return simulate_detections(
        np.random.default_rng(seed), keypoints, skeleton, fps, SCALE, settings, **options
    )


def missing(keypoints, *names):
    return np.isnan(keypoints[:, :, [PANOPTIC26.index(name) for name in names], 0])


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("shape", [(0, 5), (4, 0), (0, 0), (1, 1), (3, 7)])
def test_shapes(skeleton, shape):
    keypoints = (
        np.random.default_rng(0).normal(300, 50, (*shape, len(skeleton), 2)).astype(np.float32)
    )
    out, confidence = simulate_detections(
        np.random.default_rng(0),
        keypoints,
        skeleton,
        np.full(shape[0], 25.0),
        np.full(shape[0], 80.0),
    )
    assert out.shape == keypoints.shape and out.dtype == np.float32
    assert confidence.shape == keypoints.shape[:3] and confidence.dtype == np.float32


@given(seed=st.integers(0, 2**32), gap=st.floats(0, 1), fps=st.floats(1, 120))
def test_missing_keypoints_stay_missing_with_confidence_0(seed, gap, fps):
    rng = np.random.default_rng(seed)
    keypoints = person(4, 9)
    keypoints[rng.random((4, 9, 26)) < gap] = np.nan
    true = keypoints.copy()
    out, confidence = simulate_detections(rng, keypoints, "panoptic26", fps, SCALE)
    np.testing.assert_array_equal(keypoints, true)
    lost = np.isnan(out)
    np.testing.assert_array_equal(lost[..., 0], lost[..., 1])
    np.testing.assert_array_equal(lost[..., 0], confidence == 0)
    assert np.isfinite(confidence).all() and confidence.min() >= 0 and confidence.max() <= 1
    assert lost[np.isnan(true)].all()


def test_clean_recordings_are_not_changed():
    keypoints = person(400, 3)
    out, confidence = simulate_detections(
        np.random.default_rng(0), keypoints, PANOPTIC26, 30.0, SCALE
    )
    clean = (out == keypoints).all((1, 2, 3))
    assert 0.19 < clean.mean() < 0.31
    assert (confidence[clean] == 1).all()
    out, confidence = run({"clean_probability": 1.0}, image_size=np.ones((60, 2), np.float32))
    np.testing.assert_array_equal(out, person(60, 200))
    assert (confidence == 1).all()


def test_the_same_seed_gives_the_same_detections():
    first, second = (
        simulate_detections(np.random.default_rng(7), person(), PANOPTIC26, 30.0, SCALE)
        for _ in "ab"
    )
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


def test_a_perfect_detector_is_perfect():
    out, confidence = run({})
    np.testing.assert_allclose(out, person(60, 200), atol=0.01)
    assert confidence.min() > 0.89


@pytest.mark.parametrize("slow", [0.0, 0.6, 1.0])
def test_the_standard_deviation_of_the_noise(slow):
    out, _ = run(
        {"noise": (0.02, 0.02), "slow_fraction": (slow, slow), "correlation_time": (0.1, 0.3)}
    )
    error = (out - person(60, 200)) / SCALE
    elbows = [PANOPTIC26.index(name) for name in ("LElbow", "RElbow")]
    size = np.sqrt((error[:, :, elbows] ** 2).mean())
    # The level of each keypoint in a recording is log-normal with a standard deviation of 0.3.
    assert size == pytest.approx(0.02 * np.exp(0.3**2), rel=0.15)
    for easy, hard in (("LEye", "LElbow"), ("LElbow", "LHand"), ("LElbow", "LHip")):
        small, large = (error[:, :, PANOPTIC26.index(name)].std() for name in (easy, hard))
        assert small < large
    steps = np.diff(error, axis=1).std() / error.std()
    assert (steps > 1.3) == (slow == 0.0) and (steps < 0.75) == (slow == 1.0)


def test_bias_is_constant_and_mostly_common_to_both_sides():
    out, confidence = run({"bias": (0.05, 0.05)}, person(800, 2))
    error = (out - person(800, 2)) / SCALE
    np.testing.assert_allclose(error[:, 0], error[:, 1], atol=1e-3)
    left, right = (error[:, 0, PANOPTIC26.index(name)] for name in ("LElbow", "RElbow"))
    assert left.std() == pytest.approx(0.05, rel=0.1)
    assert np.corrcoef(left[:, 0], right[:, 0])[0, 1] == pytest.approx(-0.64, abs=0.1)
    assert np.corrcoef(left[:, 1], right[:, 1])[0, 1] == pytest.approx(0.64, abs=0.1)
    assert confidence.min() > 0.89


def test_fast_keypoints_are_noisy_and_often_missing():
    keypoints = person(60, 200)
    hand = PANOPTIC26.index("LHand")
    # To and fro by 0.1 torsos at 30 frames per second: 3 torsos per second.
    keypoints[:, ::2, hand, 0] += 0.1 * SCALE
    out, confidence = run({"blur": (0.006, 0.006)}, keypoints)
    fast = (out - keypoints)[:, :, hand].std() / SCALE
    assert fast == pytest.approx(0.018, rel=0.15)
    assert confidence[:, :, hand].mean() < confidence[:, :, PANOPTIC26.index("RHand")].mean() - 0.1
    out, _ = run({"missing_fraction": 0.2, "missing_speed": 0.3}, keypoints)
    assert missing(out, "LHand").mean() > 1.5 * missing(out, "RHand").mean()


def test_gaps_are_short_and_long():
    out, _ = run({"missing_fraction": 0.15}, person(400, 300))
    # Squares of a mean of uniform numbers: the mean is about a third of the maximum.
    assert missing(out, "LElbow", "RElbow").mean() == pytest.approx(0.15 * 0.3, rel=0.25)
    assert missing(out, "LHand").mean() > 1.5 * missing(out, "LElbow").mean()
    assert missing(out, "LShoulder").mean() < 0.7 * missing(out, "LElbow").mean()
    padded = np.pad(missing(out, "LHand")[..., 0], ((0, 0), (1, 1))).astype(int)
    ends = np.diff(padded, axis=1)
    lengths = np.nonzero(ends == -1)[1] - np.nonzero(ends == 1)[1]
    assert 0.2 < (lengths == 1).mean() < 0.6
    assert 0.01 < (lengths > 15).mean() < 0.3


def test_empty_frames():
    out, _ = run({"empty_fraction": 0.3})
    lost = np.isnan(out[..., 0])
    np.testing.assert_array_equal(lost.any(-1), lost.all(-1))
    assert 0.05 < lost.mean() < 0.2


@pytest.mark.parametrize(
    ("kind", "lost", "kept"),
    [
        ("legs", ["LAnkle", "RBigToe"], ["LHip", "LElbow", "LHand"]),
        ("waist", ["LKnee", "RAnkle"], ["LElbow", "LHand", "Neck"]),
        ("chest", ["LHip", "MidHip"], ["LShoulder", "Nose"]),
    ],
)
def test_below_the_edge_of_the_image(kind, lost, kept):
    edge = {f"{kind}_probability": 1.0}
    out, _ = run(edge)
    assert missing(out, *lost).all() and not missing(out, *kept).any()
    elbows = missing(out, "LElbow").all(1).mean()
    assert (0.2 < elbows < 0.8) == (kind == "chest")
    hips = missing(out, "LHip").mean()
    assert {"legs": hips == 0, "waist": 0.5 < hips < 0.95, "chest": hips == 1}[kind]
    guessed, confidence = run(edge | {"guess_probability": 1.0})
    assert not np.isnan(guessed).any()
    number = PANOPTIC26.index(lost[0])
    nose = PANOPTIC26.index("Nose")
    assert confidence[:, :, number].mean() < 0.4 < 0.9 < confidence[:, :, nose].mean()
    assert (guessed - person(60, 200))[:, :, number].std() > 0.05 * SCALE


def test_keypoints_leave_and_enter_at_a_swaying_edge():
    out, _ = run({"waist_probability": 1.0, "sway_probability": 1.0})
    hips = missing(out, "LHip")[..., 0]
    assert (hips.any(1) & ~hips.all(1)).mean() > 0.1


def test_outside_the_image():
    out, _ = run({}, image_size=np.full((60, 2), 530.0, np.float32))
    assert missing(out, "LShoulder", "LHip").all() and not missing(out, "RShoulder", "Neck").any()


def test_keypoints_hidden_by_the_head():
    keypoints = person(60, 3)
    nose = PANOPTIC26.index("Nose")
    keypoints[:, 1, nose, 0] += 0.3 * SCALE  # turned far to the left
    face = [PANOPTIC26.index(n) for n in ("LEar", "REar", "LEye", "REye")]
    keypoints[:, 2, face, 0] = 1000 - keypoints[:, 2, face, 0]  # from behind
    out, _ = run({"hidden_face_probability": 1.0}, keypoints)
    assert not np.isnan(out[:, 0]).any()
    assert missing(out, "LEar")[:, 1].all()
    assert not missing(out, "REar", "Nose", "LEye")[:, 1].any()
    assert missing(out, "Nose", "LEye", "REye")[:, 2].all()
    assert not missing(out, "LEar", "REar", "Neck")[:, 2].any()


def test_wrists_snap_to_each_other_when_near():
    left, right = PANOPTIC26.index("LHand"), PANOPTIC26.index("RHand")
    keypoints = person(60, 200)
    out, _ = run({"snap_fraction": 1.0}, keypoints)
    same = np.abs(out[:, :, left] - out[:, :, right]).max(-1) < 0.1
    assert 0.15 < same.mean() < 0.6
    moved = np.abs(out - keypoints).max(-1) > 1
    assert (moved[..., [left, right]].sum(-1) == same).all()
    assert not np.delete(moved, [left, right], -1).any()
    keypoints[:, :, left, 0] += SCALE
    out, _ = run({"snap_fraction": 1.0}, keypoints)
    np.testing.assert_allclose(out, keypoints, atol=0.01)


def test_sides_are_swapped_for_some_time():
    keypoints = person(300, 60)
    out, _ = run({"swap_fraction": 1.0}, keypoints)
    moved = np.abs(out - keypoints).max(-1) > 1
    names = np.array(PANOPTIC26.keypoints)
    kinds = {tuple(names[frame]) for frame in moved.reshape(-1, 26)}
    arms = ("LElbow", "LHand", "RElbow", "RHand")
    assert len(kinds) == 3 and () in kinds and arms in kinds
    # One in five recordings, each for a third of its frames.
    assert 0.1 < moved.any((1, 2)).mean() < 0.3
    assert moved.any(-1).mean() == pytest.approx(0.2 / 3, abs=0.03)


def test_outliers():
    out, confidence = run({"outlier_fraction": 0.2, "outlier_size": 1.0})
    outliers = np.linalg.norm(out - person(60, 200), axis=-1) > 0.3 * SCALE
    assert 0.03 < outliers.mean() < 0.1
    assert confidence[outliers].mean() < confidence[~outliers].mean() - 0.2


def test_derived_middles():
    out, _ = run({"derived_probability": 1.0, "noise": (0.03, 0.03), "missing_fraction": 0.3})
    for middle, part in (("Neck", "Shoulder"), ("MidHip", "Hip")):
        centre, left, right = (
            out[:, :, PANOPTIC26.index(name)] for name in (middle, f"L{part}", f"R{part}")
        )
        np.testing.assert_allclose(centre, (left + right) / 2, rtol=1e-5)
        assert np.isnan(centre).any()


def test_a_detector_of_coco_keypoints():
    out, _ = run({"coco_probability": 1.0})
    lost = {name for name in PANOPTIC26.keypoints if missing(out, name).all()}
    feet = {side + part for side in "LR" for part in ("BigToe", "SmallToe", "Heel")}
    assert lost == feet | {"Keypoint26"}
    out, _ = run({"coco_probability": 1.0}, person(3, 4, COCO17), skeleton=COCO17)
    assert not np.isnan(out).any()


def test_errors_grow_as_confidence_falls():
    changes = {"noise": (0.003, 0.04), "blur": (0.002, 0.002), "outlier_fraction": 0.01}
    out, confidence = run(changes, person(150, 200))
    error = np.linalg.norm(out - person(150, 200), axis=-1) / SCALE
    edges = np.quantile(confidence, np.linspace(0, 1, 9))
    bins = np.digitize(confidence, edges[1:-1])
    typical = [np.median(error[bins == number]) for number in range(8)]
    assert (np.diff(typical) < 0).all()
    assert typical[0] > 4 * typical[-1]


def test_binary_confidence():
    _, confidence = run({"binary_probability": 1.0, "noise": (0.05, 0.05), "missing_fraction": 0.5})
    assert set(np.unique(confidence)) == {0, 1}


@settings(max_examples=10)
@given(
    noise=st.floats(0, 0.1), gaps=st.floats(0, 1), seed=st.integers(0, 1000), batch=st.booleans()
)
def test_white_noise(noise, gaps, seed, batch):
    keypoints = person(20, 30) if batch else person(1, 200)[0]
    keypoints[..., 3, 3, :] = np.nan
    scale = np.full(20, SCALE) if batch else SCALE
    rng = np.random.default_rng(seed)
    out = add_white_noise(rng, keypoints, scale, noise, gaps)
    assert out.dtype == np.float32 and out.shape == keypoints.shape
    assert np.isnan(out[..., 3, 3, :]).all()
    assert np.isnan(out).mean() == pytest.approx(gaps, abs=0.06)
    if gaps < 0.9:
        error = (out - keypoints) / SCALE
        assert np.sqrt(np.nanmean(error**2)) == pytest.approx(noise, rel=0.1, abs=1e-4)


def test_white_noise_of_no_recording():
    rng = np.random.default_rng(0)
    assert add_white_noise(rng, np.zeros((0, 26, 2)), 1.0).shape == (0, 26, 2)
    with pytest.raises(InputError) as error:
        add_white_noise(rng, person(), np.array([1.0, 0.0, 1.0]), noise=-1.0, missing=2.0)
    assert len(error.value.problems) == 3


def test_wrong_input():
    with pytest.raises(InputError) as error:
        simulate_detections(
            np.random.default_rng(0), person(), COCO17, 0.0, np.array([1.0, np.nan, 1.0])
        )
    assert [line.split(":")[0] for line in error.value.problems] == [
        "keypoints of coco17",
        "fps",
        "scale",
    ]
    with pytest.raises(InputError) as error:
        DetectorSettings(
            clean_probability=2,
            noise=(0.0, 1.0),
            slow_fraction=(0.5, 2.0),
            bias=(1, 0),
            outlier_size=-1,
        )
    assert [line.split(":")[0] for line in error.value.problems] == [
        "clean_probability",
        "noise",
        "slow_fraction",
        "bias",
        "outlier_size",
    ]
    with pytest.raises(InputError, match=r"legs_probability: .* found a sum of 1.2"):
        DetectorSettings(legs_probability=0.5, waist_probability=0.5, chest_probability=0.2)
