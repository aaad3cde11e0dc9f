import importlib.util
from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from benchmarks.other_programs import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    directory = tmp_path_factory.mktemp("files")
    sl.generate(directory / "data", recordings=1, min_frames=20, max_frames=20, seed=2)
    recording = replace(sl.read_arrays(directory / "data")[0], fps=25.0)
    depth = recording.depth.copy()
    depth[3:9, -1] = np.nan  # a line that ends with empty cells
    for suffix in ("bvh", "glb", "trc"):
        sl.write(replace(recording, depth=depth), directory / f"signer.{suffix}")
    return directory


def test_other_files(files, capsys):
    assert main([str(files / "signer.csv")]) == 2
    assert "signer.csv: expected a .bvh, .glb or .trc file, found '.csv'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("package", "suffix"), [("bpy", "bvh"), ("bpy", "glb"), ("opensim", "trc")]
)
def test_programs(package, suffix, files, capsys):
    code = main([str(files / f"signer.{suffix}")])
    out, err = capsys.readouterr()
    if importlib.util.find_spec(package) is None:
        assert (code, err) == (2, f"{package} is not installed; run pip install {package}\n")
    else:
        assert code == 0
        assert "finds all" in out or "finds the same" in out
