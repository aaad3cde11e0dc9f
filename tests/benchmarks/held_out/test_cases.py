from dataclasses import replace

import numpy as np
import pytest

from benchmarks.held_out.cases import count_detected, field_of_view, hand_columns
from signlift.core.skeleton import MEDIAPIPE75, PANOPTIC26, PANOPTIC67
from tests.benchmarks.held_out.drawn_cases import draw_case


def test_hands_of_a_skeleton():
    left, right = hand_columns(PANOPTIC67)
    assert [PANOPTIC67.keypoints[left[number]] for number in (0, 4)] == ["LHandRoot", "LThumb4"]
    assert PANOPTIC67.keypoints[right[20]] == "RPinky4"
    assert hand_columns(MEDIAPIPE75)[0] == list(range(33, 54))
    assert hand_columns(PANOPTIC26) == []


def test_detected_hands_and_frames_count():
    case = draw_case(np.random.default_rng(0), frames=3)
    left, right = hand_columns(PANOPTIC67)
    keypoints = case.recording.keypoints.copy()
    keypoints[0] = np.nan
    keypoints[1, left[:11]] = np.nan  # 10 of 21 are left
    keypoints[1, right[:10]] = np.nan
    counted = count_detected(replace(case.recording, keypoints=keypoints))
    assert not counted[0].any() and counted[2].all()
    assert not counted[1, left].any() and counted[1, right].all() and counted[1, :25].all()


def test_the_field_of_view_of_the_larger_side():
    assert field_of_view(300, (600, 400)) == pytest.approx(90)
    assert field_of_view(300, (400, 600)) == pytest.approx(90)


def test_a_part_of_a_case():
    part = draw_case(np.random.default_rng(0), frames=9)[2:5]
    assert len(part) == len(part.recording) == 3
    assert part.depth.shape == (3, 67) and part.hand_cm.shape == (3,)
