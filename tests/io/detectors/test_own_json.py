"""The JSON that signlift writes is read back with its depth."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.skeleton import (
    MEDIAPIPE75,
    MEDIAPIPE553,
    OPENPOSE25,
    OPENPOSE67,
    PANOPTIC26,
    PANOPTIC67,
    Skeleton,
)
from signlift.io.export.openpose_3d import write_openpose


@pytest.mark.parametrize("form", ["a.json", "a"])
@pytest.mark.parametrize(("source", "target"), [(OPENPOSE25, OPENPOSE25), (PANOPTIC67, OPENPOSE67)])
def test_depth_and_confidence_are_read_back(tmp_path, form, source, target):
    recording = lifted(5, source)
    recording.keypoints[2] = np.nan
    write_openpose(recording, tmp_path / form)
    recovered = sl.read(tmp_path / form)
    if form == "a.json":  # whose header names the skeleton
        target = source
    assert recovered.skeleton is target
    columns = [source.find(name) for name in target.keypoints]
    observed = recording.observed[:, columns]
    if source is PANOPTIC67:  # Neck and MidHip are derived
        observed[:, [target.index("Neck"), target.index("MidHip")]] = False
    assert (recovered.observed >= observed).all()
    for name in ("keypoints", "depth", "confidence"):
        values, wanted = getattr(recovered, name), getattr(recording, name)[:, columns]
        np.testing.assert_allclose(values[observed], wanted[observed], rtol=2e-6)
    assert np.isnan(recovered.depth[~recovered.observed]).all()
    assert not recovered.observed[2].any()
    if form == "a.json":
        assert (recovered.fps, recovered.size, recovered.unit) == (25, (640, 480), "px")
        assert recovered.notes == recording.notes


@pytest.mark.parametrize(
    "skeleton", [PANOPTIC26, MEDIAPIPE75, MEDIAPIPE553], ids=lambda each: each.name
)
def test_keypoints_beyond_openpose_and_uncertainty_are_read_back(tmp_path, skeleton):
    recording = lifted(4, skeleton)
    lost = np.isnan(recording.depth)
    keypoints = np.where(lost[..., None], np.nan, recording.keypoints)
    recording = replace(recording, keypoints=keypoints, detector_depth=None)
    write_openpose(recording, tmp_path / "a.json")
    recovered = sl.read(tmp_path / "a.json")
    assert recovered.skeleton is skeleton
    observed = recording.observed
    for middle in ("Neck", "MidHip"):  # OpenPose's are the middles of shoulders and hips
        if skeleton is PANOPTIC26:
            observed[:, skeleton.index(middle)] = False
    for name in ("keypoints", "depth", "confidence", "depth_uncertainty"):
        values, wanted = getattr(recovered, name), getattr(recording, name)
        np.testing.assert_allclose(values[observed], wanted[observed], rtol=2e-6)


def test_keypoints_of_an_unknown_skeleton_are_read_back(tmp_path):
    skeleton = Skeleton("mine", (*OPENPOSE25.keypoints, "LTail", "RTail"), (("Neck", "LTail"),))
    recording = lifted(3, skeleton)
    write_openpose(recording, tmp_path / "a.json")
    recovered = sl.read(tmp_path / "a.json")
    assert recovered.skeleton.name == "mine" and recovered.skeleton.has("RTail")
    column = recovered.skeleton.index("RTail")
    known = recording.observed[:, -1] & ~np.isnan(recording.depth[:, -1])
    np.testing.assert_allclose(
        recovered.depth[known, column], recording.depth[known, -1], rtol=2e-6
    )


@pytest.mark.parametrize("value", [5, {"Keypoint26": [1, 2]}, {"Keypoint26": "far"}, [1], None])
def test_damaged_keypoints_beyond_openpose_are_one_line(tmp_path, value):
    write_openpose(lifted(3, PANOPTIC26), tmp_path / "a.json")
    whole = json.loads((tmp_path / "a.json").read_text())
    whole["frames"][1]["people"][0]["other_keypoints_3d"] = value
    (tmp_path / "a.json").write_text(json.dumps(whole))
    try:
        assert len(sl.read(tmp_path / "a.json")) == 3
    except sl.InputError as error:
        assert "a.json, frame 1: expected" in str(error)


def test_uneven_times_and_other_units_are_read_back(tmp_path):
    recording = lifted(4, OPENPOSE25)
    times = np.array([0, 0.04, 0.1, 0.12])
    values = {"keypoints": recording.keypoints / 500, "depth": recording.depth / 500}
    recording = sl.Recording(skeleton=OPENPOSE25, times=times, unit="m", **values)
    write_openpose(recording, tmp_path / "a.json")
    recovered = sl.read(tmp_path / "a.json")
    assert recovered.unit == "m" and recovered.fps is None
    np.testing.assert_allclose(recovered.times, times)
    np.testing.assert_allclose(
        recovered.keypoints[recovered.observed], recording.keypoints[recovered.observed], rtol=1e-6
    )


def test_three_dimensions_of_other_programs_are_no_depth(tmp_path):
    write_openpose(lifted(3, OPENPOSE25), tmp_path / "a.json")
    value = json.loads((tmp_path / "a.json").read_text())
    for frame in value["frames"]:
        for person in frame["people"]:
            person["pose_keypoints_3d"] = [number / 7 for number in person["pose_keypoints_3d"]]
    (tmp_path / "a.json").write_text(json.dumps(value))
    assert sl.read(tmp_path / "a.json").depth is None
    for frame in value["frames"]:
        for person in frame["people"]:
            person["pose_keypoints_3d"] = [0] * 100
    (tmp_path / "a.json").write_text(json.dumps(value))
    assert sl.read(tmp_path / "a.json").depth is None
