import time
from dataclasses import replace

import numpy as np
import pytest
from heads import lifted, rotation, turned_points

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, face_layout
from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE137, WHOLEBODY133, Skeleton
from signlift.lifting.face.face_depth import TORSO_MM, lift_face
from signlift.lifting.face.lifted_head import LiftedHead

MESH = Skeleton("mesh", tuple(f"face_landmarks:{number}" for number in range(478)))


@pytest.mark.parametrize("skeleton", [OPENPOSE137, WHOLEBODY133, MEDIAPIPE33, MESH])
@pytest.mark.parametrize("turn", [0, 40, -90])
def test_landmarks_of_a_turned_head_have_their_depth(skeleton, turn):
    points = turned_points(skeleton, turn, 8, 5)
    face = lift_face(points[..., :2], skeleton, lifted(turn, 8, 5))
    placed = np.isin(face.columns, face_layout(skeleton).columns)
    expected = points[:, face.columns[placed], 2]
    assert np.abs(face.depth[:, placed] - expected).max() < 2  # pixels: 4 mm


def test_other_landmarks_of_the_mesh_lie_on_the_surface():
    points = turned_points(MESH, 15)
    layout = face_layout(MESH)
    at = points[:, MESH.index("face_landmarks:4")]  # at the tip of the nose
    points[:, layout.free] = at[:, None]
    face = lift_face(points[..., :2], MESH, lifted(15))
    free = face.depth[:, np.isin(face.columns, layout.free)]
    assert free == pytest.approx(np.broadcast_to(at[:, 2:], free.shape), abs=2)


def test_a_line_that_grazes_the_face_is_uncertain():
    points = turned_points(MESH)
    layout = face_layout(MESH)
    points[:, layout.free[0]] = points[:, MESH.index("face_landmarks:10")]
    points[:, layout.free[1]] = points[:, MESH.index("face_landmarks:454")] + [2, 0, 0]
    face = lift_face(points[..., :2], MESH, lifted())
    forehead, ear = (list(face.columns).index(layout.free[n]) for n in (0, 1))
    assert face.uncertainty[0, ear] > 1.5 * face.uncertainty[0, forehead]


def test_depth_is_that_of_the_head_of_the_network():
    points, head = turned_points(OPENPOSE137), lifted()
    near = lift_face(points[..., :2], OPENPOSE137, head)
    head.depth[:] += 30
    far = lift_face(points[..., :2], OPENPOSE137, head)
    assert far.depth - near.depth == pytest.approx(np.full(near.depth.shape, 30), abs=0.01)


def test_an_open_mouth_moves_the_chin_along_the_face():
    points = turned_points(OPENPOSE137)
    chin = OPENPOSE137.index("Jaw8")
    closed = lift_face(points[..., :2], OPENPOSE137, lifted())
    points[:, chin, 1] += 8  # 16 mm
    opened = lift_face(points[..., :2], OPENPOSE137, lifted())
    column = list(closed.columns).index(chin)
    change = opened.depth[0, column] - closed.depth[0, column]
    assert 0 < change < 8  # back, as the face slopes there, by at most 15 mm


def test_missing_landmarks_have_the_depth_of_their_place():
    points = turned_points(OPENPOSE137, 20)
    full = lift_face(points[..., :2], OPENPOSE137, lifted(20))
    points[:, 30:50] = np.nan
    part = lift_face(points[..., :2], OPENPOSE137, lifted(20))
    assert part.depth == pytest.approx(full.depth, abs=2)
    assert part.keypoints == pytest.approx(full.keypoints, abs=2)


def test_a_face_without_landmarks_is_placed_by_the_head():
    points = turned_points(OPENPOSE137, 30)
    nothing = np.full(points.shape, np.nan)
    face = lift_face(nothing[..., :2], OPENPOSE137, lifted(30))
    assert face.depth == pytest.approx(points[:, face.columns, 2], abs=4)
    assert not np.isnan(face.uncertainty).any()


def test_without_a_size_all_landmarks_have_the_depth_of_the_head():
    head = lifted()
    head.keypoints[:] = np.nan
    head.torso[:] = np.nan
    nothing = np.full((3, len(OPENPOSE137), 2), np.nan)
    face = lift_face(nothing, OPENPOSE137, head)
    assert face.depth == pytest.approx(
        np.broadcast_to(head.depth.mean(1, keepdims=True), face.depth.shape), rel=1e-5
    )


def test_uncertainty_is_above_that_of_the_head():
    points = turned_points(OPENPOSE137)
    face = lift_face(points[..., :2], OPENPOSE137, lifted(uncertainty=6.0))
    assert (face.uncertainty > 6).all()
    eye, jaw = (
        face.uncertainty[0, list(face.columns).index(OPENPOSE137.index(name))]
        for name in ("LPupil", "Jaw8")
    )
    assert eye < jaw < 20
    assert lift_face(points[..., :2], OPENPOSE137, lifted(uncertainty=None)).uncertainty is None


def test_a_missing_landmark_without_a_place_is_uncertain():
    points = turned_points(MESH)
    face = lift_face(points[..., :2], MESH, lifted())
    free = np.isin(face.columns, face_layout(MESH).free)  # they are missing here
    assert face.uncertainty[:, free].min() > face.uncertainty[:, ~free].max()
    assert not np.isnan(face.depth).any()


def test_frames_are_lifted_from_themselves():
    points = np.concatenate([turned_points(OPENPOSE137, turn) for turn in range(-40, 40, 20)])
    head = lifted(frames=len(points))
    together = lift_face(points[..., :2], OPENPOSE137, head)
    alone = lift_face(points[5:6, :, :2], OPENPOSE137, head.select(5, 1))
    assert together.depth[5] == pytest.approx(alone.depth[0], abs=1e-3)


def test_no_frames():
    face = lift_face(np.empty((0, 137, 2)), OPENPOSE137, lifted(frames=0))
    assert face.depth.shape == (0, len(face.columns))


def test_ten_minutes_take_about_a_second_at_most():
    points = turned_points(WHOLEBODY133, frames=18_000)[..., :2].astype(np.float32)
    head = lifted(frames=18_000)
    start = time.process_time()
    lift_face(points, WHOLEBODY133, head)
    assert time.process_time() - start < 2  # about 0.3 without checks, on a free core


@pytest.mark.parametrize("place", [(0, 0), (0, -320), (250, -100)])
def test_a_head_near_the_camera_is_lifted_in_perspective(place):
    focal, distance = 900.0, 1100.0  # pixels, and millimetres to the root
    layout = face_layout(OPENPOSE137)
    centre = np.array([*place, 0]) / focal * (distance - 120) + [0, 0, distance - 120]
    points = layout.places @ rotation(10, 5).T + centre
    to_pixels = focal / distance  # at the root
    keypoints = np.full((2, len(OPENPOSE137), 2), np.nan)
    keypoints[:, layout.columns] = points[:, :2] / points[:, 2:] * focal
    expected = (points[:, 2] - distance) * to_pixels
    heads = [layout.columns.tolist().index(OPENPOSE137.index(name)) for name in HEAD_KEYPOINTS]
    head = LiftedHead(
        keypoints[:, layout.columns[heads]],
        np.tile(expected[heads], (2, 1)),
        None,
        np.full(2, TORSO_MM * to_pixels),
        np.full(2, 1 / focal),
        np.zeros((2, 2)),
    )
    errors = np.abs(lift_face(keypoints, OPENPOSE137, head).depth - expected)
    far = replace(head, inverse_distance=np.zeros(2))
    assert errors.max() < 8  # pixels of 1.2 mm
    assert (
        errors.mean() < 0.6 * np.abs(lift_face(keypoints, OPENPOSE137, far).depth - expected).mean()
    )


def test_the_detectors_depth_decides_between_the_nose_and_the_cheek_behind_it():
    layout = face_layout(MESH)
    places = np.array([[42.0, 24, -73], [-42, 24, -73], [33, 0, -81], [0, 60, -96], [30, -60, -88]])
    points = turned_points(MESH, -50)
    hidden = layout.free[: len(places)]
    points[:, hidden] = 0.5 * places @ rotation(-50).T + np.array([320.0, 200, -60])
    z = 0.3 * points[..., 2] + 11  # a detector's own unit and zero
    head = lifted(-50)
    with_z = lift_face(points[..., :2], MESH, head, z)
    without = lift_face(points[..., :2], MESH, head)
    columns = [list(with_z.columns).index(number) for number in hidden]
    errors = [np.abs(f.depth[:, columns] - points[:, hidden, 2]).max() for f in (with_z, without)]
    assert errors[0] < 4  # pixels of 2 mm
    assert errors[1] > 10
