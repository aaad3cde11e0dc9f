import numpy as np
import pytest
from studio import LENS, camera_at, moving_person

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.geometry.camera import Camera, depth_in_pixels, project_points
from signlift.geometry.virtual_camera import look_at

FIELDS = ("rotation", "translation", "matrix")

# A camera 2 m in front of someone who faces +z: their left (+x) is at the right of the image.
FRONT = look_at(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0]), focal=1000.0, size=(640, 480))


def person(on=PANOPTIC26, frames=()):
    """Shoulders and hips of someone who faces +z; all other keypoints are missing."""
    points = np.full((*frames, len(on), 3), np.nan)
    places = {"Shoulder": (0.2, 1.4, 0.0), "Hip": (0.1, 0.9, 0.0)}
    for part, (x, y, z) in places.items():
        points[..., on.index(f"L{part}"), :] = [x, y, z]
        points[..., on.index(f"R{part}"), :] = [-x, y, z]
    return points


def project(points, root):
    return FRONT.project(points), FRONT.relative_depth(points, root)


def test_known_points():
    points = np.array([[0.0, 1.0, 0.0], [0.5, 1.0, 0.0], [0.0, 1.2, 1.0], [0.0, 1.0, -2.0]])
    keypoints, depth = project(points, np.array([0.0, 1.0, 0.0]))
    np.testing.assert_allclose(keypoints, [[320, 240], [570, 240], [320, 40], [320, 240]])
    # A metre at the root's distance of 2 m is 500 pixels; nearer is negative.
    np.testing.assert_allclose(depth, [0, 0, -500, 1000], atol=1e-9)


def test_points_behind_the_camera_are_missing():
    points = np.array([[0.0, 1.0, 3.0], [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]])
    keypoints, depth = project(points, np.array([0.0, 1.0, 0.0]))
    assert np.isnan(keypoints[:2]).all() and np.isnan(depth[:2]).all()
    assert np.isfinite(keypoints[2]).all() and depth[2] == 0
    keypoints, depth = project(points, np.array([0.0, 1.0, 9.0]))
    assert np.isnan(depth).all() and np.isfinite(keypoints[2]).all()


@pytest.mark.parametrize("on", [PANOPTIC26, COCO17])
@pytest.mark.parametrize("frames", [(0,), (1,), (2, 5)])
def test_the_root_is_that_of_the_skeleton(on, frames):
    points = person(on, frames)
    keypoints, depth = project(points, on)
    assert keypoints.shape == (*frames, len(on), 2) and depth.shape == (*frames, len(on))
    np.testing.assert_allclose(depth[..., on.index("LHip")], 0, atol=1e-9)
    assert np.isnan(depth[..., on.index("Nose")]).all()


def test_a_frame_without_hips_has_keypoints_but_no_depth():
    points = person(frames=(2,))
    points[1, PANOPTIC26.index("LHip")] = np.nan
    keypoints, depth = project(points, PANOPTIC26)
    assert np.isfinite(keypoints[1, PANOPTIC26.index("LShoulder")]).all()
    assert np.isnan(depth[1]).all() and np.isfinite(depth[0]).any()


def test_the_wrong_skeleton_is_named():
    with pytest.raises(InputError, match=r"panoptic26: expected .*26, 3.*found shape \[1, 17, 3\]"):
        project(np.zeros((1, 17, 3)), PANOPTIC26)


def test_a_camera_with_two_focal_lengths():
    camera = Camera(
        np.array([[1000.0, 0, 500], [0, 4000.0, 300], [0, 0, 1]]),
        np.eye(3),
        np.array([0.0, 0.0, 10.0]),
    )
    assert camera.focal == 2000.0
    np.testing.assert_allclose(camera.position, [0, 0, -10])
    points = np.full((17, 3), np.nan)
    points[COCO17.index("LHip")] = points[COCO17.index("RHip")] = [0, 0, 10]
    points[COCO17.index("Nose")] = [1, -2, 0]
    points[COCO17.index("LEye")] = [0, 0, -20]  # behind the camera
    seen = camera.project(points)
    np.testing.assert_allclose(seen[COCO17.index("Nose")], [600, -500])
    assert np.isnan(seen[COCO17.index("LEye")]).all()
    depth = camera.relative_depth(points, COCO17)
    assert depth[COCO17.index("Nose")] == -10 * 2000 / 20
    assert depth[COCO17.index("LHip")] == 0 and np.isnan(depth[COCO17.index("LEye")])
    assert np.isnan(camera.relative_depth(points[None] * np.nan, COCO17)).all()


def test_rays_undo_the_projection():
    camera = camera_at([100.0, -50.0, -280.0])
    assert camera.lens == LENS
    points = moving_person()
    rays = camera.rays(camera.project(points))
    expected = camera.to_camera(points)
    np.testing.assert_allclose(rays, expected[..., :2] / expected[..., 2:], atol=1e-8)


def test_a_rotation_of_few_digits_becomes_a_rotation():
    rotation = camera_at([100.0, -50.0, -280.0]).rotation
    camera = Camera(np.eye(3), rotation.round(4), np.zeros(3))
    np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(camera.rotation, rotation, atol=2e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rotation": np.diag([1.0, 1.0, -1.0])}, "rotation matrix"),
        ({"rotation": np.ones((3, 3))}, "rotation matrix"),
        ({"focal": 0.0}, "intrinsic matrix"),
        ({"focal": np.nan}, "intrinsic matrix"),
        ({"size": (0, 480)}, "image width and height"),
        ({"position": np.full(3, np.nan)}, "finite translation"),
    ],
)
def test_wrong_cameras_are_refused(change, message):
    valid = {
        "position": np.zeros(3),
        "rotation": np.eye(3),
        "focal": 1.0,
        "principal": (0.0, 0.0),
        "size": (1, 1),
    }
    Camera.from_position(**valid)
    with pytest.raises(InputError, match=f"camera: expected .*{message}.* found"):
        Camera.from_position(**(valid | change))


def test_all_problems_are_listed_at_once():
    mirror = np.diag([1.0, 1.0, -1.0])
    with pytest.raises(InputError) as error:
        Camera(np.zeros((3, 3)), mirror, np.array([np.nan, 0, 0]), size=(0, 9), name="a")
    assert len(error.value.problems) == 4
    assert all(line.startswith("camera a: expected") for line in error.value.problems)


def test_skew_moves_points_sideways():
    matrix = np.array([[100.0, 30, 0], [0, 100, 0], [0, 0, 1]])
    keypoints = Camera(matrix, np.eye(3), np.zeros(3)).project(np.array([1.0, 2.0, 4.0]))
    np.testing.assert_allclose(keypoints, [40, 50])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_many_cameras_project_as_each_of_them_does(dtype):
    cameras = [camera_at([x, -50.0, -280.0]) for x in (-100.0, 0.0, 70.0)]
    points = np.stack([moving_person(4).reshape(-1, 3)] * 3).astype(dtype)
    arrays = (np.stack([getattr(camera, name) for camera in cameras]) for name in FIELDS)
    keypoints, z = project_points(points, *arrays, LENS)
    assert keypoints.dtype == z.dtype == dtype
    for number, camera in enumerate(cameras):
        np.testing.assert_allclose(keypoints[number], camera.project(points[number]), rtol=1e-4)
        np.testing.assert_allclose(z[number], camera.to_camera(points[number])[:, 2], rtol=1e-5)
    depth = depth_in_pixels(np.array([2.0, 3.0]), np.array(2.0), np.array(1000.0))
    np.testing.assert_allclose(depth, [0, 500])
