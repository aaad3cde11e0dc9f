from dataclasses import fields, replace

import numpy as np
import pytest

from benchmarks.held_out.cases import Prediction, hand_columns
from benchmarks.held_out.measures import Score, average_scores, measure, remove_constant
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from tests.benchmarks.held_out.drawn_cases import columns, draw_case

WRISTS = columns(PANOPTIC67, "LHand", "RHand")
ELBOWS = columns(PANOPTIC67, "LElbow", "RElbow")


@pytest.fixture
def case():
    return draw_case(np.random.default_rng(0))


def test_the_truth_has_no_error(case):
    score = measure([case], [Prediction(case.depth + 7, np.full_like(case.depth, 7.1))])
    errors = ("wrists", "elbows", "upper", "wrists_moved", "wrists_turned", "velocity", "joints")
    assert [getattr(score, name) for name in errors] == pytest.approx([0] * 7, abs=1e-9)
    assert score.nearer == score.body_coverage == score.hand_coverage == 1


def test_a_constant_error_is_given_in_cm_and_can_be_removed(case):
    depth = case.depth.copy()
    depth[:, WRISTS] += [3, -5]
    score = measure([case], [Prediction(depth)])
    assert score.wrists == pytest.approx(2 * 4)  # 2 cm a pixel
    assert score.elbows == pytest.approx(0) and score.upper == pytest.approx(2 * 8 / 11)
    assert score.wrists_moved == pytest.approx(0, abs=1e-9)
    assert score.velocity == pytest.approx(0, abs=1e-9)


def test_an_error_of_pitch_and_yaw_can_be_corrected(case):
    neck = case.keypoints[:, [PANOPTIC67.index("Neck")]]
    tilted = case.depth + (case.keypoints - neck) @ np.array([0.1, -0.2])
    score = measure([case], [Prediction(tilted)])
    assert score.wrists > 1 and score.wrists_turned == pytest.approx(0, abs=1e-9)


def test_the_velocity_error_of_a_frozen_pose():
    case = draw_case(np.random.default_rng(0), frames=4)
    case.depth[:] = 0
    case.depth[:, WRISTS[0]] = [0, 1, 3, 6]
    score = measure([case], [Prediction(np.zeros_like(case.depth))])
    assert score.velocity == score.frozen_velocity == pytest.approx(2 * (1 + 2 + 3) / 6)


def test_the_nearer_wrist_counts_where_wrists_are_apart():
    case = draw_case(np.random.default_rng(0), frames=4)
    case.depth[:] = 0
    case.depth[:, WRISTS[0]] = [2, 3, 10, -10]  # times 2 cm: the first is below 5 cm
    predicted = np.zeros_like(case.depth)
    predicted[:, WRISTS[0]] = [-1, 1, -1, -1]
    assert measure([case], [Prediction(predicted)]).nearer == pytest.approx(2 / 3)


def test_fingers_are_relative_to_their_own_wrist(case):
    depth, flat = case.depth.copy(), np.zeros_like(case.depth)
    left, right = hand_columns(PANOPTIC67)
    depth[:, left] += 11
    depth[:, right] -= 4
    assert measure([case], [Prediction(depth)]).joints == pytest.approx(0, abs=1e-9)
    hands = np.stack([case.depth[:, hand] - case.depth[:, hand[:1]] for hand in (left, right)])
    score = measure([case], [Prediction(flat)])
    assert score.joints == pytest.approx(3 * np.abs(hands[..., 1:]).mean())
    assert score.tips == pytest.approx(3 * np.abs(hands[..., 4::4]).mean())


def test_hands_that_were_not_detected_are_measured_apart(case):
    left = hand_columns(PANOPTIC67)[0]
    counted, depth = case.counted.copy(), case.depth.copy()
    counted[1, left] = False
    counted[2] = False  # not even a body
    depth[1, left[1:]] += 5
    score = measure([replace(case, counted=counted)], [Prediction(depth)])
    assert score.joints == pytest.approx(0, abs=1e-9) and score.lost_joints == pytest.approx(3 * 5)


def test_missing_predictions(case):
    score = measure([case], [Prediction(np.full_like(case.depth, np.nan))])
    true = case.depth - case.depth[:, [PANOPTIC67.index("Neck")]]
    assert score.wrists == pytest.approx(2 * np.abs(true[:, WRISTS]).mean())
    assert np.isnan(score.joints) and np.isnan(score.body_coverage)


def test_only_counted_keypoints_count(case):
    depth = case.depth.copy()
    depth[0] += np.random.default_rng(1).normal(0, 50, depth.shape[1])
    counted = case.counted.copy()
    counted[0] = False
    score = measure([replace(case, counted=counted)], [Prediction(depth)])
    assert score.wrists == pytest.approx(0, abs=1e-9) and score.joints == pytest.approx(0, abs=1e-9)


def test_coverage(case):
    depth = case.depth.copy()
    depth[:, ELBOWS] += 10
    uncertainty = np.full_like(depth, 9)
    score = measure([case], [Prediction(depth, uncertainty)])
    assert score.body_coverage == pytest.approx(9 / 11) and score.hand_coverage == 1


def test_the_view_is_compared_in_degrees():
    case = draw_case(np.random.default_rng(0), view=(5.0, 178.0))
    score = measure([case], [Prediction(case.depth, view=(2.0, -178.0))])
    assert (score.pitch, score.pitch_bias, score.yaw) == (3, -3, 4)
    assert np.isnan(measure([case], [Prediction(case.depth)]).pitch)


def test_a_skeleton_without_hands():
    case = draw_case(np.random.default_rng(0), skeleton=PANOPTIC26)
    score = measure([case], [Prediction(case.depth)])
    assert score.wrists == 0 and np.isnan(score.joints)


def test_no_frames_and_no_cases():
    assert all(np.isnan(getattr(measure([], []), field.name)) for field in fields(Score))
    assert np.isnan(remove_constant(np.full((2, 1), np.nan))).all()


def test_the_mean_of_scores_leaves_out_nan():
    mean = average_scores([Score(wrists=1, joints=3), Score(wrists=2)])
    assert (mean.wrists, mean.joints) == (1.5, 3) and np.isnan(mean.elbows)
