"""The face in steps, beside the same in windows of frames."""

from dataclasses import replace

import numpy as np
import pytest
from heads import rotation

import signlift as sl
from signlift.core.face.face_landmarks import face_layout
from signlift.lifting.face.face_depth import TORSO_MM


def with_face(skeleton, missing=0.0, frames=13, most=60.0):
    """A signer whose face turns from one side to the other and nods; some landmarks move."""
    recording = sl.read(sl.sample_path("openpose"))[:frames].convert(skeleton)
    layout, rng = face_layout(recording.skeleton), np.random.default_rng(0)
    columns = np.concatenate([layout.columns, layout.free])
    scale = 120 / TORSO_MM
    places = np.concatenate(
        [layout.places, rng.normal([0, 0, -80], [25, 40, 5], (len(layout.free), 3))]
    )
    places += rng.normal(0, 3, places.shape)
    keypoints = recording.keypoints.copy()
    nose = recording.skeleton.index("Nose")
    for frame, turn in enumerate(np.linspace(-most, most, frames)):
        turned = places @ rotation(turn, turn / 3, turn / 4).T
        face = keypoints[frame, nose] + scale * turned[:, :2]
        face[rng.random(len(face)) < missing] = np.nan
        added = columns != nose
        keypoints[frame, columns[added]] = face[added]
    return replace(recording, keypoints=keypoints, confidence=None)


def landmarks(recording):
    """Columns of the landmarks that a body does not have, with a place or without."""
    layout = face_layout(recording.skeleton)
    columns = np.concatenate([layout.columns, layout.free])
    names = recording.skeleton.keypoints
    return [column for column in columns if names[column] not in sl.PANOPTIC26.keypoints]


def check(lifter, windows, recording, shape, others=1.5):
    """Compare depth in millimetres of the body, apart from that of the whole head."""
    lifted, expected = (
        model.lift(recording, causal=True, complete=True) for model in (lifter, windows)
    )
    columns, unit = landmarks(recording), TORSO_MM / expected.proportions.torso
    change = (lifted.depth - expected.depth)[:, columns] * unit
    change -= np.median(change, 1, keepdims=True)
    assert np.percentile(np.abs(change), 90) < shape
    # A line of sight that grazes the surface may meet it elsewhere.
    free = np.isin(columns, face_layout(recording.skeleton).free)
    assert np.abs(change[:, ~free]).max() < 8 * shape
    places = (lifted.keypoints - expected.keypoints)[:, columns] * unit
    assert np.abs(places).max() < others
    ratio, other = (one.depth_uncertainty[:, columns][:, ~free] for one in (lifted, expected))
    ratio = ratio / other
    assert 0.95 < ratio.min() <= ratio.max() < 1.05


@pytest.mark.parametrize("skeleton", ["openpose137", "wholebody133", "mediapipe543"])
def test_turned_faces_have_the_depth_that_they_have_in_windows(lifter, windows, skeleton):
    check(lifter, windows, with_face(skeleton), shape=0.6, others=3)


@pytest.mark.parametrize("missing", [0.4, 0.97])
def test_faces_of_few_landmarks_have_as_well(lifter, windows, missing):
    check(lifter, windows, with_face("openpose137", missing, most=30), shape=1.5, others=15)


def test_a_face_without_landmarks_is_placed_by_the_head(lifter, windows):
    check(lifter, windows, with_face("openpose137", missing=1.0, most=30), shape=1.0, others=12)


def test_the_image_of_unknown_size_and_a_detectors_depth_count(lifter, windows):
    recording = replace(with_face("mediapipe543", most=20), size=None)
    check(lifter, windows, recording, shape=0.6, others=3)
    columns = landmarks(recording)
    depth = np.full(recording.keypoints.shape[:2], np.nan, np.float32)
    depth[:, columns] = recording.keypoints[:, columns, 0] * 0.3
    check(lifter, windows, replace(recording, detector_depth=depth), shape=0.6, others=3)


def test_a_frame_without_a_body_leaves_the_next_ones_as_they_are(lifter):
    recording = with_face("openpose137", frames=4, most=10)
    stream = lifter.stream("openpose137", fps=24)
    columns = landmarks(recording)
    before = stream.step(recording[0])[columns]
    assert np.isnan(stream.step(np.full((len(recording.skeleton), 2), np.nan))).all()
    after = stream.step(recording[0])[columns]
    # The body's network sees time pass; the face keeps its shape.
    np.testing.assert_allclose(after - after.mean(), before - before.mean(), atol=5)


@pytest.mark.parametrize(
    ("distance", "model", "causal"),
    [
        *((distance, "lifter", True) for distance in (300, 1e4, 1e8)),
        *((distance, "windows", True) for distance in (300, 1e4)),
        *((distance, "windows", False) for distance in (300, 1e4)),
    ],
)
def test_landmarks_far_from_the_head_do_not_turn_or_move_the_face(request, distance, model, causal):
    """A detector that takes a hand or another person for a part of the face."""
    model = request.getfixturevalue(model)
    recording = with_face("openpose137", most=30)
    columns, rng = np.array(landmarks(recording)), np.random.default_rng(0)
    # The same ones in all frames, as depth of whole recordings is smoothed over time.
    far = np.tile(rng.random(len(columns)) < 0.1, (len(recording), 1))
    keypoints = recording.keypoints.astype(np.float64)
    moved = keypoints[:, columns]
    moved[far] += distance
    keypoints[:, columns] = moved
    depths = [
        model.lift(replace(recording, keypoints=points), causal=causal).depth[:, columns]
        for points in (recording.keypoints, keypoints)
    ]
    change = np.abs(depths[1] - depths[0])[~far]
    assert change.max() < 4  # pixels, of a torso of 130
