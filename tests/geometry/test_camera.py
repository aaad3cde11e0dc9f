import numpy as np
import pytest
from studio import LENS, camera_at, moving_person

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.geometry.camera import CalibratedCamera
from signlift.geometry.distortion import Lens
from signlift.geometry.virtual_camera import Camera, project


def test_without_a_lens_it_sees_what_virtual_cameras_see():
    camera = camera_at([100.0, -50.0, -280.0], lens=Lens())
    camera = CalibratedCamera(
        "a", np.diag([1400.0, 1400.0, 1.0]), camera.rotation, camera.translation
    )
    virtual = Camera(camera.position, camera.rotation, 1400.0, (0, 0), (1920, 1080))
    points = moving_person()
    keypoints, depth = project(points, virtual)
    np.testing.assert_allclose(camera.pixels(camera.view(points)), keypoints, atol=1e-8)
    np.testing.assert_allclose(camera.depth(points, PANOPTIC26), depth, atol=1e-8)


def test_known_numbers():
    camera = CalibratedCamera(
        "a",
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
    seen = camera.pixels(camera.view(points))
    np.testing.assert_allclose(seen[COCO17.index("Nose")], [600, -500])
    assert np.isnan(seen[COCO17.index("LEye")]).all()
    depth = camera.depth(points, COCO17)
    assert depth[COCO17.index("Nose")] == -10 * 2000 / 20
    assert depth[COCO17.index("LHip")] == 0 and np.isnan(depth[COCO17.index("LEye")])
    assert np.isnan(camera.depth(points[None] * np.nan, COCO17)).all()


def test_rays_undo_pixels():
    camera = camera_at([100.0, -50.0, -280.0])
    assert camera.lens == LENS
    seen = camera.view(moving_person())
    rays = camera.rays(camera.pixels(seen))
    np.testing.assert_allclose(rays, seen[..., :2] / seen[..., 2:], atol=1e-8)


def test_a_rotation_of_few_digits_becomes_one():
    rotation = camera_at([100.0, -50.0, -280.0]).rotation
    camera = CalibratedCamera("a", np.eye(3), rotation.round(4), np.zeros(3))
    np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(camera.rotation, rotation, atol=2e-4)


def test_all_mistakes_at_once():
    mirror = np.diag([1.0, 1.0, -1.0])
    with pytest.raises(InputError) as caught:
        CalibratedCamera("a", np.zeros((3, 3)), mirror, np.array([np.nan, 0, 0]), size=(0, 9))
    said = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 4
    for part in ("intrinsic matrix", "rotation matrix", "finite translation", "width and height"):
        assert part in said
