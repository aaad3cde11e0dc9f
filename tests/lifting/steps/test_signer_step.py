"""Frames lifted one by one, beside the same networks that lift windows of frames."""

from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from signlift.core.hands import FINGERS
from signlift.lifting.body_frames import Given
from signlift.lifting.steps.signer_step import open_signer_step


@pytest.fixture(scope="module")
def recording():
    return sl.read(sl.sample_path("openpose"))[:40]


def difference(first, second):
    """Root mean square of the difference in depth, in torso lengths."""
    values = (first.depth - second.depth) / second.proportions.torso
    return np.sqrt(np.nanmean(values**2))


def without(recording, names):
    keypoints = recording.keypoints.copy()
    keypoints[10:25, [recording.skeleton.index(name) for name in names]] = np.nan
    return replace(recording, keypoints=keypoints)


def mirror_hands(recording):
    """The recording with the hands taken for each other in some frames."""
    names = recording.skeleton.keypoints
    fingers = (*FINGERS, "HandRoot")
    hands = [number for number, name in enumerate(names) if name[1:].startswith(fingers)]
    keypoints = recording.keypoints.copy()
    keypoints[10:25, hands] = keypoints[10:25][:, recording.skeleton.mirror[hands]]
    return replace(recording, keypoints=keypoints)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r,
        lambda r: r.convert("panoptic26"),
        lambda r: r.convert("panoptic67"),
        lambda r: r.convert("coco17"),
        lambda r: r.convert("h36m17"),
        lambda r: r.convert("mediapipe33"),
        lambda r: replace(r, size=None),
        lambda r: replace(r, confidence=None),
        lambda r: replace(r, keypoints=r.keypoints * [0.01, 0.01]),
        lambda r: without(r, ["LEar", "REar", "Nose"]),
        lambda r: without(r, ["LWrist", "RWrist"]),
        lambda r: without(r, ["Neck", "LShoulder"]),
        lambda r: without(
            r, [name for name in r.skeleton.keypoints if name[1:].startswith("Index")]
        ),
        lambda r: without(r, r.skeleton.keypoints),
        lambda r: replace(r, detector_depth=r.keypoints[..., 0] - 400),
        mirror_hands,
    ],
)
def test_steps_give_nearly_the_depth_of_windows(lifter, windows, recording, change):
    """Weights of 8 bits change depth by less than 1 % of a torso length."""
    recording = change(recording)
    expected = windows.lift(recording, causal=True, complete=True)
    lifted = lifter.lift(recording, causal=True, complete=True)
    np.testing.assert_array_equal(np.isnan(lifted.depth), np.isnan(expected.depth))
    np.testing.assert_array_equal(np.isnan(lifted.keypoints), np.isnan(expected.keypoints))
    assert difference(lifted, expected) < 0.01
    torso = expected.proportions.torso
    assert lifted.proportions.torso == pytest.approx(torso, rel=0.01)
    for values, others in (
        (lifted.depth_uncertainty, expected.depth_uncertainty),
        (lifted.keypoints, expected.keypoints),
    ):
        assert np.sqrt(np.nanmean(((values - others) / torso) ** 2)) < 0.01


@pytest.mark.parametrize(
    "given",
    [
        {"proportions": sl.BodyProportions(torso=50, upper_arm=29, forearm=25)},
        {"proportions": sl.BodyProportions.from_stature(170)},
        {"pitch": 10.0, "fov": 60.0},
    ],
)
def test_given_facts_count_in_steps(lifter, windows, recording, given):
    expected, lifted = (model.lift(recording, causal=True, **given) for model in (windows, lifter))
    assert difference(lifted, expected) < 0.01
    assert difference(lifted, lifter.lift(recording, causal=True)) > 0.005
    for name, length in expected.proportions.lengths.items():
        assert getattr(lifted.proportions, name) == pytest.approx(length, rel=0.02)


def test_two_streams_of_one_model_are_independent(lifter, recording):
    """The graphs are shared, their arrays and states are not."""
    alone = lifter.stream("openpose137", fps=24)
    expected = [alone.step(frame) for frame in recording[:12]]
    first, second = (lifter.stream("openpose137", fps=24) for _ in range(2))
    for number in range(12):
        np.testing.assert_array_equal(first.step(recording[number]), expected[number])
        second.step(recording[39 - number])


def test_results_stay_as_they_are_when_the_next_frame_is_lifted(lifter, recording):
    stream = lifter.stream("openpose137", fps=24)
    depth = stream.step(recording[0])
    uncertainty, proportions = stream.uncertainty, stream.proportions
    copies = depth.copy(), uncertainty.copy(), proportions.lengths
    for frame in recording[1:5]:
        stream.step(frame)
    np.testing.assert_array_equal(depth, copies[0])
    np.testing.assert_array_equal(uncertainty, copies[1])
    assert proportions.lengths == copies[2]


def test_a_model_of_an_earlier_version_is_lifted_in_windows(lifter, windows, recording):
    given, skeleton = Given(), recording.skeleton
    assert open_signer_step(windows.network, windows.hands, skeleton, 24, given) is None
    # Hands without a graph of one frame, as well.
    assert open_signer_step(lifter.network, windows.hands, skeleton, 24, given) is None
    stream = windows.stream("openpose137", fps=24)
    lifted = windows.lift(recording[:3], causal=True)
    for number in range(3):
        depth = stream.step(recording[number])
        np.testing.assert_allclose(depth, lifted.depth[number], rtol=1e-5, atol=1e-3)
    assert stream.proportions.torso == pytest.approx(lifted.proportions.torso)
