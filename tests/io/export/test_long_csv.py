import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifted_recordings import lifted

import signlift as sl
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.io.export.long_csv import write_commented_csv, write_csv


def rows(path):
    """Read the comment lines, and the rows as a reader that skips comments does."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    comments = [line for line in lines if line.startswith("#")]
    text = "".join(line for line in lines if not line.startswith("#"))
    return comments, list(csv.DictReader(io.StringIO(text, newline="")))


def number(field):
    return float(field) if field else np.nan


def test_a_row_for_each_frame_and_keypoint(tmp_path):
    recording = lifted(70)  # more than are written at once
    write_commented_csv(recording, tmp_path / "a.csv")
    comments, found = rows(tmp_path / "a.csv")
    assert comments[2:5] == [
        "# skeleton: panoptic26\n",
        "# unit: px\n",
        "# axes: x right, y down, z away from the camera\n",
    ]
    assert "# fps: 25\n" in comments
    assert "# note 2: gaps filled\n" in comments
    columns = "frame time keypoint x y z observed confidence z_uncertainty".split()
    assert list(found[0]) == columns
    assert len(found) == 70 * 26
    assert [row["keypoint"] for row in found[:26]] == list(recording.skeleton.keypoints)
    assert [int(row["frame"]) for row in found[::26]] == list(range(70))
    np.testing.assert_allclose([float(row["time"]) for row in found[::26]], np.arange(70) / 25)
    for name, values in (
        ("x", recording.keypoints[..., 0]),
        ("y", recording.keypoints[..., 1]),
        ("z", recording.depth),
        ("confidence", recording.confidence),
        ("z_uncertainty", recording.depth_uncertainty),
        ("observed", recording.observed),
    ):
        got = np.array([number(row[name]) for row in found]).reshape(70, 26)
        np.testing.assert_allclose(got, values, rtol=1e-6)


def test_pandas_reads_the_table_without_options_and_the_description_is_beside_it(tmp_path):
    recording = lifted(5)
    path = sl.write(recording, tmp_path / "a.csv", options=sl.WriteOptions(unobserved_depth=True))
    table = pd.read_csv(path)
    assert list(table)[:6] == ["frame", "time", "keypoint", "x", "y", "z"]
    assert len(table) == 5 * 26
    np.testing.assert_allclose(table["z"], recording.depth.ravel(), rtol=1e-6)
    description = json.loads((tmp_path / "a.csv.json").read_text())
    assert description["producer"].startswith("signlift")
    assert (description["skeleton"], description["unit"]) == ("panoptic26", "px")
    assert (description["fps"], description["size"]) == (25, [640, 480])
    assert (description["frames"], description["notes"]) == (5, list(recording.notes))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.csv.json"]


def test_the_table_is_the_same_with_the_description_inside(tmp_path):
    sl.write(lifted(5), tmp_path / "a.csv")
    sl.write(lifted(5), tmp_path / "b.csv", "csv-comments")
    text = (tmp_path / "b.csv").read_text()
    assert text.endswith((tmp_path / "a.csv").read_text())
    assert text.startswith("# producer: signlift")
    assert not (tmp_path / "b.csv.json").exists()


def test_known_lines(tmp_path):
    skeleton = Skeleton("two", ("MidHip", 'A "b", 5% #1'))
    keypoints = np.array([[[1.5, 2], [np.nan, np.nan]]])
    recording = Recording(keypoints, skeleton, depth=np.array([[0, -1.25]]), name="a", fps=None)
    write_csv(recording, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().splitlines()[-3:] == [
        "frame,time,keypoint,x,y,z,observed,confidence",
        "0,,MidHip,1.5,2,0,1,",
        '0,,"A ""b"", 5% #1",,,-1.25,0,',
    ]


def test_no_frame_and_no_depth(tmp_path):
    write_commented_csv(lifted(0), tmp_path / "a.csv")
    comments, found = rows(tmp_path / "a.csv")
    assert comments and not found
    with pytest.raises(sl.InputError, match="expected a recording with depth"):
        write_csv(lifted().with_depth(None), tmp_path / "b.csv")
    assert not (tmp_path / "b.csv").exists()


NUMBER = st.floats(-1e9, 1e9, width=32) | st.just(np.nan)


@given(st.lists(NUMBER, min_size=3, max_size=3), st.text(min_size=1, max_size=5))
def test_any_numbers_and_names_are_read_back(tmp_path_factory, numbers, name):
    skeleton = Skeleton("two", ("MidHip", "K" + name))
    x, y, z = numbers
    recording = Recording(
        np.array([[[0, 0], [x, y]]], "f4"), skeleton, depth=np.array([[0, z]], "f4")
    )
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(recording, path)
    text = path.read_bytes().decode().partition("frame,time")[2]
    found = list(csv.reader(io.StringIO("frame,time" + text, newline="")))[2]
    assert found[2] == "K" + name
    got = [number(field) for field in found[3:6]]
    np.testing.assert_allclose(got, one_row(recording), rtol=1e-6, atol=1e-30)


def one_row(recording):
    return [*recording.keypoints[0, 1], recording.depth[0, 1]]


def test_completed_keypoints_are_not_observed(tmp_path):
    skeleton = Skeleton("two", ("MidHip", "Neck"))
    sure = np.array([[0.5, 0.0]])
    recording = Recording(np.ones((1, 2, 2)), skeleton, depth=np.zeros((1, 2)), confidence=sure)
    assert recording.detected.tolist() == [[True, False]]
    _, found = rows(sl.write(recording, tmp_path / "a.csv"))
    assert [(row["x"], row["observed"]) for row in found] == [("1", "1"), ("1", "0")]
