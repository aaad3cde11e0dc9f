from dataclasses import replace

import numpy as np
import pytest
from studio import moving_person, ring

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.datasets.multiview import TriangulationSettings, triangulate
from signlift.datasets.multiview_inputs import View
from signlift.datasets.multiview_report import (
    build_triangulation_report,
    format_triangulation_report,
)
from signlift.errors import InputError

PERSON = moving_person(6)
HIP, NOSE, HAND = (PANOPTIC26.index(name) for name in ("MidHip", "Nose", "LHand"))


def views_of(cameras, points=PERSON, **fields):
    views = []
    for camera in cameras:
        keypoints = camera.project(points)
        views.append(View(Recording(keypoints, name=camera.name, fps=30, **fields), camera))
    return views


def test_points_and_depth_are_recovered_from_projections():
    cameras = ring(4)
    triangulation = triangulate(views_of(cameras), unit="cm")
    np.testing.assert_allclose(triangulation.points[:, :25], PERSON[:, :25], atol=1e-3)
    assert np.isnan(triangulation.points[:, 25]).all()  # no camera observes the 26th
    for recording, camera in zip(triangulation.recordings(), cameras, strict=True):
        np.testing.assert_allclose(recording.keypoints, camera.project(PERSON), 1e-5)
        np.testing.assert_allclose(
            recording.depth, camera.relative_depth(PERSON, PANOPTIC26), atol=0.01
        )
        assert (recording.depth[:, HIP] == 0).all()
        assert (recording.fps, recording.size) == (30, (1920, 1080))


def test_measured_and_reprojected():
    views = views_of(ring(5))
    views[0].recording.keypoints[2, HAND] += 200  # an outlier
    views[1].recording.keypoints[3, HAND] = np.nan  # not observed
    for view in views[1:]:
        view.recording.keypoints[4, NOSE] = np.nan  # observed by one view
    triangulation = triangulate(views)
    measured = triangulation.recordings()
    assert np.isnan(measured[0].keypoints[2, HAND]).all()
    assert np.isnan(measured[1].keypoints[3, HAND]).all()
    assert not np.isnan(measured[0].keypoints[4, NOSE]).any()
    assert not np.isnan(measured[0].depth[2, HAND]) and not np.isnan(measured[1].depth[3, HAND])
    assert np.isnan([recording.depth[4, NOSE] for recording in measured]).all()
    again = triangulation.recordings(reprojected=True)
    for recording, view in zip(again, views, strict=True):
        true = view.camera.project(PERSON)
        np.testing.assert_allclose(recording.keypoints[2:4], true[2:4], atol=0.01)
        assert np.isnan(recording.keypoints[4, NOSE]).all()
    assert not triangulation.inliers[0, 2, HAND] and triangulation.errors[
        0, 2, HAND
    ] == pytest.approx(283, abs=1)


def test_confidence_weights_and_excludes_observations():
    views = views_of(ring(4), confidence=np.full(PERSON.shape[:2], 0.9))
    views[0].recording.keypoints[:, HAND] += 8
    views[0].recording.confidence[:, HAND] = 0.2
    weighted = triangulate(views, TriangulationSettings(min_confidence=0.1)).points[:, HAND]
    excluded = triangulate(views, TriangulationSettings(min_confidence=0.3)).points[:, HAND]
    error = np.linalg.norm(excluded - PERSON[:, HAND], axis=1).max()
    assert error < 1e-3 < np.linalg.norm(weighted - PERSON[:, HAND], axis=1).min() < 0.2


def test_without_hips_there_are_points_but_no_depth():
    points = PERSON.copy()
    points[:, [PANOPTIC26.index(name) for name in ("LHip", "RHip", "MidHip")]] = np.nan
    triangulation = triangulate(views_of(ring(3), points))
    assert not np.isnan(triangulation.points[:, NOSE]).any()
    assert all(np.isnan(recording.depth).all() for recording in triangulation.recordings())
    assert build_triangulation_report(triangulation)["frames_with_root"] == 0


def test_frames_are_matched_by_their_numbers():
    cameras = ring(3)
    views = []
    for number, view in enumerate(views_of(cameras)):
        recording = Recording(view.recording.keypoints[number:], name=view.recording.name)
        views.append(View(recording, view.camera, first=100 + number))
    triangulation = triangulate(views)
    assert (triangulation.first, len(triangulation.points), triangulation.fps) == (101, 5, None)
    np.testing.assert_allclose(triangulation.points[:, :25], PERSON[1:, :25], atol=1e-3)
    assert not triangulation.inliers[2, 0].any() and triangulation.inliers[:2, 0, :25].all()


def test_a_single_frame():
    triangulation = triangulate(views_of(ring(2), PERSON[:1] * 0.8))
    assert triangulation.points.shape == (1, 26, 3)
    np.testing.assert_allclose(triangulation.points[:, :25], PERSON[:1, :25] * 0.8, atol=1e-3)


def test_views_with_a_known_rate_have_the_same_rate():
    first, *others = views_of(ring(3))
    silent = View(replace(first.recording, fps=None), first.camera)
    assert triangulate([silent, *others]).fps == 30
    fast = View(replace(others[1].recording, fps=60), others[1].camera)
    with pytest.raises(InputError, match="expected 30 frames per second, as in 00_01, found 60"):
        triangulate([silent, others[0], fast])


def test_wrong_input():
    first, second = views_of(ring(3))[:2]
    with pytest.raises(InputError, match="two or more, found 1"):
        triangulate([first])
    with pytest.raises(InputError, match=r"frames of equal numbers .* 00_01: 50 to 55"):
        triangulate([first, View(second.recording, second.camera, 50)])
    other = Recording(np.zeros((6, 17, 2)), COCO17, fps=25, name="b")
    with pytest.raises(InputError) as caught:
        triangulate([first, View(other, second.camera)])
    assert (
        "keypoints of panoptic26, as in 00_00, found keypoints of coco17"
        in caught.value.problems[0]
    )
    assert "30 frames per second" in caught.value.problems[1]
    with pytest.raises(InputError) as caught:
        TriangulationSettings(0.0, 2.0, 1)
    assert len(caught.value.problems) == 3


def test_the_report():
    views = views_of(ring(5))
    views[2].recording.keypoints[:3, HAND] += 300
    for view in views[1:]:
        view.recording.keypoints[:, NOSE] = np.nan
    triangulation = triangulate(views, unit="cm")
    report = build_triangulation_report(triangulation)
    hand, nose, unobserved = (report["keypoints"][name] for name in ("LHand", "Nose", "Keypoint26"))
    assert hand["dropped"] == 3 / 30 and hand["coverage"] == 1 and hand["views_per_point"] == 27 / 6
    assert hand["mean_error"] < 0.01 and hand["observations"] == 30
    assert nose["dropped"] == 1 and nose["coverage"] is None and nose["mean_error"] is None
    assert unobserved["observations"] == 0 and unobserved["dropped"] is None
    assert [view["camera"] for view in report["views"]] == [f"00_0{n}" for n in range(5)]
    assert report["views"][2]["dropped"] == 3 / (24 * 6)
    assert (report["frames"], report["frames_with_root"], report["unit"]) == (6, 6, "cm")
    table = format_triangulation_report(report).splitlines()
    assert any(line.split()[:1] == ["LHand"] and "10.0%" in line for line in table)
    assert not any("Keypoint26" in line for line in table)


def test_points_are_saved(tmp_path):
    triangulation = triangulate(views_of(ring(3)), unit="cm")
    with np.load(triangulation.save_points(tmp_path / "points.npz"), allow_pickle=False) as saved:
        np.testing.assert_array_equal(saved["points"], triangulation.points)
        assert saved["unit"] == "cm" and saved["fps"] == 30 and saved["views"].max() == 3
        assert saved["keypoints"].tolist() == list(PANOPTIC26.keypoints)
