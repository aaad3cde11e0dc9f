import numpy as np
import pytest

from benchmarks.held_out.conditions import (
    CONDITIONS,
    MAX_PIECES,
    cut,
    detect,
    detect_depth,
    frame_upper_body,
)
from benchmarks.held_out.motion_cases import film_clip
from signlift.core.skeleton import PANOPTIC67
from tests.benchmarks.held_out.drawn_cases import draw_case, sample_motion


@pytest.fixture
def case():
    rng = np.random.default_rng(0)
    return film_clip(rng, sample_motion() / 100, name="clip", max_turn=30)


def test_names_are_unique():
    assert len({condition.name for condition in CONDITIONS}) == len(CONDITIONS)


def test_a_simulated_detector_moves_keypoints(case):
    (detected,) = detect(np.random.default_rng(0), [case])
    moved = detected.recording.keypoints - case.recording.keypoints
    assert 0 < np.nanmedian(np.abs(moved)) < 0.2 * 50 / case.body_cm[0]
    assert detected.recording.confidence.min() >= 0
    np.testing.assert_array_equal(detected.depth, case.depth)
    assert detected.recording.detector_depth is None
    (again,) = detect(np.random.default_rng(0), [case])
    np.testing.assert_array_equal(again.recording.keypoints, detected.recording.keypoints)


def test_a_simulated_detector_estimates_depth_for_the_same_keypoints(case):
    (plain,), (deep,) = (
        change(np.random.default_rng(0), [case]) for change in (detect, detect_depth)
    )
    np.testing.assert_array_equal(plain.recording.keypoints, deep.recording.keypoints)
    estimate = deep.recording.detector_depth[:, PANOPTIC67.index("Nose")]
    assert not np.isnan(estimate).all()


def test_hips_and_legs_are_left_out(case):
    (framed,) = frame_upper_body(np.random.default_rng(0), [case])
    missing = {
        name
        for name, seen in zip(PANOPTIC67.keypoints, framed.recording.observed[0], strict=True)
        if not seen
    }
    assert {"MidHip", "LHip", "RAnkle", "LHeel"} <= missing and "LHand" not in missing
    assert case.recording.observed.all()


def test_pieces_of_few_frames():
    cases = [draw_case(np.random.default_rng(0), frames=frames) for frames in (100, 15, 6)]
    pieces = cut(10)(np.random.default_rng(0), cases)
    assert [len(piece) for piece in pieces] == [10] * MAX_PIECES + [10, 6]
    np.testing.assert_array_equal(pieces[0].depth, cases[0].depth[:10])
    np.testing.assert_array_equal(pieces[2].depth, cases[0].depth[90:])
