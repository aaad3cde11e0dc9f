"""The JSON that signlift writes is read back with its depth."""

import json

import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.skeleton import OPENPOSE25, OPENPOSE67, PANOPTIC67
from signlift.io.export.openpose_3d import write_openpose


@pytest.mark.parametrize("form", ["a.json", "a"])
@pytest.mark.parametrize(("source", "target"), [(OPENPOSE25, OPENPOSE25), (PANOPTIC67, OPENPOSE67)])
def test_depth_and_confidence_are_read_back(tmp_path, form, source, target):
    recording = lifted(5, source)
    recording.keypoints[2] = np.nan
    write_openpose(recording, tmp_path / form)
    recovered = sl.read(tmp_path / form)
    assert recovered.skeleton is target
    columns = [source.find(name) for name in target.keypoints]
    observed = recording.observed[:, columns]
    if source is not target:  # Neck and MidHip are derived
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
