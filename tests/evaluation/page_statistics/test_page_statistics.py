"""Statistics of the report page, against values that are computed by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signlift as sl
from signlift.evaluation.page_statistics import PageStatistics
from signlift.evaluation.page_statistics.binned_means import BinnedMeans
from signlift.evaluation.page_statistics.calibration import COVERAGE, LEVELS, Calibration
from signlift.evaluation.page_statistics.conditions import DEPTH, SPEED, TURN, measure_conditions
from signlift.evaluation.page_statistics.page_statistics import ALL, FINGERS

COCO = sl.COCO17
LEFT, RIGHT = COCO.index("LWrist"), COCO.index("RWrist")


def coco_frame(**places):
    """[1, 17, 3]: the shoulders at (40, 0, 0) and (-40, 0, 0), others at (0, 100, 0)."""
    points = np.zeros((1, 17, 3))
    points[:, :, 1] = 100
    places = {"LShoulder": (40, 0, 0), "RShoulder": (-40, 0, 0), **places}
    for name, place in places.items():
        points[0, COCO.index(name)] = place
    return points


def test_bins_hold_their_left_edge_and_the_ends_hold_what_lies_beyond():
    binned = BinnedMeans(np.array([0.0, 1.0, 2.0, 3.0]), 2)
    binned.add(
        np.array([-5.0, 0.5, 1.0, 9.0, np.nan, 1.5]),
        np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 20.0], [7.0, 0.0], [9.0, 9.0], [np.nan, 9.0]]),
    )
    assert binned.counts.tolist() == [2, 1, 1]
    np.testing.assert_array_equal(binned.means(), [[2, 10], [5, 20], [7, 0]])


def test_an_empty_bin_has_no_mean():
    binned = BinnedMeans(np.array([0.0, 1.0, 2.0]))
    binned.add(np.zeros(0), np.zeros((0, 1)))
    assert np.isnan(binned.means()).all()
    assert binned.counts.tolist() == [0, 0]


@given(st.lists(st.floats(-200, 200), max_size=40), st.integers(0, 40))
def test_bins_do_not_depend_on_the_parts_in_which_values_come(positions, cut):
    positions = np.array(positions)
    values = np.cos(positions)[:, None]
    whole, parts = BinnedMeans(np.arange(-90.0, 91, 30)), BinnedMeans(np.arange(-90.0, 91, 30))
    whole.add(positions, values)
    parts.add(positions[:cut], values[:cut])
    parts.add(positions[cut:], values[cut:])
    assert whole.counts.sum() == len(positions)
    np.testing.assert_array_equal(whole.counts, parts.counts)
    np.testing.assert_allclose(whole.means(), parts.means())


def test_depth_and_turn_are_those_of_the_true_points():
    # The Neck is the middle of the shoulders, at depth 30; the line of the shoulders is turned
    # by 45 degrees. A torso of 100 makes 1 unit 0.5 cm.
    points = coco_frame(LShoulder=(40, 0, 70), RShoulder=(-40, 0, -10), LWrist=(0, 50, -30))
    conditions, last = measure_conditions(points[..., :2], points[..., 2], COCO, 100.0, 30.0)
    assert conditions[DEPTH.name][0, LEFT] == pytest.approx(-30)
    assert conditions[TURN.name][0].tolist() == pytest.approx([45] * 17)
    assert np.isnan(conditions[SPEED.name]).all()  # there is no frame before
    np.testing.assert_allclose(last[LEFT], [0, 25, -30])


def test_a_person_who_faces_away_is_turned_by_180_degrees():
    points = coco_frame(LShoulder=(-40, 0, 0), RShoulder=(40, 0, 0))
    conditions, _ = measure_conditions(points[..., :2], points[..., 2], COCO, 100.0, 30.0)
    assert conditions[TURN.name][0, 0] == pytest.approx(180)


def test_speed_is_relative_to_the_neck_and_goes_on_from_part_to_part():
    first, second = coco_frame(LWrist=(0, 50, 0)), coco_frame(LWrist=(0, 56, 8))
    second += [7, 0, 0]  # the camera moves: that is no speed
    points = np.concatenate([first, second])
    whole, _ = measure_conditions(points[..., :2], points[..., 2], COCO, 100.0, 20.0)
    assert whole[SPEED.name][1, LEFT] == pytest.approx(10 * 0.5 * 20)
    assert whole[SPEED.name][1, RIGHT] == pytest.approx(0)
    _, last = measure_conditions(first[..., :2], first[..., 2], COCO, 100.0, 20.0)
    part, _ = measure_conditions(second[..., :2], second[..., 2], COCO, 100.0, 20.0, last)
    np.testing.assert_allclose(part[SPEED.name][0], whole[SPEED.name][1])


def test_coverage_of_intervals_of_every_width():
    # Errors of 0.5, 1.5 and 3 uncertainties, and one of an unknown uncertainty.
    calibration = Calibration({"wrists": [0], "none": [1]})
    calibration.add(
        np.array([[1.0, np.nan], [3.0, 1.0], [6.0, 1.0], [1.0, 1.0]]),
        np.array([[2.0, 1.0], [2.0, np.nan], [2.0, np.nan], [np.nan, np.nan]]),
    )
    curve = dict(zip(LEVELS, calibration.coverage("wrists"), strict=True))
    assert calibration.counts == {"wrists": 3, "none": 0}
    # Half-widths: 0.39, 0.67, 1, 1.64, 2.58 uncertainties.
    assert [curve[level] for level in (0.3, 0.5, COVERAGE, 0.9, 0.99)] == pytest.approx(
        [0, 1 / 3, 1 / 3, 2 / 3, 2 / 3]
    )
    assert np.isnan(calibration.coverage("none")).all()


def test_normal_errors_lie_on_the_line_of_the_calibrated():
    rng = np.random.default_rng(0)
    width = rng.uniform(1, 5, (20000, 1))
    calibration = Calibration({"all": [0]})
    calibration.add(np.abs(rng.normal(0, width)), width)
    np.testing.assert_allclose(calibration.coverage("all"), LEVELS, atol=0.012)


def recording_of(points, **options):
    points = np.asarray(points, np.float32)
    return sl.Recording(points[..., :2], COCO, depth=points[..., 2], fps=10, **options)


def test_errors_are_relative_to_the_neck_and_in_centimetres():
    true = recording_of(np.repeat(coco_frame(LWrist=(0, 50, -20)), 3, 0), name="wave")
    depth = true.depth + 8  # a common shift does not count
    depth[:, LEFT] += [4, -4, -12]
    uncertainty = np.full_like(depth, 10)
    statistics = PageStatistics(COCO, "camera")
    constant = np.zeros_like(depth)
    statistics.add(5, true, true.with_depth(depth, uncertainty), constant, 100.0)
    errors = statistics.keypoints
    assert errors.model()[LEFT] == pytest.approx(0.5 * (4 + 4 + 12) / 3)
    assert errors.bias()[LEFT] == pytest.approx(-0.5 * 12 / 3)
    assert errors.constant()[LEFT] == pytest.approx(0.5 * 20)
    assert errors.model()[RIGHT] == pytest.approx(0)
    binned = statistics.binned["wrists", DEPTH.name]
    bins = dict(zip(DEPTH.edges, binned.counts.tolist(), strict=False))
    # The left wrist is 10 cm in front of the Neck, the right one level with it.
    assert {edge: count for edge, count in bins.items() if count} == {-10: 3, 0: 3}
    (recording,) = statistics.ranked()
    assert (recording.number, recording.name, recording.frames) == (5, "wave", 3)
    shifts = np.full((3, 17), 8.0)
    shifts[:, LEFT] = [12, 4, 4]
    assert recording.error == pytest.approx(shifts.mean() / 100)
    # 1 of 51 depths (coco17 has no MidHip) is off by more than the uncertainty of 10.
    level = LEVELS.index(COVERAGE)
    assert statistics.calibration.coverage(ALL)[level] == pytest.approx(50 / 51)


def test_errors_of_fingers_are_relative_to_their_wrist():
    skeleton = sl.PANOPTIC67
    true = sl.Recording(np.zeros((1, 67, 2)), skeleton, depth=np.zeros((1, 67)))
    depth = np.zeros((1, 67), np.float32)
    hand = [skeleton.index(f"L{name}") for name in ("Hand", "HandRoot", "Index1", "Index4")]
    depth[0, hand] = [30, 30, 30, 36]
    statistics = PageStatistics(skeleton, "camera")
    statistics.add(0, true, true.with_depth(depth), np.zeros((1, 67)), 100.0)
    model = statistics.keypoints.model()
    assert model[hand].tolist() == pytest.approx([15, 15, 0, 3])
    assert len(statistics.groups[FINGERS]) == 40
    assert FINGERS not in PageStatistics(sl.PANOPTIC26, "camera").groups


def test_without_truth_uncertainty_or_a_neck_there_is_nothing_but_no_failure():
    unknown = recording_of(coco_frame()).with_depth(np.full((1, 17), np.nan))
    statistics = PageStatistics(COCO, "camera")
    statistics.add(0, unknown, unknown, np.full((1, 17), np.nan), 100.0)
    assert statistics.recordings == []
    assert np.isnan(statistics.keypoints.model()).all()
    assert statistics.calibration.counts[ALL] == 0
    hands = sl.Skeleton("hands", ("LWrist", "RWrist", "MidHip"))
    recording = sl.Recording(np.zeros((2, 3, 2)), hands, depth=np.zeros((2, 3)))
    statistics = PageStatistics(hands, "camera")
    statistics.add(0, recording, recording.with_depth(np.ones((2, 3))), np.ones((2, 3)), 50.0)
    assert statistics.conditions == () and statistics.reference == "MidHip"
    assert statistics.keypoints.model().tolist() == pytest.approx([1, 1, 1])


def test_the_canonical_frame_knows_no_turn():
    names = [condition.name for condition in PageStatistics(sl.PANOPTIC26, "canonical").conditions]
    assert names == [DEPTH.name, SPEED.name]


def test_forward_in_the_canonical_frame_is_towards_the_camera():
    true = recording_of(coco_frame(LWrist=(0, 50, 20)))  # 20 in front of the body
    depth = true.depth.copy()
    depth[:, LEFT] -= 4  # predicted too far back, away from a camera in front
    statistics = PageStatistics(COCO, "canonical")
    statistics.add(0, true, true.with_depth(depth), np.zeros_like(depth), 100.0)
    assert statistics.keypoints.bias()[LEFT] == pytest.approx(2)
    counts = statistics.binned["wrists", DEPTH.name].counts.tolist()
    assert counts[DEPTH.edges.index(-10)] == 1


def test_long_recordings_are_measured_in_parts_that_join(monkeypatch):
    rng = np.random.default_rng(1)
    points = coco_frame() + np.cumsum(rng.normal(0, 2, (50, 17, 3)), 0)
    true = recording_of(points)
    depth = true.depth + rng.normal(0, 5, true.depth.shape)
    results = []
    for frames in (4096, 7):
        monkeypatch.setattr("signlift.evaluation.page_statistics.page_statistics._FRAMES", frames)
        statistics = PageStatistics(COCO, "camera")
        statistics.add(0, true, true.with_depth(depth), np.zeros_like(depth), 100.0)
        results.append(statistics)
    whole, parts = results
    for key, binned in whole.binned.items():
        np.testing.assert_array_equal(binned.counts, parts.binned[key].counts)
        np.testing.assert_allclose(binned.sums, parts.binned[key].sums)
    assert math.isclose(whole.recordings[0].error, parts.recordings[0].error)
