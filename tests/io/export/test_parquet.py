import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.cli.main import main
from signlift.io.export.parquet import write_parquet


def test_columns_types_and_metadata(tmp_path):
    recording = lifted(5)
    write_parquet(recording, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("frame", "int32"),
        ("time", "double"),
        ("keypoint", "dictionary<values=string, indices=int32, ordered=0>"),
        ("x", "float"),
        ("y", "float"),
        ("z", "float"),
        ("observed", "bool"),
        ("confidence", "float"),
        ("z_uncertainty", "float"),
    ]
    assert table["keypoint"].to_pylist() == list(recording.skeleton.keypoints) * 5
    assert table["frame"].to_pylist() == np.repeat(np.arange(5), 26).tolist()
    np.testing.assert_allclose(table["time"], np.repeat(np.arange(5) / 25, 26))
    np.testing.assert_array_equal(table["observed"], recording.observed.ravel())
    assert table["x"].null_count == (~recording.observed).sum()
    for name, values in (("x", recording.keypoints[..., 0]), ("z", recording.depth)):
        np.testing.assert_array_equal(table[name].to_numpy(), values.ravel())
    metadata = table.schema.metadata
    assert metadata[b"unit"] == b"px"
    assert metadata[b"note 1"] == b"lifted with the shipped weights"
    assert b"away from the camera" in metadata[b"axes"]


def test_unknown_values_are_null_and_no_frame_gives_no_row(tmp_path):
    write_parquet(lifted(2, confidence=None, fps=None), tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table["confidence"].null_count == table["time"].null_count == 52
    write_parquet(lifted(0), tmp_path / "b.parquet")
    assert pq.read_table(tmp_path / "b.parquet").num_rows == 0
    with pytest.raises(sl.InputError, match="expected a recording with depth"):
        write_parquet(lifted().with_depth(None), tmp_path / "c.parquet")


def test_a_missing_pyarrow_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    out = tmp_path / "a.parquet"
    assert main(["lift", str(sl.sample_path()), "-o", str(out)]) == 2
    assert capsys.readouterr().err == (
        "PyArrow is not installed; run pip install 'signlift[tables]'\n"
    )
    assert not list(tmp_path.iterdir())


def test_only_parquet_needs_pyarrow(tmp_path):
    code = f"""
import sys
sys.modules["pyarrow"] = None
import numpy as np
import signlift as sl
one = sl.Recording(np.zeros((2, 26, 2)), depth=np.zeros((2, 26)), fps=30)
for suffix in ("csv", "npz", "json", "trc"):
    sl.write(one, {str(tmp_path)!r} + "/a." + suffix)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert len(list(tmp_path.iterdir())) == 5  # and a.csv.json
