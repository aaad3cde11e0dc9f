from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import random_recordings

import signlift as sl
from signlift.lifting.recording_input import as_recording
from signlift.model.checkpoint import save_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.export import export_run


@pytest.fixture(params=["PyTorch", "ONNX Runtime"])
def make_lifter(request, tmp_path):
    """Lifters of DepthLSTMs, as they were trained or exported."""

    def make(**options):
        config = DepthLSTMConfig(**{"hidden_size": 12, **options})
        path = tmp_path / "model.safetensors"
        save_checkpoint(path, config.build(), config, {})
        if request.param == "ONNX Runtime":
            path = export_run(path, tmp_path / "model.onnx")
        return sl.load(path)

    return make


def test_lifting_adds_depth_and_keeps_the_rest(make_lifter):
    (recording,) = random_recordings([30], missing=0.2)
    recording.keypoints[4] = np.nan
    lifted = make_lifter().lift(recording)
    np.testing.assert_array_equal(lifted.keypoints, recording.keypoints)
    assert lifted.depth.shape == (30, 26)
    assert np.flatnonzero(np.isnan(lifted.depth).any(1)).tolist() == [4]
    np.testing.assert_array_equal(np.delete(lifted.depth[:, 2], 4), 0)


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame(make_lifter, frames):
    recording = sl.Recording(np.ones((frames, 26, 2)))
    assert make_lifter().lift(recording).depth.shape == (frames, 26)


def test_frames_without_keypoints_have_no_depth(make_lifter):
    lifted = make_lifter().lift(sl.Recording(np.full((3, 26, 2), np.nan)))
    assert np.isnan(lifted.depth).all()


def test_depth_is_in_the_unit_of_the_recording(make_lifter):
    """Ten times as large keypoints are ten times as deep."""
    lifter = make_lifter()
    (recording,) = random_recordings([20])
    large = sl.Recording(recording.keypoints * 10)
    np.testing.assert_allclose(
        lifter.lift(large).depth, lifter.lift(recording).depth * 10, rtol=1e-3, atol=1e-2
    )


def test_other_skeletons_are_mapped_there_and_back_by_name(make_lifter):
    lifter = make_lifter()
    (recording,) = random_recordings([10], sl.COCO17)
    lifted = lifter.lift(recording)
    assert lifted.skeleton is sl.COCO17
    assert np.isfinite(lifted.depth).all()
    there = lifter.lift(recording.convert(sl.PANOPTIC26))
    wrist = there.depth[:, sl.PANOPTIC26.index("LHand")]
    hips = there.depth[:, [sl.PANOPTIC26.index(name) for name in ("LHip", "RHip")]].mean(1)
    np.testing.assert_allclose(lifted.depth[:, sl.COCO17.index("LWrist")], wrist - hips, atol=1e-3)
    fingers = lifter.lift(random_recordings([4], sl.PANOPTIC67)[0]).depth[:, 25:]
    assert np.isnan(fingers).all()


def test_lifted_depth_equals_that_of_training(make_lifter, make_data):
    from signlift.core.skeleton_arrays import subtract_root_depth
    from signlift.datasets.batches import iterate_batches
    from signlift.datasets.dataset import measure_recordings
    from signlift.model.checkpoint import load_checkpoint

    lifter = make_lifter()
    model, _, _ = load_checkpoint(lifter.path.with_suffix(".safetensors"))
    arrays = sl.read_arrays(make_data([20, 530], missing=0.2) / "body_data.npy")
    batches = iterate_batches(measure_recordings(arrays), np.arange(2), 1, 530)
    for batch, recording in zip(batches, arrays, strict=True):
        with torch.no_grad():
            depth = model(torch.from_numpy(batch.inputs))[0][0].numpy()
        expected = subtract_root_depth(depth, sl.PANOPTIC26) * batch.scales[0]
        np.testing.assert_allclose(lifter.lift(recording).depth, expected, rtol=1e-4, atol=1e-2)


def test_a_stream_and_a_causal_lift_are_the_same(make_lifter):
    lifter = make_lifter()
    (recording,) = random_recordings([30], sl.OPENPOSE25, missing=0.2)
    stream = lifter.stream("openpose25")
    depth = lifter.lift(recording, causal=True).depth
    assert abs(depth - lifter.lift(recording).depth)[0].max() > 1e-3  # of another scale
    for frame, expected in zip(recording.keypoints, depth, strict=True):
        np.testing.assert_allclose(stream.step(frame), expected, rtol=1e-4, atol=1e-3)
    assert stream.uncertainty is None
    assert stream.proportions is None


def test_a_depth_lstm_refuses_proportions_and_completion(make_lifter):
    lifter = make_lifter()
    recording = sl.Recording(np.ones((3, 26, 2)))
    assert lifter.lift(recording).depth_uncertainty is None
    with pytest.raises(sl.InputError, match="a model that uses body proportions"):
        lifter.estimate_proportions(recording)
    with pytest.raises(sl.InputError, match="a model that uses body proportions"):
        lifter.lift(recording, proportions=sl.BodyProportions(torso=50))
    with pytest.raises(sl.InputError, match="a model that completes keypoints"):
        lifter.lift(recording, complete=True)


def test_a_users_mistakes(make_lifter, tmp_path):
    with pytest.raises(sl.InputError, match="expected a model of the camera frame"):
        make_lifter(frame="canonical").lift(sl.Recording(np.ones((3, 26, 2))))
    with pytest.raises(sl.InputError, match="found no file"):
        sl.load(tmp_path / "nowhere")


def test_an_array_with_a_skeleton_is_lifted_as_its_recording(make_lifter):
    lifter = make_lifter()
    (recording,) = random_recordings([30], sl.OPENPOSE25, missing=0.2)
    recording = replace(recording, fps=25, confidence=np.where(recording.observed, 0.5, 0))
    expected = lifter.lift(recording).depth
    array = np.concatenate([recording.keypoints, recording.confidence[..., None]], -1)
    lifted = lifter.lift(array, skeleton="openpose25", fps=25)
    np.testing.assert_allclose(lifted.depth, expected, rtol=1e-6)
    certain = lifter.lift(recording.keypoints, skeleton="openpose25", fps=25)
    np.testing.assert_allclose(
        certain.depth, lifter.lift(replace(recording, confidence=None)).depth, rtol=1e-6
    )


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (np.ones((3, 25, 2)), {}, "skeleton: expected the skeleton of an array of 25 keypoints"),
        (np.ones((3, 25, 2)), {"skeleton": "coco17"}, "25"),
        (np.ones((25, 2)), {"skeleton": "openpose25"}, "recording: expected a Recording, or"),
        (np.ones((3, 25, 4)), {"skeleton": "openpose25"}, "of openpose25, found 4 numbers"),
        (sl.Recording(np.ones((3, 26, 2))), {"fps": 25}, "fps: expected none for a Recording"),
    ],
)
def test_what_is_no_recording_is_refused_in_one_line(make_lifter, source, options, message):
    with pytest.raises(sl.InputError, match=message) as caught:
        make_lifter().lift(source, **options)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("source", ["clip.npy", None, [sl.Recording(np.ones((3, 26, 2)))]])
def test_what_is_no_array_is_refused(source):
    message = f"recording: expected a Recording, or an array .*, found {type(source).__name__}"
    with pytest.raises(sl.InputError, match=message):
        as_recording(source)


@pytest.mark.filterwarnings("ignore::signlift.errors.InputWarning")  # of random keypoints
def test_an_array_of_mediapipe_may_hold_z(make_lifter):
    rng = np.random.default_rng(0)
    array = np.concatenate(
        [
            rng.uniform(100, 400, (3, 75, 2)),
            rng.uniform(-200, 200, (3, 75, 1)),
            rng.uniform(0.5, 1, (3, 75, 1)),
        ],
        -1,
    )
    array[:, [33, 54], 2] = 0  # the wrists of the hands
    lifted = make_lifter().lift(array, skeleton="mediapipe75", fps=25, size=(500, 500))
    np.testing.assert_allclose(lifted.detector_depth, array[..., 2], rtol=1e-5)
    with pytest.raises(sl.InputError, match="x, y and confidence of coco17, found 4 numbers"):
        make_lifter().lift(array[:, :17], skeleton="coco17", fps=25)


def test_an_assumed_frame_rate_is_noted_once(make_lifter, tmp_path):
    recording = sl.Recording(np.random.default_rng(0).uniform(0, 99, (3, 26, 2)))
    note = "frame rate unknown: 30 frames per second assumed"
    lifted = make_lifter().lift(recording)
    assert lifted.notes[0] == note
    again = sl.read(sl.write(lifted, tmp_path / "a.npz"))
    assert (again.fps, again.notes.count(note)) == (30, 1)


def test_a_face_alone_is_lifted_with_a_warning():
    keypoints = np.full((4, 25, 2), np.nan)
    keypoints[:, [0, 15, 16, 17, 18]] = np.random.default_rng(0).uniform(100, 200, (4, 5, 2))
    recording = sl.Recording(keypoints, "openpose25", fps=25, name="clip")
    with pytest.warns(sl.InputWarning, match=r"clip: expected keypoints of the body .* face alone"):
        sl.load().lift(recording)


def test_an_array_of_an_upside_down_person_is_a_warning():
    keypoints = sl.read(sl.sample_path()).keypoints
    with pytest.warns(sl.InputWarning, match="recording: expected the head above the shoulders"):
        sl.load().lift(keypoints * [1, -1], skeleton="openpose137")
