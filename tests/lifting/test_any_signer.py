"""Lifting with a LiftingNet of random weights, run by ONNX Runtime."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from lifting_nets import BELOW, random_lifter, random_net, signer

import signlift as sl
from signlift.core.bone_lengths import BONE_LENGTHS, CAUSAL, NUM_PROPORTIONS, OFFLINE
from signlift.filtering.gaussian import smooth_over_time
from signlift.lifting import lanes, offline
from signlift.lifting.proportions_fusion import MEASURED_STD
from signlift.lifting.whole_signer import SMOOTHING
from signlift.model.network_inputs import FrameInputs
from signlift.normalization.normalize import frame_centers, normalize
from signlift.normalization.scale import recording_scale

J = sl.PANOPTIC26


@pytest.fixture(scope="module")
def lifter(tmp_path_factory):
    return random_lifter(tmp_path_factory.mktemp("net"))


def predict_with_torch(recording, source, step=1):
    """Depth and uncertainty as the training code computes them, forward or (-1) backward."""
    net = random_net()
    keypoints = recording.keypoints
    T = len(keypoints)
    centers, _ = frame_centers(keypoints, J)
    if source == OFFLINE:
        scales = np.full(T, recording_scale(keypoints, J))
    else:
        scales = np.array([recording_scale(keypoints[: t + 1], J) for t in range(T)])
    inputs = normalize(keypoints[:, None], centers[:, None], scales)[:, 0]
    unknown = torch.full((1, T, 26), torch.nan)
    frames = FrameInputs.from_batch(
        torch.from_numpy(inputs.astype("f4")[::step].copy())[None],
        torch.from_numpy(recording.confidence[::step].copy())[None],
        unknown,
        unknown[..., :2],
        torch.tensor([recording.fps], dtype=torch.float32),
    )
    with torch.no_grad():
        output = net(
            frames,
            net.initial_state(1),
            torch.tensor([source]),
            torch.zeros(1, NUM_PROPORTIONS),
            torch.zeros(1, NUM_PROPORTIONS, dtype=torch.bool),
            torch.tensor([T - 1]),
        )
    unit = scales[:, None]
    depth, error = output.depth[:, 0].numpy(), output.uncertainty[:, 0].numpy()
    return depth[::step] * unit, error[::step] * unit


def without_steps(lifter):
    """The same model without its graphs of one frame, as earlier versions exported it."""
    return replace(lifter, network=replace(lifter.network, open_steps=None))


@pytest.mark.parametrize(("causal", "source"), [(False, OFFLINE), (True, CAUSAL)])
def test_depth_equals_that_of_the_training_code(lifter, causal, source, monkeypatch):
    monkeypatch.setattr(offline, "WARM_UP", 0)
    recording = signer(600)  # more than a window
    lifted = without_steps(lifter).lift(recording, causal=causal)
    depth, error = predict_with_torch(recording, source)
    if not causal:  # both directions of time
        back = predict_with_torch(recording, source, -1)
        depth, error = ((one + two) / 2 for one, two in zip((depth, error), back, strict=True))
        depth = smooth_over_time(depth, SMOOTHING * recording.frame_rate)
    seen = recording.observed.any(1)
    np.testing.assert_allclose(lifted.depth[seen], depth[seen], atol=0.02)
    error[:, J.index("MidHip")] = 0
    np.testing.assert_allclose(lifted.depth_uncertainty[seen], error[seen], atol=0.02)
    np.testing.assert_array_equal(lifted.keypoints, recording.keypoints)
    np.testing.assert_array_equal(lifted.depth[seen, J.index("MidHip")], 0)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame(lifter, frames, causal):
    lifted = lifter.lift(replace(signer(5), **cut(signer(5), frames)), causal=causal)
    assert lifted.depth.shape == lifted.depth_uncertainty.shape == (frames, 26)
    assert np.isfinite(lifted.depth).all()


def cut(recording, frames):
    return {
        "keypoints": recording.keypoints[:frames],
        "confidence": recording.confidence[:frames],
        "depth": None,
    }


@pytest.mark.parametrize("causal", [False, True])
def test_frames_without_keypoints_have_no_depth(lifter, causal):
    empty = sl.Recording(np.full((3, 26, 2), np.nan))
    lifted = lifter.lift(empty, causal=causal, complete=True)
    assert np.isnan(lifted.depth).all()
    assert np.isnan(lifted.depth_uncertainty).all()
    assert np.isnan(lifted.keypoints).all()
    given = sl.BodyProportions(torso=50.0)
    assert lifter.lift_with_proportions(empty, causal=causal)[1] is None
    assert lifter.lift_with_proportions(empty, causal=causal, proportions=given)[1] is None
    recording = signer(30)
    recording.keypoints[:4] = recording.keypoints[11] = np.nan
    lifted = lifter.lift(recording, causal=causal)
    assert np.flatnonzero(np.isnan(lifted.depth).any(1)).tolist() == [0, 1, 2, 3, 11]


@pytest.mark.parametrize("causal", [False, True])
def test_hips_and_legs_are_not_needed(lifter, causal):
    recording = signer(40, without=BELOW)
    lifted = lifter.lift(recording, causal=causal)
    assert np.isfinite(lifted.depth).all()
    root = J.index("MidHip")
    assert (np.delete(lifted.depth_uncertainty, root, 1) > 0).all()
    np.testing.assert_array_equal(lifted.depth_uncertainty[:, root], 0)
    one = np.full((4, 26, 2), np.nan)
    one[:, J.index("Nose")] = 7  # a single point has no extent
    assert np.isfinite(lifter.lift(sl.Recording(one), causal=causal).depth).all()


@pytest.mark.parametrize("causal", [False, True])
@given(
    size=st.floats(0.05, 40),
    shift=st.tuples(st.floats(-300, 300), st.floats(-300, 300)),
    seed=st.integers(0, 3),
)
def test_size_and_position_change_only_the_unit(lifter, causal, size, shift, seed):
    recording = signer(12, seed=seed)
    moved = replace(recording, keypoints=(recording.keypoints + np.array(shift)) * size)
    here, there = (lifter.lift(one, causal=causal) for one in (recording, moved))
    # float32 keeps the place to 1e-4; steep where a bone looks as long as it is
    np.testing.assert_allclose(there.depth, here.depth * size, rtol=1e-2, atol=0.1 * size)
    np.testing.assert_allclose(
        there.depth_uncertainty, here.depth_uncertainty * size, rtol=1e-2, atol=0.05 * size
    )


@given(frames=st.integers(1, 30))
def test_causal_depth_does_not_depend_on_later_frames(lifter, frames):
    recording = signer(31, missing=0.3)
    whole = lifter.lift(recording, causal=True)
    start = lifter.lift(replace(recording, **cut(recording, frames)), causal=True)
    np.testing.assert_allclose(start.depth, whole.depth[:frames], rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("skeleton", ["panoptic26", "openpose25", "coco17", "panoptic67"])
def test_a_stream_gives_the_numbers_of_a_causal_lift(lifter, skeleton):
    recording = signer(40, missing=0.2)
    recording.keypoints[:2] = recording.keypoints[20] = np.nan
    recording = recording.convert(skeleton)
    whole, lengths = lifter.lift_with_proportions(recording, causal=True)
    stream = lifter.stream(skeleton, fps=25)
    assert stream.uncertainty is None
    assert stream.proportions is None
    for frame, sure, depth, error in zip(
        recording.keypoints, recording.confidence, whole.depth, whole.depth_uncertainty, strict=True
    ):
        got = stream.step(frame, sure)
        assert got.shape == (len(recording.skeleton),)
        np.testing.assert_allclose(got, depth, rtol=1e-5, atol=1e-3)
        np.testing.assert_allclose(stream.uncertainty, error, rtol=1e-5, atol=1e-3)
    assert stream.proportions.torso == pytest.approx(lengths.torso, rel=1e-5)


def test_a_stream_names_the_problem_of_a_frame(lifter):
    stream = lifter.stream("coco17")
    for frame, expected in (
        (np.zeros((26, 2)), r"expected shape \[T, 17, 2\]"),
        (np.zeros(34), r"expected shape \[17, 2\]"),
        (np.full((17, 2), np.inf), "expected finite float32 numbers"),
    ):
        with pytest.raises(sl.InputError, match=expected):
            stream.step(frame)
    with pytest.raises(sl.InputError, match="confidence: expected shape"):
        stream.step(np.zeros((17, 2)), np.zeros(3))
    with pytest.raises(sl.InputError, match="expected one of panoptic26"):
        lifter.stream("smpl")


@pytest.mark.parametrize("fps", [0, -25, np.nan, np.inf, 1001])
def test_a_frame_rate_out_of_range(lifter, fps):
    expected = "fps: expected a number above 0 and up to 1000, found"
    with pytest.raises(sl.InputError, match=f"^{expected}"):
        lifter.stream(fps=fps)
    if fps > 0:  # else it is no recording
        recording = replace(signer(3), fps=fps)
        for lift in (lifter.lift, lifter.estimate_proportions):
            with pytest.raises(sl.InputError, match=f"^signer: {expected}"):
                lift(recording)


def test_offline_lifting_is_symmetric_in_time(lifter):
    recording = signer(30)
    back = replace(
        recording, keypoints=recording.keypoints[::-1], confidence=recording.confidence[::-1]
    )
    forth, again = (lifter.lift(one, complete=True) for one in (recording, back))
    np.testing.assert_allclose(again.depth[::-1], forth.depth, atol=0.02)
    np.testing.assert_allclose(again.depth_uncertainty[::-1], forth.depth_uncertainty, atol=0.02)
    np.testing.assert_allclose(again.keypoints[::-1], forth.keypoints, atol=0.02)
    # Causal lifting is not.
    causal = [lifter.lift(one, causal=True).depth for one in (recording, back)]
    assert abs(causal[1][::-1] - causal[0]).max() > 0.5


@pytest.mark.parametrize("frames", [1, offline.WARM_UP - 1, offline.WARM_UP + 1, 600])
def test_windows_do_not_change_the_result(lifter, frames, monkeypatch):
    recording = signer(frames)
    whole = lifter.lift(recording)
    assert whole.depth.shape == (frames, len(recording.skeleton))
    monkeypatch.setattr(lanes, "WINDOW", 7)
    np.testing.assert_allclose(lifter.lift(recording).depth, whole.depth, atol=0.02)


def test_missing_keypoints_are_completed(lifter):
    recording = signer(30, missing=0.3)
    recording.keypoints[3] = np.nan
    for causal in (False, True):
        lifted = lifter.lift(recording, complete=True, causal=causal)
        seen = recording.observed
        np.testing.assert_array_equal(lifted.keypoints[seen], recording.keypoints[seen])
        assert np.flatnonzero(np.isnan(lifted.keypoints).any((1, 2))).tolist() == [3]
        np.testing.assert_array_equal(lifted.detected, seen)
        np.testing.assert_array_equal(lifted.confidence[seen], recording.confidence[seen])
        unsure = lifter.lift(replace(recording, confidence=None), complete=True, causal=causal)
        np.testing.assert_array_equal(unsure.confidence, seen)
        completed = int(lifted.observed.sum() - seen.sum())
        assert f"{completed} missing keypoints completed" in " ".join(lifted.notes)
        # ... and near to the person.
        size = recording_scale(recording.keypoints, J)
        filled = np.delete(lifted.keypoints, 3, 0)
        assert abs(filled - np.nanmean(recording.keypoints, (0, 1))).max() < 8 * size


def test_confidence_and_frame_rate_change_depth(lifter):
    recording = signer(30)
    depth = lifter.lift(recording).depth
    for other in (replace(recording, confidence=None), replace(recording, fps=60)):
        assert abs(lifter.lift(other).depth - depth).max() > 0.01
    unknown = replace(recording, fps=None, confidence=None)
    sure = replace(recording, fps=30, confidence=np.ones((30, 26)))
    np.testing.assert_array_equal(lifter.lift(unknown).depth, lifter.lift(sure).depth)


def test_times_give_the_frame_rate(lifter):
    recording = replace(signer(30), fps=None, times=np.arange(30) / 12)
    expected = lifter.lift(replace(recording, fps=12, times=None)).depth
    np.testing.assert_allclose(lifter.lift(recording).depth, expected, atol=1e-3)
    usual = lifter.lift(replace(recording, times=None)).depth
    assert abs(usual - expected).max() > 0.01


def test_other_skeletons_are_mapped_there_and_back_by_name(lifter):
    recording = signer(20).convert("panoptic67")
    lifted = lifter.lift(recording)
    root = lifted.skeleton.index("MidHip")
    np.testing.assert_array_equal(lifted.depth[:, root], 0)
    np.testing.assert_array_equal(lifted.depth_uncertainty[:, root], 0)
    assert np.isfinite(lifted.depth[:, :25]).all()
    head = sl.Skeleton("head", ("Nose", "LShoulder", "RShoulder"), ())
    only = sl.Recording(recording.keypoints[:, [1, 3, 9]], head, fps=25)
    assert np.isfinite(lifter.lift(only).depth).all()  # a skeleton without a root


def test_proportions_are_estimated_and_used(lifter):
    recording = signer(60)
    lengths = lifter.estimate_proportions(recording)
    _, found = lifter.lift_with_proportions(recording)
    assert found == lengths
    assert set(lengths.lengths) == set(lengths.uncertainties) == set(BONE_LENGTHS)
    large = replace(recording, keypoints=recording.keypoints * 3)
    assert lifter.estimate_proportions(large).torso == pytest.approx(3 * lengths.torso, rel=1e-3)
    measured = sl.BodyProportions(torso=50.0, shoulders=36.0, upper_arm=27.0, forearm=40.0)
    for causal in (False, True):
        given, after = lifter.lift_with_proportions(recording, proportions=measured, causal=causal)
        assert after.forearm / after.torso == pytest.approx(0.8, rel=1e-5)
        assert after.uncertainties["forearm"] > MEASURED_STD  # and that of the unit
        assert abs(given.depth - lifter.lift(recording, causal=causal).depth).max() > 0.1
        inches = sl.BodyProportions(**{name: one / 2.54 for name, one in measured.lengths.items()})
        again = lifter.lift(recording, proportions=inches, causal=causal)
        np.testing.assert_allclose(again.depth, given.depth, atol=0.01)
    stream = lifter.stream(fps=25, proportions=measured)
    for frame, sure, depth in zip(
        recording.keypoints, recording.confidence, given.depth, strict=True
    ):
        np.testing.assert_allclose(stream.step(frame, sure), depth, rtol=1e-5, atol=1e-3)


def test_proportions_of_a_recording_without_keypoints(lifter):
    with pytest.raises(
        sl.InputError, match="clip: expected a frame with a keypoint, found 3 frames without any"
    ):
        lifter.estimate_proportions(sl.Recording(np.full((3, 26, 2), np.nan), name="clip"))


def test_threads_do_not_change_depth(lifter, tmp_path):
    random_lifter(tmp_path)
    recording = signer(20)
    two = sl.load(tmp_path, threads=2)
    np.testing.assert_allclose(two.lift(recording).depth, lifter.lift(recording).depth, atol=1e-3)
    assert repr(two) == f"Lifter({str(tmp_path)!r}, panoptic26)"


def test_a_stream_has_proportions_after_the_first_keypoints(lifter):
    stream = lifter.stream()
    empty = np.full((26, 2), np.nan)
    stream.step(empty)
    assert stream.proportions is None
    stream.step(signer(1, missing=0).keypoints[0])
    known = stream.proportions
    assert known is not None
    stream.step(empty)
    assert stream.proportions.torso == pytest.approx(known.torso, rel=0.2)
