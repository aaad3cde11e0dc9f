import numpy as np
import pytest

from benchmarks.detector_statistics import (
    Detections,
    autocorrelation,
    correlate,
    describe_errors,
    fit_depth,
    main,
    measure_lag,
    select_part,
)
from signlift.core.skeleton import PANOPTIC26, get_skeleton

FOCAL, DISTANCE = 1000.0, 200.0


def body(frames=60):
    """Return a person in the camera's frame, in centimetres, with moving arms: [T, 75, 3]."""
    skeleton = get_skeleton("mediapipe75")
    rng = np.random.default_rng(0)
    points = np.zeros((frames, 75, 3))
    points += 15 * rng.standard_normal((75, 3)) + [0, 0, DISTANCE]
    for name, place in {
        "Shoulder": (18, -25, 0),
        "Elbow": (22, 0, -5),
        "Wrist": (15, 5, -25),
        "Hip": (10, 25, 0),
        "Knee": (10, 60, 0),
        "Ankle": (10, 100, 0),
    }.items():
        for side, sign in (("L", 1), ("R", -1)):
            points[:, skeleton.index(side + name)] = [sign * place[0], place[1], 200 + place[2]]
    motion = 6 * np.sin(np.arange(frames) / 5)[:, None, None] * rng.standard_normal((1, 75, 3))
    moving = [n for n, name in enumerate(skeleton.keypoints) if name[1:] in ("Elbow", "Wrist")]
    points[:, moving] += motion[:, moving]
    return points


def write(path, offset=0.0):
    points = body()
    size = np.array([900, 900])
    true = points[..., :2] / points[..., 2:] * FOCAL + size / 2
    found = true.copy()
    found[:, :, 1] += offset
    z = 2.5 * (points[..., 2] - DISTANCE) * FOCAL / DISTANCE
    np.savez(
        path,
        keypoints=found,
        confidence=np.ones(true.shape[:2]),
        mediapipe_z=z,
        true_keypoints=true,
        true_points=points,
        observed_in_image=np.ones(true.shape[:2], bool),
        focal=FOCAL,
        size=size,
    )


def test_the_tables(tmp_path, capsys):
    write(tmp_path / "01_front_one.npz", offset=25.0)
    write(tmp_path / "02_front_two.npz", offset=25.0)
    assert main([str(tmp_path), "--repeats", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    # 25 pixels at 200 cm are 5 cm, a tenth of the trunk.
    (nose,) = (line for line in lines if line.split()[:2] == ["Nose", "real"])
    assert nose.split()[2:4] == ["0.0", "10.0"]
    (factor,) = (line for line in lines if line.split()[:2] == ["real", "factor"])
    assert float(factor.split()[2]) == pytest.approx(2.5, abs=0.15)


def test_a_directory_without_recordings(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "expected rendered recordings (*.npz), found none" in capsys.readouterr().err


def detections(error):
    shape = error.shape[:3]
    return Detections(
        error, np.ones(shape), np.zeros(error.shape), np.zeros(shape), np.zeros(shape)
    )


def test_both_sides_are_lanes_with_x_outwards():
    error = np.zeros((2, 30, 26, 2))
    error += 1e-6 * np.random.default_rng(1).standard_normal(error.shape)
    error[:, :, PANOPTIC26.index("LElbow")] += [0.02, 0.03]
    error[:, :, PANOPTIC26.index("RElbow")] += [-0.02, 0.03]
    error[1, 5:, PANOPTIC26.index("RElbow")] = np.nan
    lanes, _, confidence = select_part(detections(error), "LElbow")
    assert lanes.shape == (3, 30, 2) and confidence.shape == (3, 30)
    np.testing.assert_allclose(lanes, [[[0.02, 0.03]] * 30] * 3, atol=1e-4)
    words = describe_errors(lanes, np.random.default_rng(0).random(lanes.shape), confidence)
    assert words.split()[:2] == ["2.0", "3.0"]


def test_measures_of_time():
    rng = np.random.default_rng(0)
    values = rng.standard_normal((50, 200, 1))
    assert autocorrelation(values, 1) == pytest.approx(0, abs=0.05)
    assert autocorrelation(np.repeat(values, 2, 1), 1) == pytest.approx(0.5, abs=0.05)
    true = np.sin(np.arange(100) / 8)[None, :, None] * np.ones((1, 1, 2))
    late = -1.5 * np.gradient(true, axis=1)
    assert measure_lag(late, true) == pytest.approx(1.5)
    error = np.zeros((4, 60, 26, 2))
    hips = rng.standard_normal((4, 60, 2))
    for name in ("LHip", "RHip"):
        error[:, :, PANOPTIC26.index(name)] = hips
    assert correlate(detections(error), "LHip", "RHip") == pytest.approx(1)


def test_factor_and_tilt_of_depth():
    rng = np.random.default_rng(0)
    true, place = rng.standard_normal((3, 40, 26)), rng.standard_normal((3, 40, 26, 2))
    factor, tilt, turn = np.array([2.0, 2.5, 3.0])[:, None, None], 0.3, -0.1
    depth = factor * (true + tilt * place[..., 1] + turn * place[..., 0])
    fits, error = fit_depth(Detections(place, true, place, depth, true))
    np.testing.assert_allclose(fits[:, 0], [2.0, 2.5, 3.0], atol=0.05)
    np.testing.assert_allclose(fits[:, 1], tilt, atol=0.03)
    np.testing.assert_allclose(fits[:, 2], turn, atol=0.03)
    assert np.abs(error).mean() < 0.05
