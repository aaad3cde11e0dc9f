import numpy as np
import pytest
from drawn_recordings import standing

from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import COCO17, H36M17, MEDIAPIPE543, OPENPOSE137, PANOPTIC26, Skeleton
from signlift.geometry.rotations import rotation_from_vector
from signlift.visualization.body.head_shape import fit_head_shape


def face(skeleton, rotation, unit=2.0, frames=2):
    """The canonical face, turned, at (400, 150, 0), `unit` px per cm."""
    layout = face_layout(skeleton)
    points = np.full((frames, len(skeleton), 3), np.nan)
    points[:, layout.columns] = unit / 10 * layout.places @ rotation.T + (400, 150, 0)
    return points


@pytest.mark.parametrize("skeleton", [PANOPTIC26, OPENPOSE137, MEDIAPIPE543], ids=lambda s: s.name)
@pytest.mark.parametrize("turn", [0.0, 0.6, -1.2])
def test_the_head_turns_with_the_face(skeleton, turn):
    rotation = rotation_from_vector(np.array([0.1, turn, 0.0]))
    points = face(skeleton, rotation)
    head = fit_head_shape(points, ~np.isnan(points[..., 0]), skeleton, 2.0)
    directions = head.axes[0, 0] / np.linalg.norm(head.axes[0, 0], axis=0)
    assert np.abs(directions - rotation).max() < 0.1
    assert head.detected.all()
    # A head is about 22 cm high, 16 cm wide and 19 cm long.
    upright = (head.corners[0] - (400, 150, 0)) @ rotation
    assert np.ptp(upright, axis=0) / 2 == pytest.approx([16, 23, 20], rel=0.1)


def test_a_reduced_face_mesh_without_a_nose_gives_a_head():
    names = [f"face_landmarks:{n}" for n in (10, 152, 234, 454, 33, 263, 61, 291)]
    skeleton = Skeleton("reduced", ("LShoulder", "RShoulder", *names))
    points = face(skeleton, np.eye(3))
    head = fit_head_shape(points, ~np.isnan(points[..., 0]), skeleton, 2.0)
    assert head.centres[0, 0] == pytest.approx([400, 141.2, 0.8], abs=1)


def test_few_landmarks_give_a_head_that_faces_the_camera():
    body = standing(skeleton=COCO17)
    points = body.points.copy()
    points[:, [COCO17.index(name) for name in ("LEye", "REye", "LEar", "REar")]] = np.nan
    head = fit_head_shape(points, body.detected, COCO17, 2.0)
    assert np.allclose(head.axes[:, 0] / np.diag(head.axes[0, 0]), np.eye(3), atol=1e-6)


def test_without_a_landmark_there_is_no_head():
    points = np.full((3, len(PANOPTIC26), 3), np.nan)
    head = fit_head_shape(points, ~np.isnan(points[..., 0]), PANOPTIC26, 2.0)
    assert np.isnan(head.centres).all()
    assert np.isnan(head.base).all()
    none = Skeleton("arm", ("LWrist", "RWrist"))
    head = fit_head_shape(np.zeros((1, 2, 3)), np.ones((1, 2), bool), none, 2.0)
    assert np.isnan(head.centres).all()


def test_the_joint_below_the_head_is_no_landmark():
    layout = face_layout(H36M17)
    assert [H36M17.keypoints[column] for column in layout.columns] == ["Head"]
