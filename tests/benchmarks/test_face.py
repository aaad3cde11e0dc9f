import numpy as np
import pytest
from heads import turned_points
from pose_files import component, make_pose, to_bytes

import signlift as sl
from benchmarks.face import compare, main
from signlift.core.face.face_landmarks import landmark_places
from signlift.core.skeleton import Skeleton

BODY = {"LShoulder": (420, 330), "RShoulder": (220, 330), "LHip": (370, 590), "RHip": (270, 590)}
MESH = tuple(name for name in landmark_places() if name.startswith("face_landmarks"))
SKELETON = Skeleton("reduced", (*BODY, *MESH))


def mesh(turn, noise=0.0):
    """A face whose detector knows its depth."""
    points = turned_points(SKELETON, turn)
    points[:, :4, :2] = list(BODY.values())
    z = points[..., 2] / 3 + np.random.default_rng(0).normal(0, noise, points.shape[:2])
    z[:, :4] = np.nan
    return sl.Recording(points[..., :2], SKELETON, fps=30, size=(640, 400)), z


def test_a_face_as_it_is_agrees():
    result = compare(*mesh(20), sl.load())
    assert result.landmarks == len(MESH)
    assert result.frames == 3
    assert result.correlation > 0.9
    assert result.difference < 0.4 * result.extent


def test_noise_lowers_the_agreement():
    lifter = sl.load()
    clean, noisy = (compare(*mesh(20, noise), lifter) for noise in (0, 20))
    assert noisy.correlation < clean.correlation - 0.2
    assert noisy.difference > clean.difference


def test_a_recording_without_z_is_refused():
    recording, z = mesh(0)
    with pytest.raises(sl.InputError, match="expected z of MediaPipe's face mesh, found none"):
        compare(recording, np.full_like(z, np.nan), sl.load())


def test_files_of_holistic_are_compared(tmp_path, capsys):
    recording, z = mesh(15)
    points = ["LEFT_SHOULDER", "RIGHT_SHOULDER", "LEFT_HIP", "RIGHT_HIP"]
    numbers = [name.rpartition(":")[2] for name in MESH]
    parts = [component("POSE_LANDMARKS", points), component("FACE_LANDMARKS", numbers)]
    pose = make_pose(parts, frames=3, size=(640, 640))
    pose.body.data[:, 0] = np.concatenate([recording.keypoints, np.nan_to_num(z)[..., None]], -1)
    (tmp_path / "a.pose").write_bytes(to_bytes(pose))
    assert main([str(tmp_path / "a.pose")]) == 0
    assert f"a.pose: {len(MESH)} landmarks, 3 frames, correlation 0.9" in capsys.readouterr().out


def test_a_file_that_does_not_exist(tmp_path, capsys):
    assert main([str(tmp_path / "no.pose")]) == 2
    assert "no.pose: expected a file" in capsys.readouterr().err
