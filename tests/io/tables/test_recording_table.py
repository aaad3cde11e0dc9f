import json

import numpy as np
import pandas as pd
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26, Skeleton

FORMATS = [("a.csv", None), ("a.csv", "csv-comments"), ("a.parquet", None)]

ALL = sl.WriteOptions(unobserved_depth=True)


def assert_equal(recording, expected, rtol=1e-6):
    for name in ("keypoints", "depth", "confidence", "depth_uncertainty"):
        np.testing.assert_allclose(getattr(recording, name), getattr(expected, name), rtol=rtol)
    assert recording.skeleton == expected.skeleton


@pytest.mark.parametrize(("name", "format"), FORMATS)
def test_a_lifted_recording_is_read_back(tmp_path, name, format):
    expected = lifted(7)
    recording = sl.read(sl.write(expected, tmp_path / name, format, ALL))
    assert_equal(recording, expected)
    for field in ("fps", "size", "unit", "name", "notes"):
        assert getattr(recording, field) == getattr(expected, field), field
    assert recording.times is None
    np.testing.assert_array_equal(recording.detected, expected.detected)


@pytest.mark.parametrize(("name", "format"), FORMATS)
def test_uneven_times_centimetres_and_other_skeletons_are_read_back(tmp_path, name, format):
    skeleton = Skeleton(
        "pose4", ("LShoulder", "RShoulder", "face:a b", "Neck"), (("Neck", "face:a b"),)
    )
    keypoints = np.random.default_rng(0).uniform(-90, 90, (3, 4, 2))
    expected = sl.Recording(
        keypoints, skeleton, depth=keypoints[..., 0], times=np.array([0, 0.1, 0.4]), unit="cm"
    )
    recording = sl.read(sl.write(expected, tmp_path / name, format, ALL))
    np.testing.assert_allclose(recording.keypoints, expected.keypoints, rtol=1e-6)
    np.testing.assert_allclose(recording.times, expected.times, rtol=1e-8)
    assert (recording.fps, recording.unit, recording.confidence) == (None, "cm", None)
    assert recording.skeleton.keypoints == skeleton.keypoints
    if format is None:
        assert recording.skeleton.bones == skeleton.bones


def test_without_its_description_a_table_is_read_by_its_columns(tmp_path):
    expected = lifted(7, fps=29.97)
    path = sl.write(expected, tmp_path / "a.csv", options=ALL)
    (tmp_path / "a.csv.json").unlink()
    recording = sl.read(path)
    assert_equal(recording, expected)
    assert (recording.fps, recording.unit, recording.size) == (29.97, "px", None)
    assert recording.name == "a"


def test_a_table_that_pandas_has_changed_is_read(tmp_path):
    expected = lifted(9)
    path = sl.write(expected, tmp_path / "a.csv", options=ALL)
    table = pd.read_csv(path)
    table.sort_values("keypoint").to_csv(tmp_path / "b.csv")
    assert_equal(sl.read(tmp_path / "b.csv"), expected)
    table[table["frame"] >= 4].dropna(subset=["x"]).to_csv(tmp_path / "c.csv", index=False)
    part = sl.read(tmp_path / "c.csv")
    assert part.skeleton is PANOPTIC26
    np.testing.assert_allclose(part.keypoints, expected.keypoints[4:], rtol=1e-6)
    wrists = table[table["keypoint"].isin(["LHand", "RHand"])]
    wrists.to_csv(tmp_path / "d.csv", index=False)
    few = sl.read(tmp_path / "d.csv")
    index = few.skeleton.index("LHand")
    np.testing.assert_allclose(
        few.depth[:, index], expected.depth[:, PANOPTIC26.index("LHand")], 1e-6
    )


@pytest.mark.parametrize(
    ("other", "frames", "difference"),
    [
        ({}, 6, "5 frames"),
        ({"fps": 50}, 5, "50 frames per second"),
        ({"skeleton": COCO17}, 5, "coco17"),
    ],
)
def test_a_description_of_another_table_is_left_out(tmp_path, other, frames, difference):
    path = sl.write(lifted(5, unit="cm", **other), tmp_path / "a.csv")
    old = (tmp_path / "a.csv.json").read_text()
    sl.write(lifted(frames), path)
    (tmp_path / "a.csv.json").write_text(old)
    recording = sl.read(path)
    assert recording.unit == "px"
    assert recording.notes == (
        f"left out: the description beside the table, which is of another one ({difference})",
    )


def test_completed_keypoints_stay(tmp_path):
    expected = lifted(5, confidence=np.tile([0.5, 0.0], (5, 13)))
    recording = sl.read(sl.write(expected, tmp_path / "a.csv"))
    np.testing.assert_array_equal(recording.observed, expected.observed)
    np.testing.assert_array_equal(recording.detected, expected.detected)


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", '{"producer": "other", "unit": "cm"}', '{"producer": 3}', "\x00"]
)
def test_a_description_of_another_program_is_ignored(tmp_path, text):
    path = sl.write(lifted(5), tmp_path / "a.csv")
    (tmp_path / "a.csv.json").write_text(text)
    assert sl.read(path).unit == "px"


def test_values_of_another_type_are_left_out(tmp_path):
    path = sl.write(lifted(5), tmp_path / "a.csv")
    value = {
        "producer": "signlift 1",
        "fps": [1],
        "size": [1, -2],
        "notes": 3,
        "unit": 7,
        "bones": [[1], 2],
        "frames": True,
        "recording": None,
    }
    (tmp_path / "a.csv.json").write_text(json.dumps(value))
    recording = sl.read(path)
    assert (recording.fps, recording.size, recording.notes) == (25, None, ())


def test_a_given_skeleton_converts_and_other_people_do_not_exist(tmp_path):
    path = sl.write(lifted(5), tmp_path / "a.csv")
    assert sl.read(path, skeleton="coco17").skeleton is COCO17
    assert sl.read(path, skeleton="openpose25").skeleton is OPENPOSE25
    with pytest.raises(sl.InputError, match="expected person 0, found 1"):
        sl.read(path, person=1)
    assert sl.read(path, fps=50).fps == 50


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: pd.concat([t, t.head(3)]),
            "one row for each frame and keypoint, found 133 rows for",
        ),
        (
            lambda t: t.assign(x=["a"] + [1.0] * 129),
            r"a.csv: x: expected a number, found 'a' in row 0",
        ),
        (lambda t: t.assign(frame=0.5), "frame: expected whole numbers, found 0.5 in row 0"),
        (lambda t: t.assign(frame=np.r_[0, [10**9] * 129]), "missing between them"),
        (lambda t: t.assign(keypoint=["LTail", *t["keypoint"][1:]]), "left and right in pairs"),
        (lambda t: t.head(0), "a table with rows"),
    ],
)
def test_damaged_tables_are_refused(tmp_path, change, message):
    table = pd.read_csv(sl.write(lifted(5), tmp_path / "a.csv"))
    change(table).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(sl.InputError, match=message) as error:
        sl.read(tmp_path / "a.csv")
    assert len(error.value.problems) == 1
