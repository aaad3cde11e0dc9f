import json
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.evaluation import (
    Mean,
    Measures,
    mean_depth_error,
    mean_depth_error_per_keypoint,
    measures,
    mpjpe,
    mse,
    pck_depth,
    procrustes_aligned_mpjpe,
    root_aligned_mpjpe,
    velocity_errors,
)

nan = np.nan
ERRORS = "depth_error mse mpjpe root_aligned_mpjpe procrustes_aligned_mpjpe mpjve".split()


def make_recording(rng, frames, missing=0.1, skeleton=PANOPTIC26):
    J = len(skeleton)
    keypoints = rng.normal(size=(frames, J, 2)) * 100
    true = rng.normal(size=(frames, J)) * 100
    predicted = true + rng.normal(size=(frames, J)) * 10
    for values in (keypoints[..., 0], predicted, true):
        values[rng.random((frames, J)) < missing] = nan
    return keypoints, predicted, true, rng.uniform(50, 200)


def points(keypoints, depth):
    return np.concatenate([keypoints, depth[..., None]], -1)


def concatenated(recordings, torsos):
    """All recordings as one, in input units or with each divided by its torso."""
    sizes = [torso if torsos else 1 for *_, torso in recordings]
    return [
        np.concatenate([each[i] / size for each, size in zip(recordings, sizes, strict=True)])
        for i in range(3)
    ]


def expected(recordings, torsos):
    """The overall measures, by the functions on the concatenated arrays."""
    keypoints, predicted, true = concatenated(recordings, torsos)
    pair = points(keypoints, predicted), points(keypoints, true)
    velocities = [
        velocity_errors(points(k, p), points(k, t)) / (torso if torsos else 1)
        for k, p, t, torso in recordings
    ]
    return {
        "depth_error": mean_depth_error(predicted, true),
        "mse": mse(predicted, true),
        "mpjpe": mpjpe(*pair),
        "root_aligned_mpjpe": root_aligned_mpjpe(*pair, PANOPTIC26),
        "procrustes_aligned_mpjpe": procrustes_aligned_mpjpe(*pair),
        "mpjve": np.nanmean(np.concatenate(velocities)),
    }


@pytest.fixture
def recordings():
    rng = np.random.default_rng(5)
    return [make_recording(rng, frames) for frames in (30, 1, 0, 55)]


@pytest.fixture
def report(recordings):
    total = Measures(PANOPTIC26)
    for recording in recordings:
        total.add(*recording)
    return total.report()


@pytest.mark.parametrize("frames_at_a_time", [measures._FRAMES, 55, 7, 1])
def test_measures_equal_those_of_all_recordings_concatenated(
    recordings, frames_at_a_time, monkeypatch
):
    monkeypatch.setattr(measures, "_FRAMES", frames_at_a_time)
    total = Measures(PANOPTIC26)
    for recording in recordings:
        total.add(*recording)
    report = total.report()
    for name, value in expected(recordings, torsos=False).items():
        assert getattr(report, name).units == pytest.approx(value, rel=1e-12), name
    for name, value in expected(recordings, torsos=True).items():
        assert getattr(report, name).torso_lengths == pytest.approx(value, rel=1e-9), name
    _, predicted, true = concatenated(recordings, torsos=False)
    means = [mean.units for mean in report.depth_error_per_keypoint.values()]
    np.testing.assert_allclose(means, mean_depth_error_per_keypoint(predicted, true))
    _, predicted, true = concatenated(recordings, torsos=True)
    means = [mean.torso_lengths for mean in report.depth_error_per_keypoint.values()]
    np.testing.assert_allclose(means, mean_depth_error_per_keypoint(predicted, true))
    np.testing.assert_allclose(list(report.pck_depth.values()), pck_depth(predicted, true, 1))
    assert list(report.pck_depth) == [0.05, 0.1, 0.2, 0.3]
    assert list(report.depth_error_per_keypoint) == list(PANOPTIC26.keypoints)
    assert (report.recordings, report.frames) == (4, 86)
    assert report.depths == (~np.isnan(predicted - true)).sum() == report.depth_error.count


def test_known_numbers():
    keypoints = np.zeros((2, 17, 2))
    true, predicted = np.full((2, 17), nan), np.zeros((2, 17))
    nose, eye, hips = COCO17.index("Nose"), COCO17.index("LEye"), [11, 12]
    true[:, hips] = 0
    true[0, nose] = 8  # an error of 8 pixels, a tenth of the torso
    true[1, nose] = -8
    true[1, eye] = 4
    keypoints[1, eye] = nan  # a depth that is counted, but not a point
    total = Measures(COCO17)
    total.add(keypoints, predicted, true, 80)
    report = total.report()
    assert (report.recordings, report.frames, report.depths) == (1, 2, 7)
    assert astuple(report.depth_error) == pytest.approx((20 / 7, 0.25 / 7, 7))
    assert astuple(report.mse) == pytest.approx((144 / 7, 0.0225 / 7, 7))
    assert astuple(report.mpjpe) == pytest.approx((16 / 6, 0.2 / 6, 6))
    assert report.root_aligned_mpjpe == report.mpjpe
    assert astuple(report.mpjve) == pytest.approx((16 / 3, 0.2 / 3, 3))
    assert astuple(report.depth_error_per_keypoint["Nose"]) == pytest.approx((8, 0.1, 2))
    assert report.depth_error_per_keypoint["LWrist"].count == 0
    assert report.pck_depth == pytest.approx({0.05: 4 / 7, 0.1: 5 / 7, 0.2: 1, 0.3: 1})


def test_all_values_have_the_same_weight_and_velocities_stay_within_recordings():
    total = Measures(COCO17)
    zero = np.zeros((3, 17))
    total.add(np.zeros((3, 17, 2)), zero, zero, 1)
    total.add(np.zeros((1, 17, 2)), zero[:1] + 4, zero[:1], 2)
    report = total.report()
    assert report.depth_error == Mean(1, 0.5, 68)
    assert report.mpjve == Mean(0, 0, 34)


def test_root_and_thresholds_can_be_chosen():
    rng = np.random.default_rng(0)
    keypoints, predicted, true, torso = make_recording(rng, 4, missing=0)
    true[:, [PANOPTIC26.index(name) for name in ("MidHip", "LHip", "RHip")]] = nan
    for root, counted in (("MidHip", 0), ("Neck", 4 * 23)):
        total = Measures(PANOPTIC26, root=root, thresholds=[1])
        total.add(keypoints, predicted, true, torso)
        report = total.report()
        assert report.root_aligned_mpjpe.count == counted
        assert report.pck_depth == {1: 1}
    with pytest.raises(InputError, match="root: expected a point of coco17, found 'Tail'"):
        Measures(COCO17, root="Tail")


@pytest.mark.parametrize("frames", [None, 0, 3])
def test_a_report_of_no_values(frames):
    total = Measures(PANOPTIC26)
    with np.errstate(all="raise"):
        if frames is not None:
            total.add(np.full((frames, 26, 2), nan), *np.full((2, frames, 26), nan), 1)
        report = total.report()
    assert (report.recordings, report.frames, report.depths) == (int(frames is not None), 0, 0)
    for name in ERRORS:
        assert np.isnan(getattr(report, name).units)
    assert np.isnan(list(report.pck_depth.values())).all()
    assert report.to_json()["mse"] == {
        "input_units_squared": None,
        "torso_lengths_squared": None,
        "centimetres_at_50_cm_torso_squared": None,
        "count": 0,
    }
    assert "nan" not in report.table() + report.table(report)


def test_all_problems_of_a_recording_are_listed_and_nothing_is_added():
    total = Measures(PANOPTIC26)
    depth = np.zeros((5, 26))
    depth[3, 2] = np.inf
    with pytest.raises(InputError) as error:
        total.add(np.zeros((5, 26, 3)), depth, np.zeros((4, 26)), nan, np.zeros((5, 25)))
    assert error.value.problems == (
        "keypoints: expected shape [5, 26, 2] (panoptic26), found shape [5, 26, 3]",
        "predicted: expected finite numbers or NaN, found infinity at [3, 2]",
        "true: expected shape [5, 26] (panoptic26), found shape [4, 26]",
        "uncertainty: expected shape [5, 26] (panoptic26), found shape [5, 25]",
        "torso_length: expected a finite length above 0, found nan",
    )
    with pytest.raises(InputError, match="true: expected real numbers"):
        total.add(np.zeros((5, 26, 2)), np.zeros((5, 26)), np.full((5, 26), "a"), 1)
    assert total.report().recordings == 0


def test_json_names_its_units(report):
    plain = report.to_json()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["mse"]["input_units_squared"] == report.mse.units
    assert plain["mpjve"]["torso_lengths_per_frame"] == report.mpjve.torso_lengths
    nose = report.depth_error_per_keypoint["Nose"]
    assert plain["depth_error_per_keypoint"]["Nose"] == {
        "input_units": nose.units,
        "torso_lengths": nose.torso_lengths,
        "centimetres_at_50_cm_torso": 50 * nose.torso_lengths,
        "count": nose.count,
    }
    assert plain["pck_depth"][0] == {
        "threshold_torso_lengths": 0.05,
        "fraction": report.pck_depth[0.05],
    }


def test_the_table_has_a_row_for_every_measure_and_aligned_columns(report):
    lines = report.table().splitlines()
    assert lines[0] == f"4 recordings, 86 frames, {report.depths} depths (panoptic26)"
    assert lines[2].split() == ["units", "torsos", "cm", "count"]
    errors = lines[4 : lines.index("", 4)]
    assert len(errors) == (1 + 3) + (1 + 6) + (1 + 26)
    assert len({len(line) for line in errors if line[0] == " "}) == 1  # others are headings
    (row,) = (line for line in lines if line.startswith("  MPJPE, Procrustes-aligned"))
    aligned = report.procrustes_aligned_mpjpe
    assert row.split()[-4:] == [
        f"{aligned.units:.4g}",
        f"{aligned.torso_lengths:.4g}",
        f"{50 * aligned.torso_lengths:.4g}",
        str(aligned.count),
    ]
    (row,) = (line for line in lines if line.startswith("  squared depth error"))
    assert row.split()[-2] == f"{2500 * report.mse.torso_lengths:.4g}"  # cm squared
    assert any(line.startswith("depth error below 0.05 torso lengths") for line in lines)
    assert "uncertainty" not in report.table()  # none was estimated


def test_the_table_beside_a_baseline(report, recordings):
    total = Measures(PANOPTIC26)
    for keypoints, predicted, true, torso in recordings:
        total.add(keypoints, true + 4 * (predicted - true), true, torso)
    lines = report.table(baseline=total.report(), name="constant").splitlines()
    assert lines[2].split()[-3:] == ["constant:", "cm", "ratio"]
    ratios = {line[2:27].strip(): line.split()[-1] for line in lines[4:] if line.startswith("  ")}
    assert ratios["absolute depth error"] == ratios["MPJPE"] == ratios["wrists"] == "0.25"
    assert ratios["squared depth error"] == "0.0625"
    perfect = replace(report, mse=Mean(0, 0, 3))
    (row,) = (line for line in report.table(perfect).splitlines() if line.startswith("  squared"))
    assert row.endswith("-")


def test_groups_relative_to_the_neck_and_their_coverage():
    true = np.zeros((2, 26))
    predicted, uncertainty = np.full((2, 26), 3.0), np.full((2, 26), 4.0)
    predicted[:, PANOPTIC26.index("MidHip")] = uncertainty[:, PANOPTIC26.index("MidHip")] = 0
    predicted[0, PANOPTIC26.index("LHand")] = 3 + 8
    total = Measures(PANOPTIC26)
    total.add(np.zeros((2, 26, 2)), predicted, true, 100, uncertainty)
    report = total.report()
    assert report.neck_relative_depth_error == {
        "wrists": Mean(2, 0.02, 4),
        "elbows": Mean(0, 0, 4),
        "upper body": Mean(8 / 22, 0.08 / 22, 22),
    }
    assert report.neck_relative_depth_error["wrists"].centimetres() == 1
    assert report.coverage == pytest.approx(
        {"wrists": 3 / 4, "elbows": 1, "upper body": 21 / 22, "all keypoints": 49 / 50}
    )
    assert "true depth within the uncertainty, wrists" in report.table()
    assert report.to_json()["neck_relative_depth_error"]["upper_body"]["count"] == 22


def test_a_baseline_with_other_keypoints_or_thresholds_is_an_error(report):
    for other in (Measures(COCO17), Measures(PANOPTIC26, thresholds=[0.5])):
        with pytest.raises(InputError, match="baseline: expected a report on panoptic26 with"):
            report.table(other.report())


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_torso_lengths_do_not_depend_on_the_unit(seed, unit):
    reports = []
    for size in (1, unit):
        total = Measures(PANOPTIC26)
        keypoints, predicted, true, torso = make_recording(np.random.default_rng(seed), 3)
        total.add(keypoints * size, predicted * size, true * size, torso * size)
        reports.append(total.report())
    one, other = reports
    for name in ERRORS:
        power = 2 if name == "mse" else 1
        mean, scaled = getattr(one, name), getattr(other, name)
        assert scaled.torso_lengths == pytest.approx(mean.torso_lengths, rel=1e-9, nan_ok=True)
        assert scaled.units == pytest.approx(mean.units * unit**power, rel=1e-9, nan_ok=True)
        assert scaled.count == mean.count
