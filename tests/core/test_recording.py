import numpy as np
import pytest

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError


def test_a_recording_holds_float32_and_treats_half_a_keypoint_as_missing():
    keypoints = np.zeros((3, 26, 2))
    keypoints[1, 4, 0] = np.nan
    recording = Recording(keypoints, depth=np.ones((3, 26), int))
    assert len(recording) == 3
    assert recording.keypoints.dtype == recording.depth.dtype == np.float32
    assert not recording.observed[1, 4]
    assert recording.observed.sum() == 3 * 26 - 1
    assert np.isnan(recording.keypoints[1, 4]).all()
    assert np.isnan(recording.points[1, 4]).all()
    assert not np.isnan(keypoints[1, 4, 1])  # what was given is left alone


def test_all_but_keypoints_and_skeleton_are_named():
    with pytest.raises(TypeError, match="positional"):
        Recording(np.zeros((3, 26, 2)), "panoptic26", np.zeros((3, 26)))


def test_points_without_depth_are_missing():
    assert np.isnan(Recording(np.zeros((2, 26, 2))).points).all()


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame(frames):
    recording = Recording(np.zeros((frames, 17, 2)), COCO17, depth=np.zeros((frames, 17)))
    assert len(recording) == frames
    assert recording.convert(PANOPTIC26).points.shape == (frames, 26, 3)


def test_all_problems_are_listed_at_once():
    keypoints = np.zeros((5, 25, 2))
    keypoints[2, 3, 1] = np.inf
    with pytest.raises(InputError) as error:
        Recording(keypoints, depth=np.zeros((4, 26)), confidence=np.array(["a"]), fps=0, name="x")
    assert [line.split(": expected")[0] for line in error.value.problems] == [
        "x: keypoints",
        "x: keypoints",
        "x: depth",
        "x: confidence",
        "x: confidence",
        "x: fps",
    ]
    assert "found inf at index [2, 3, 1]" in error.value.problems[0]
    assert "shape [T, 26, 2] (panoptic26), found shape [5, 25, 2]" in error.value.problems[1]


def test_depth_uncertainty_is_stored_checked_and_converted():
    uncertainty = np.full((3, 17), 2.0)
    uncertainty[1, COCO17.index("LHip")] = np.nan
    uncertainty[:, COCO17.index("RShoulder")] = 4
    recording = Recording(
        np.zeros((3, 17, 2)), COCO17, depth=np.zeros((3, 17)), depth_uncertainty=uncertainty
    )
    assert recording.depth_uncertainty.dtype == np.float32
    there = recording.convert(PANOPTIC26)
    assert there.depth_uncertainty[:, PANOPTIC26.index("Neck")].tolist() == [3, 3, 3]
    middle = there.depth_uncertainty[:, PANOPTIC26.index("MidHip")]
    np.testing.assert_array_equal(middle, [2, np.nan, 2])
    assert np.isnan(there.depth_uncertainty[:, PANOPTIC26.index("LHeel")]).all()
    assert recording.with_depth(recording.depth).depth_uncertainty is None
    assert recording.with_depth(recording.depth, uncertainty).depth_uncertainty.shape == (3, 17)
    for wrong, expected in ((np.zeros((3, 26)), "shape"), (np.full((3, 17), np.inf), "finite")):
        with pytest.raises(InputError, match=f"depth_uncertainty: expected {expected}"):
            recording.with_depth(None, wrong)


def test_detector_depth_is_stored_checked_and_converted_by_name():
    depth = np.full((3, 17), 2.0)
    depth[:, COCO17.index("RShoulder")] = 4
    keypoints = np.zeros((3, 17, 2))
    keypoints[1, COCO17.index("LWrist")] = np.nan
    recording = Recording(keypoints, COCO17, detector_depth=depth)
    assert recording.detector_depth.dtype == np.float32
    wrist = recording.detector_depth[:, COCO17.index("LWrist")]
    np.testing.assert_array_equal(wrist, [2, np.nan, 2])  # evidence of observed keypoints alone
    assert recording.depth is None and repr(recording).endswith("coco17, no depth, detector depth)")
    there = recording.convert(PANOPTIC26)
    assert there.detector_depth[:, PANOPTIC26.index("Neck")].tolist() == [3, 3, 3]
    assert there.detector_depth[:, PANOPTIC26.index("MidHip")].tolist() == [2, 2, 2]
    assert there.detector_depth[0, PANOPTIC26.index("RHand")] == 2
    assert np.isnan(there.detector_depth[:, PANOPTIC26.index("LHeel")]).all()
    with pytest.raises(InputError, match=r"detector_depth: expected shape \[3, 17\], found shape"):
        Recording(keypoints, COCO17, detector_depth=depth[:2])


def test_conversion_carries_depth_and_confidence_and_keeps_the_root_at_zero():
    rng = np.random.default_rng(1)
    recording = Recording(
        rng.normal(size=(4, 26, 2)),
        depth=rng.normal(size=(4, 26)),
        confidence=rng.random((4, 26)),
        fps=25,
        name="clip",
    )
    there = recording.convert("coco17")
    assert (there.skeleton, there.fps, there.name) == (COCO17, 25, "clip")
    hips = [COCO17.index("LHip"), COCO17.index("RHip")]
    np.testing.assert_allclose(there.depth[:, hips].mean(1), 0, atol=1e-6)
    own = recording.depth[:, PANOPTIC26.index("LHand")] - recording.depth[
        :, [PANOPTIC26.index("LHip"), PANOPTIC26.index("RHip")]
    ].mean(1)
    np.testing.assert_allclose(there.depth[:, COCO17.index("LWrist")], own, atol=1e-6)
    assert there.confidence.shape == (4, 17)
    assert recording.with_depth(None).depth is None


def test_times_increase_strictly_and_notes_add_up():
    keypoints = np.zeros((3, 26, 2))
    recording = (
        Recording(keypoints, times=np.array([0, 0.1, 0.3])).with_note("read").with_note("smoothed")
    )
    np.testing.assert_allclose(recording.times, [0, 0.1, 0.3])
    assert recording.notes == ("read", "smoothed")
    for time in (0.1, 0.2, np.nan):
        message = (
            f"times: expected strictly increasing seconds, found {time:g} after 0.2 at frame 2"
        )
        with pytest.raises(InputError, match=message):
            Recording(keypoints, times=np.array([0, 0.2, time]))
    with pytest.raises(InputError, match=r"times: expected shape \[3\], found shape \[2\]"):
        Recording(keypoints, times=np.array([0, 0.2]))


def test_the_frame_rate_is_given_or_follows_from_the_times():
    still = np.zeros((4, 26, 2))
    assert Recording(still, fps=25).frame_rate == 25
    assert Recording(still, fps=25, times=np.arange(4) / 10).frame_rate == 25
    assert Recording(still, times=np.array([0, 0.1, 0.2, 0.9])).frame_rate == pytest.approx(10)
    assert Recording(still).frame_rate is None
    assert Recording(still[:1], times=np.zeros(1)).frame_rate is None


def timed(frames=6, **fields):
    values = np.arange(frames * 26.0).reshape(frames, 26)
    keypoints = np.stack([values, values], -1)
    fields = {"fps": 30, **fields}
    return Recording(
        keypoints,
        depth=values,
        confidence=values / 1000,
        depth_uncertainty=values,
        detector_depth=values,
        **fields,
    )


def test_a_slice_keeps_all_that_belongs_to_its_frames():
    recording = timed(name="a", size=(640, 480), notes=("cropped",))
    part = recording[1:4]
    for field in ("keypoints", "depth", "confidence", "depth_uncertainty", "detector_depth"):
        np.testing.assert_array_equal(getattr(part, field), getattr(recording, field)[1:4])
    for field in ("skeleton", "fps", "name", "size", "unit", "notes", "times"):
        assert getattr(part, field) == getattr(recording, field)
    assert len(recording[4:2]) == 0 and len(recording[-2:]) == 2


def test_a_step_lowers_the_frame_rate():
    assert timed()[::3].fps == 10
    assert len(timed()[::3]) == 2
    assert timed(fps=None)[::2].frame_rate is None


def test_times_of_a_slice_begin_at_its_first_frame():
    times = np.array([0, 0.1, 0.3, 0.6, 1.0, 1.5])
    np.testing.assert_allclose(timed(times=times)[2:5].times, [0, 0.3, 0.7])
    part = timed(times=times, fps=None)[1::2]
    np.testing.assert_allclose(part.times, [0, 0.5, 1.4])
    assert part.fps is None


def test_a_single_frame_is_a_recording():
    recording = timed()
    for number in (3, -3, np.int64(3)):
        np.testing.assert_array_equal(recording[number].depth, recording.depth[3:4])
    assert [float(frame.depth[0, 0]) for frame in recording] == [0, 26, 52, 78, 104, 130]
    with pytest.raises(IndexError):
        recording[6]


def test_what_is_no_frame_is_refused():
    with pytest.raises(InputError, match=r"frames: expected a step of 1 or more.*found -1"):
        timed()[::-1]
    with pytest.raises(TypeError):
        timed()["a"]
    with pytest.raises(TypeError, match="take its keypoints"):
        np.asarray(timed())


@pytest.mark.parametrize("shape", [(), (3,), (3, 52)])
def test_arrays_with_too_few_axes_are_listed(shape):
    array = np.ones(shape)
    with pytest.raises(InputError) as error:
        Recording(array, confidence=np.array(1.0), depth=np.array(1.0), times=np.array(1.0))
    assert error.value.problems[0].startswith("recording: keypoints: expected shape [T, 26, 2]")


def test_a_frame_rate_whose_times_overflow_is_refused():
    with pytest.raises(InputError, match="fps: expected a number above 0, found 1e-310"):
        Recording(np.ones((2, 26, 2)), fps=1e-310)
