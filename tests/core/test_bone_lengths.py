import numpy as np
import pytest

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    STATURE_FRACTIONS,
    UPPER_BODY_LENGTHS,
    measure_bone_lengths,
    measure_lengths,
)
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.simulation.signer.anthropometry import MEAN_FRACTIONS as BODY

NAMES = list(BONE_LENGTHS)


def arms(left: list[float], right: list[float]) -> np.ndarray:
    """Return points [T, 26, 3] with upper arms of these lengths; other keypoints are NaN."""
    points = np.full((len(left), 26, 3), np.nan)
    for side, lengths in (("L", left), ("R", right)):
        points[:, PANOPTIC26.index(f"{side}Shoulder")] = [0.0, 0.0, 1.0]
        points[:, PANOPTIC26.index(f"{side}Elbow")] = np.array(lengths)[:, None] * [0.6, 0.8, 0]
        points[:, PANOPTIC26.index(f"{side}Elbow"), 2] += 1
    return points


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([1.0, 2.0, 9.0], [4.0, 4.0, 4.0], 3.0),  # of medians, and not of all frames
        ([1.0, 2.0], [4.0, 4.0], 2.75),
        ([1.0, np.nan, 3.0], [6.0, np.nan, np.nan], 4.0),
        ([1.0, 1.0], [np.nan, np.nan], 1.0),
        ([np.nan], [np.nan], np.nan),
        ([], [], np.nan),
    ],
)
def test_lengths_are_the_mean_of_the_medians_of_both_sides(left, right, expected) -> None:
    lengths = measure_bone_lengths(arms(left, right), PANOPTIC26)
    assert lengths.shape == (len(BONE_LENGTHS),)
    assert lengths[NAMES.index("upper_arm")] == pytest.approx(expected, nan_ok=True)
    assert np.isnan(lengths[NAMES.index("forearm")])


def test_each_recording_of_a_batch_is_measured() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(2, 3, 7, 26, 3)).astype(np.float32)
    points[rng.random(points.shape[:-1]) < 0.1] = np.nan
    points[1, 2] = np.nan
    lengths = measure_bone_lengths(points, PANOPTIC26)
    assert lengths.shape == (2, 3, len(BONE_LENGTHS))
    assert np.isnan(lengths[1, 2]).all()
    np.testing.assert_array_equal(lengths[0, 1], measure_bone_lengths(points[0, 1], PANOPTIC26))
    assert measure_bone_lengths(points[:, :0], PANOPTIC26).shape == (2, 0, len(BONE_LENGTHS))


def test_joints_that_a_skeleton_lacks_are_missing() -> None:
    points = np.random.default_rng(0).normal(size=(5, 17, 3))
    named = dict(zip(BONE_LENGTHS, measure_bone_lengths(points, COCO17), strict=True))
    assert np.isfinite(list(named.values())).all()  # Neck and MidHip are middles
    joints = {"a": np.zeros((4, 3)), "b": np.ones((4, 3))}
    lengths = measure_lengths(joints, {"one": (("a", "b"),), "none": (("a", "c"),)})
    np.testing.assert_allclose(lengths, [np.sqrt(3), np.nan])


def test_names_and_fractions() -> None:
    assert set(UPPER_BODY_LENGTHS) < set(BONE_LENGTHS)
    assert set(STATURE_FRACTIONS) == set(BONE_LENGTHS) - {"neck_nose"}
    for name, part in STATURE_FRACTIONS.items():
        assert BODY["trunk" if name == "torso" else name] == part
