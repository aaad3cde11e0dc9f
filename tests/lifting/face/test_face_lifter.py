from dataclasses import replace

import numpy as np
import pytest
from heads import turned_points

import signlift as sl
from signlift.core.face.face_landmarks import face_layout
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE25, OPENPOSE137, WHOLEBODY133, Skeleton
from signlift.core.skeleton_tables import FACE
from signlift.lifting.face.face_lifter import image_centre

BODY = {
    "LShoulder": (400, 330),
    "RShoulder": (240, 330),
    "LElbow": (430, 450),
    "RElbow": (210, 450),
    "LWrist": (380, 400),
    "RWrist": (260, 400),
    "LHip": (370, 590),
    "RHip": (270, 590),
}
REDUCED = Skeleton(
    "reduced",
    (*BODY, *(f"face_landmarks:{number}" for number in range(468))),
)


@pytest.fixture(scope="module")
def lifter():
    return sl.load()


def signer(skeleton, turn=0.0, frames=6):
    """A person who stands before the camera, with a face."""
    points = turned_points(skeleton, turn, frames=frames)[..., :2]
    for name, place in BODY.items():
        if skeleton.find(name) is not None:
            points[:, skeleton.find(name)] = place
    return Recording(points, skeleton, fps=30)


def column(skeleton, name):
    return skeleton.index(name)


@pytest.mark.parametrize("skeleton", [OPENPOSE137, WHOLEBODY133, MEDIAPIPE33, REDUCED])
def test_all_landmarks_of_the_head_get_a_depth_and_an_uncertainty(lifter, skeleton):
    lifted = lifter.lift(signer(skeleton))
    layout = face_layout(skeleton)
    columns = np.concatenate([layout.columns, layout.free])
    assert not np.isnan(lifted.depth[:, columns]).any()
    assert (lifted.depth_uncertainty[:, columns] > 0).all()


def test_the_nose_of_the_face_is_before_the_eyes_and_the_jaw(lifter):
    depth = lifter.lift(signer(OPENPOSE137)).depth.mean(0)
    eye, jaw, nose = (depth[column(OPENPOSE137, n)] for n in ("LPupil", "LJaw0", "NoseBridge3"))
    assert nose < eye - 10 < jaw - 30  # pixels of 2 mm


def test_the_face_turns_with_its_landmarks(lifter):
    left, right = (
        lifter.lift(signer(OPENPOSE137, turn)).depth.mean(0)[
            [column(OPENPOSE137, name) for name in ("LEyelid0", "REyelid0")]
        ]
        for turn in (-30, 30)
    )
    assert left[0] - left[1] == pytest.approx(-(right[0] - right[1]), abs=6)
    assert abs(left[0] - left[1]) > 15


def test_the_depth_of_the_body_does_not_depend_on_the_face(lifter):
    whole = signer(OPENPOSE137)
    body = whole.convert(OPENPOSE25)
    lifted = lifter.lift(body)
    assert lifter.lift(whole).depth[:, :25] == pytest.approx(lifted.depth, abs=1e-3)


def test_frames_without_any_keypoint_have_no_depth(lifter):
    recording = signer(OPENPOSE137)
    keypoints = recording.keypoints.copy()
    keypoints[2] = np.nan
    lifted = lifter.lift(Recording(keypoints, OPENPOSE137, fps=30))
    assert np.isnan(lifted.depth[2]).all()
    assert not np.isnan(lifted.depth[3, column(OPENPOSE137, "Jaw8")])


def test_a_face_that_was_lost_keeps_a_depth(lifter):
    recording = signer(OPENPOSE137)
    keypoints = recording.keypoints.copy()
    faces = [column(OPENPOSE137, name) for name in FACE]
    keypoints[2:4, faces] = np.nan
    lifted = lifter.lift(Recording(keypoints, OPENPOSE137, fps=30))
    assert not np.isnan(lifted.depth[:, faces]).any()


def test_lost_landmarks_are_completed_on_request(lifter):
    recording = signer(OPENPOSE137)
    keypoints = recording.keypoints.copy()
    chin = column(OPENPOSE137, "Jaw8")
    keypoints[3, chin] = np.nan
    lifted = lifter.lift(Recording(keypoints, OPENPOSE137, fps=30), complete=True)
    assert lifted.keypoints[3, chin] == pytest.approx(recording.keypoints[3, chin], abs=3)
    assert lifted.confidence[3, chin] == 0


@pytest.mark.parametrize("skeleton", [OPENPOSE137, REDUCED])
def test_a_stream_lifts_the_face_as_a_causal_lift_does(lifter, skeleton):
    recording = signer(skeleton, 15)
    stream = lifter.stream(skeleton, fps=30)
    depth = np.stack([stream.step(frame) for frame in recording])
    causal = lifter.lift(recording, causal=True)
    assert depth == pytest.approx(causal.depth, abs=1e-2, nan_ok=True)
    assert stream.uncertainty == pytest.approx(causal.depth_uncertainty[-1], abs=1e-2, nan_ok=True)


def test_a_single_frame(lifter):
    lifted = lifter.lift(signer(OPENPOSE137, frames=1))
    assert not np.isnan(lifted.depth[0, column(OPENPOSE137, "Jaw8")])


def slant(lifter, size):
    """How much nearer a brow is than the chin, in pixels."""
    recording = replace(signer(OPENPOSE137), size=size)
    depth = lifter.lift(recording).depth.mean(0)
    return depth[column(OPENPOSE137, "Jaw8")] - depth[column(OPENPOSE137, "LBrow2")]


def test_a_face_above_the_middle_of_the_image_is_seen_from_below(lifter):
    assert slant(lifter, (640.0, 1000.0)) > slant(lifter, (640.0, 400.0)) + 2


def test_a_size_that_is_that_of_another_image_is_not_believed():
    necks = np.array([[320.0, 300], [100, 300], [10, 300]])
    assert image_centre(necks[:1], (640.0, 480.0))[0] == pytest.approx([320, 240])
    assert image_centre(necks[2:], (640.0, 480.0))[0] == pytest.approx([10, 300])
    between = image_centre(np.array([[160.0, 300]]), (640.0, 480.0))[0]  # a quarter aside
    assert between == pytest.approx([240, 270])


def test_the_corners_of_a_body_do_not_depend_on_the_middle_of_the_image(lifter):
    ends = [column(MEDIAPIPE33, name) for name in ("LEyeInner", "LMouth")]
    slants = []
    for height in (400.0, 1000.0):
        recording = replace(signer(MEDIAPIPE33), size=(640.0, height))
        depth = lifter.lift(recording).depth.mean(0)[ends]
        slants.append(depth[1] - depth[0])
    assert slants[0] == pytest.approx(slants[1], abs=4)
