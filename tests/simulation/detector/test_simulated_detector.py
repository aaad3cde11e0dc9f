from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, PANOPTIC26, SKELETONS
from signlift.errors import InputError
from signlift.simulation.detector.simulated_detector import DetectorSettings, detect, plain_noise

SCALE = 100.0

#: A detector that makes no errors at all, to be changed in one respect.
PERFECT = DetectorSettings(
    clean=0.0,
    noise=(1e-6, 1e-6),
    bias=(0.0, 0.0),
    blur=(0.0, 0.0),
    outliers=0.0,
    missing=0.0,
    missing_speed=0.0,
    whole_frames=0.0,
    legs=0.0,
    waist=0.0,
    bust=0.0,
    unsteady=0.0,
    guessed=0.0,
    hidden_face=0.0,
    snaps=0.0,
    swaps=0.0,
    derived=0.0,
    coco=0.0,
    plain_confidence=0.0,
)

#: x to the person's left, in torsos from the Neck; y down.
PLACES = {
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


def person(lanes=3, frames=5, on=PANOPTIC26):
    """People who face the camera and hold still."""
    keypoints = np.zeros((lanes, frames, len(on), 2), np.float32)
    for number, name in enumerate(on.keypoints):
        name = name.replace("Hand", "Wrist")
        sign = -1 if name[0] == "R" else 1
        x, y = PLACES.get(name, PLACES.get("L" + name[1:], (0.2, 2.7)))
        keypoints[:, :, number] = [sign * x, y]
    keypoints[:, :, on.index("Keypoint26") if on is PANOPTIC26 else 0] = [0, -0.6]
    return keypoints * np.float32(SCALE) + np.float32(500)


def run(change, keypoints=None, seed=0, on=PANOPTIC26, fps=30.0, **options):
    keypoints = person(60, 200) if keypoints is None else keypoints
    made = replace(PERFECT, **change)
    return detect(np.random.default_rng(seed), keypoints, on, fps, SCALE, made, **options)


def missing(keypoints, *names):
    return np.isnan(keypoints[:, :, [PANOPTIC26.index(name) for name in names], 0])


@pytest.mark.parametrize("on", SKELETONS)
@pytest.mark.parametrize("shape", [(0, 5), (4, 0), (0, 0), (1, 1), (3, 7)])
def test_shapes(on, shape):
    keypoints = np.random.default_rng(0).normal(300, 50, (*shape, len(on), 2)).astype(np.float32)
    out, confidence = detect(
        np.random.default_rng(0), keypoints, on, np.full(shape[0], 25.0), np.full(shape[0], 80.0)
    )
    assert out.shape == keypoints.shape and out.dtype == np.float32
    assert confidence.shape == keypoints.shape[:3] and confidence.dtype == np.float32


@given(seed=st.integers(0, 2**32), gap=st.floats(0, 1), fps=st.floats(1, 120))
def test_missing_stays_missing_and_confidence_says_so(seed, gap, fps):
    rng = np.random.default_rng(seed)
    keypoints = person(4, 9)
    keypoints[rng.random((4, 9, 26)) < gap] = np.nan
    given_in = keypoints.copy()
    out, confidence = detect(rng, keypoints, "panoptic26", fps, SCALE)
    np.testing.assert_array_equal(keypoints, given_in)
    gone = np.isnan(out)
    np.testing.assert_array_equal(gone[..., 0], gone[..., 1])
    np.testing.assert_array_equal(gone[..., 0], confidence == 0)
    assert np.isfinite(confidence).all() and confidence.min() >= 0 and confidence.max() <= 1
    assert gone[np.isnan(given_in)].all()


def test_clean_recordings_are_left_alone():
    keypoints = person(400, 3)
    out, confidence = detect(np.random.default_rng(0), keypoints, PANOPTIC26, 30.0, SCALE)
    clean = (out == keypoints).all((1, 2, 3))
    assert 0.19 < clean.mean() < 0.31
    assert (confidence[clean] == 1).all()
    only, sure = run({"clean": 1.0}, picture=np.ones((60, 2), np.float32))
    np.testing.assert_array_equal(only, person(60, 200))
    assert (sure == 1).all()


def test_the_same_chance_gives_the_same():
    first, second = (
        detect(np.random.default_rng(7), person(), PANOPTIC26, 30.0, SCALE) for _ in "ab"
    )
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


def test_a_perfect_detector_is_perfect():
    out, confidence = run({})
    np.testing.assert_allclose(out, person(60, 200), atol=0.01)
    assert confidence.min() > 0.89


@pytest.mark.parametrize("slow", [0.0, 0.6, 1.0])
def test_the_noise_is_as_large_as_was_asked_for(slow):
    out, _ = run({"noise": (0.02, 0.02), "slow": (slow, slow), "correlation": (0.1, 0.3)})
    error = (out - person(60, 200)) / SCALE
    elbows = [PANOPTIC26.index(name) for name in ("LElbow", "RElbow")]
    size = np.sqrt((error[:, :, elbows] ** 2).mean())
    # Each recording's keypoints have levels of their own, log-normal with a spread of 0.3.
    assert size == pytest.approx(0.02 * np.exp(0.3**2), rel=0.15)
    for easy, hard in (("LEye", "LElbow"), ("LElbow", "LHand"), ("LElbow", "LHip")):
        one, other = (error[:, :, PANOPTIC26.index(name)].std() for name in (easy, hard))
        assert one < other
    steps = np.diff(error, axis=1).std() / error.std()
    assert (steps > 1.3) == (slow == 0.0) and (steps < 0.75) == (slow == 1.0)


def test_bias_is_constant_and_mostly_alike_on_both_sides():
    out, confidence = run({"bias": (0.05, 0.05)}, person(800, 2))
    error = (out - person(800, 2)) / SCALE
    np.testing.assert_allclose(error[:, 0], error[:, 1], atol=1e-3)
    left, right = (error[:, 0, PANOPTIC26.index(name)] for name in ("LElbow", "RElbow"))
    assert left.std() == pytest.approx(0.05, rel=0.1)
    assert np.corrcoef(left[:, 0], right[:, 0])[0, 1] == pytest.approx(-0.64, abs=0.1)
    assert np.corrcoef(left[:, 1], right[:, 1])[0, 1] == pytest.approx(0.64, abs=0.1)
    assert confidence.min() > 0.89


def test_fast_keypoints_are_noisy_and_lost():
    keypoints = person(60, 200)
    hand = PANOPTIC26.index("LHand")
    # Here and there by 0.1 torsos at 30 frames a second: 3 torsos a second.
    keypoints[:, ::2, hand, 0] += 0.1 * SCALE
    out, confidence = run({"blur": (0.006, 0.006)}, keypoints)
    fast = (out - keypoints)[:, :, hand].std() / SCALE
    assert fast == pytest.approx(0.018, rel=0.15)
    assert confidence[:, :, hand].mean() < confidence[:, :, PANOPTIC26.index("RHand")].mean() - 0.1
    out, _ = run({"missing": 0.2, "missing_speed": 0.3}, keypoints)
    assert missing(out, "LHand").mean() > 1.5 * missing(out, "RHand").mean()


def test_gaps_are_short_and_long():
    out, _ = run({"missing": 0.15}, person(400, 300))
    # Squares of a mean of uniform numbers: the mean recording misses a third of the most.
    assert missing(out, "LElbow", "RElbow").mean() == pytest.approx(0.15 * 0.3, rel=0.25)
    assert missing(out, "LHand").mean() > 1.5 * missing(out, "LElbow").mean()
    assert missing(out, "LShoulder").mean() < 0.7 * missing(out, "LElbow").mean()
    gone = np.pad(missing(out, "LHand")[..., 0], ((0, 0), (1, 1))).astype(int)
    ends = np.diff(gone, axis=1)
    lengths = np.nonzero(ends == -1)[1] - np.nonzero(ends == 1)[1]
    assert 0.2 < (lengths == 1).mean() < 0.6
    assert 0.01 < (lengths > 15).mean() < 0.3


def test_whole_frames():
    out, _ = run({"whole_frames": 0.3})
    gone = np.isnan(out[..., 0])
    np.testing.assert_array_equal(gone.any(-1), gone.all(-1))
    assert 0.05 < gone.mean() < 0.2


@pytest.mark.parametrize(
    ("kind", "gone", "there"),
    [
        ("legs", ["LAnkle", "RBigToe"], ["LHip", "LElbow", "LHand"]),
        ("waist", ["LKnee", "RAnkle"], ["LElbow", "LHand", "Neck"]),
        ("bust", ["LHip", "MidHip"], ["LShoulder", "Nose"]),
    ],
)
def test_below_the_edge_of_the_picture(kind, gone, there):
    out, _ = run({kind: 1.0})
    assert missing(out, *gone).all() and not missing(out, *there).any()
    elbows = missing(out, "LElbow").all(1).mean()
    assert (0.2 < elbows < 0.8) == (kind == "bust")
    hips = missing(out, "LHip").mean()
    assert {"legs": hips == 0, "waist": 0.5 < hips < 0.95, "bust": hips == 1}[kind]
    guessed, doubt = run({kind: 1.0, "guessed": 1.0})
    assert not np.isnan(guessed).any()
    number = PANOPTIC26.index(gone[0])
    assert doubt[:, :, number].mean() < 0.4 < 0.9 < doubt[:, :, PANOPTIC26.index("Nose")].mean()
    assert (guessed - person(60, 200))[:, :, number].std() > 0.05 * SCALE


def test_an_unsteady_edge_comes_and_goes():
    out, _ = run({"waist": 1.0, "unsteady": 1.0})
    hips = missing(out, "LHip")[..., 0]
    assert (hips.any(1) & ~hips.all(1)).mean() > 0.1


def test_outside_of_a_given_picture():
    out, _ = run({}, picture=np.full((60, 2), 530.0, np.float32))
    assert missing(out, "LShoulder", "LHip").all() and not missing(out, "RShoulder", "Neck").any()


def test_what_a_head_hides():
    keypoints = person(60, 3)
    nose = PANOPTIC26.index("Nose")
    keypoints[:, 1, nose, 0] += 0.3 * SCALE  # turned far to the left
    face = [PANOPTIC26.index(n) for n in ("LEar", "REar", "LEye", "REye")]
    keypoints[:, 2, face, 0] = 1000 - keypoints[:, 2, face, 0]  # from behind
    out, _ = run({"hidden_face": 1.0}, keypoints)
    assert not np.isnan(out[:, 0]).any()
    assert missing(out, "LEar")[:, 1].all()
    assert not missing(out, "REar", "Nose", "LEye")[:, 1].any()
    assert missing(out, "Nose", "LEye", "REye")[:, 2].all()
    assert not missing(out, "LEar", "REar", "Neck")[:, 2].any()


def test_wrists_snap_to_each_other_when_near():
    left, right = PANOPTIC26.index("LHand"), PANOPTIC26.index("RHand")
    keypoints = person(60, 200)
    out, _ = run({"snaps": 1.0}, keypoints)
    same = np.abs(out[:, :, left] - out[:, :, right]).max(-1) < 0.1
    assert 0.15 < same.mean() < 0.6
    moved = np.abs(out - keypoints).max(-1) > 1
    assert (moved[..., [left, right]].sum(-1) == same).all()
    assert not np.delete(moved, [left, right], -1).any()
    keypoints[:, :, left, 0] += SCALE
    out, _ = run({"snaps": 1.0}, keypoints)
    np.testing.assert_allclose(out, keypoints, atol=0.01)


def test_sides_are_swapped_now_and_then():
    keypoints = person(300, 60)
    out, _ = run({"swaps": 1.0}, keypoints)
    moved = np.abs(out - keypoints).max(-1) > 1
    names = np.array(PANOPTIC26.keypoints)
    kinds = {tuple(names[frame]) for frame in moved.reshape(-1, 26)}
    arms = ("LElbow", "LHand", "RElbow", "RHand")
    assert len(kinds) == 3 and () in kinds and arms in kinds
    # One in five recordings, each for a third of its time.
    assert 0.1 < moved.any((1, 2)).mean() < 0.3
    assert moved.any(-1).mean() == pytest.approx(0.2 / 3, abs=0.03)


def test_outliers():
    out, confidence = run({"outliers": 0.2, "outlier_size": 1.0})
    far = np.linalg.norm(out - person(60, 200), axis=-1) > 0.3 * SCALE
    assert 0.03 < far.mean() < 0.1
    assert confidence[far].mean() < confidence[~far].mean() - 0.2


def test_derived_middles():
    out, _ = run({"derived": 1.0, "noise": (0.03, 0.03), "missing": 0.3})
    for middle, part in (("Neck", "Shoulder"), ("MidHip", "Hip")):
        own, left, right = (
            out[:, :, PANOPTIC26.index(name)] for name in (middle, f"L{part}", f"R{part}")
        )
        np.testing.assert_allclose(own, (left + right) / 2, rtol=1e-5)
        assert np.isnan(own).any()


def test_a_detector_of_coco():
    out, _ = run({"coco": 1.0})
    gone = {name for name in PANOPTIC26.keypoints if missing(out, name).all()}
    feet = {side + part for side in "LR" for part in ("BigToe", "SmallToe", "Heel")}
    assert gone == feet | {"Keypoint26"}
    out, _ = run({"coco": 1.0}, person(3, 4, COCO17), on=COCO17)
    assert not np.isnan(out).any()


def test_errors_grow_as_confidence_falls():
    change = {"noise": (0.003, 0.04), "blur": (0.002, 0.002), "outliers": 0.01}
    out, confidence = run(change, person(150, 200))
    error = np.linalg.norm(out - person(150, 200), axis=-1) / SCALE
    edges = np.quantile(confidence, np.linspace(0, 1, 9))
    bins = np.digitize(confidence, edges[1:-1])
    typical = [np.median(error[bins == number]) for number in range(8)]
    assert (np.diff(typical) < 0).all()
    assert typical[0] > 4 * typical[-1]


def test_plain_confidence():
    _, confidence = run({"plain_confidence": 1.0, "noise": (0.05, 0.05), "missing": 0.5})
    assert set(np.unique(confidence)) == {0, 1}


@settings(max_examples=10)
@given(
    noise=st.floats(0, 0.1), part=st.floats(0, 1), seed=st.integers(0, 1000), lanes=st.booleans()
)
def test_plain_noise(noise, part, seed, lanes):
    keypoints = person(20, 30) if lanes else person(1, 200)[0]
    keypoints[..., 3, 3, :] = np.nan
    scale = np.full(20, SCALE) if lanes else SCALE
    rng = np.random.default_rng(seed)
    out = plain_noise(rng, keypoints, scale, noise, part)
    assert out.dtype == np.float32 and out.shape == keypoints.shape
    assert np.isnan(out[..., 3, 3, :]).all()
    assert np.isnan(out).mean() == pytest.approx(part, abs=0.06)
    if part < 0.9:
        error = (out - keypoints) / SCALE
        assert np.sqrt(np.nanmean(error**2)) == pytest.approx(noise, rel=0.1, abs=1e-4)


def test_plain_noise_on_nothing():
    rng = np.random.default_rng(0)
    assert plain_noise(rng, np.zeros((0, 26, 2)), 1.0).shape == (0, 26, 2)
    with pytest.raises(InputError) as error:
        plain_noise(rng, person(), np.array([1.0, 0.0, 1.0]), noise=-1.0, missing=2.0)
    assert len(error.value.problems) == 3


def test_what_is_refused():
    with pytest.raises(InputError) as error:
        detect(np.random.default_rng(0), person(), COCO17, 0.0, np.array([1.0, np.nan, 1.0]))
    assert [line.split(":")[0] for line in error.value.problems] == [
        "keypoints for coco17",
        "fps",
        "scale",
    ]
    with pytest.raises(InputError) as error:
        DetectorSettings(clean=2, noise=(0.0, 1.0), slow=(0.5, 2.0), bias=(1, 0), outlier_size=-1)
    assert [line.split(":")[0] for line in error.value.problems] == [
        "clean",
        "noise",
        "slow",
        "bias",
        "outlier_size",
    ]
    with pytest.raises(InputError, match=r"legs \+ waist \+ bust: expected at most 1, found 1.2"):
        DetectorSettings(legs=0.5, waist=0.5, bust=0.2)
