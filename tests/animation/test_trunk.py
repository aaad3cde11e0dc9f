import numpy as np
import pytest

from signlift.animation.gaps import Gaps
from signlift.animation.trunk import UP, solve_trunk
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError

T = 60


def standing():
    """Someone who stands upright and walks to the left at 1 cm a frame."""
    place = {name: np.full((T, 3), np.nan) for name in PANOPTIC26.keypoints}
    walk = np.arange(T)[:, None] * [1.0, 0, 0]
    for name, at in {
        "MidHip": (0, 90, 0),
        "Neck": (0, 140, 0),
        "LHip": (10, 90, 0),
        "RHip": (-10, 90, 0),
        "LShoulder": (20, 140, 0),
        "RShoulder": (-20, 140, 0),
        "LAnkle": (10, 7, 0),
    }.items():
        place[name] = walk + at
    return place


def pose(place):
    x = place["Neck"][:, 0]
    middle = float("nan") if np.isnan(x).all() else float(np.nanmedian(x))
    return solve_trunk(place, {"torso": 50.0}, 30.0, Gaps(9), "someone", middle)


def test_an_upright_trunk_has_no_rotation():
    trunk = pose(standing())
    for part in (trunk.pelvis, trunk.spine, trunk.chest):
        np.testing.assert_allclose(part, np.tile(np.eye(3), (T, 1, 1)), atol=1e-9)
    np.testing.assert_allclose(trunk.neck - trunk.hips, np.tile(50 * UP, (T, 1)), atol=1e-9)
    np.testing.assert_allclose(trunk.hips[:, 0], np.arange(T))


def test_hips_blend_to_their_next_position():
    place = standing()
    for name in ("MidHip", "LHip", "RHip"):
        place[name][:20] += [0, 0, 10]  # leaning back at first
        place[name][20:50] = np.nan
    hips = pose(place).hips - place["Neck"]
    np.testing.assert_allclose(hips[20:41], np.tile(hips[19], (21, 1)), atol=1e-9)
    moved = np.linalg.norm(np.diff(hips[40:51], axis=0), axis=-1)
    assert moved.min() > 0 and moved.max() < 1.5
    np.testing.assert_allclose(hips[50:], np.tile([0, -50, 0], (10, 1)), atol=1e-9)


def test_a_recording_without_a_person():
    nothing = {name: np.full((2, 3), np.nan) for name in PANOPTIC26.keypoints}
    with pytest.raises(InputError, match="someone: expected shoulders or hips with depth"):
        pose(nothing)


def test_frame_by_frame_no_more_frames_are_kept_than_hips_are_smoothed_over():
    place, memory = standing(), {}
    for name in ("MidHip", "LHip", "RHip", "LAnkle"):
        place[name][:] = np.nan
    for fps, kept in ((3.0, 3), (0.4, 0)):
        memory.clear()
        for t in range(8):
            frame = {name: points[t : t + 1] for name, points in place.items()}
            solve_trunk(frame, {"torso": 50.0}, fps, Gaps(memory=memory), "someone", 0.0)
        assert len(memory["level"]) == kept
