import importlib.util
from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from benchmarks.other_programs import main


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    sl.generate(folder / "data", recordings=1, min_frames=20, max_frames=20, seed=2)
    recording = replace(sl.read_arrays(folder / "data")[0], fps=25.0)
    depth = recording.depth.copy()
    depth[3:9, -1] = np.nan  # a line that ends with nothing
    for suffix in ("bvh", "trc"):
        sl.write(replace(recording, depth=depth), folder / f"signer.{suffix}")
    return folder


def test_other_files(files, capsys):
    assert main([str(files / "signer.csv")]) == 2
    assert "signer.csv: expected a .bvh or .trc file, found none" in capsys.readouterr().err


@pytest.mark.parametrize(("package", "suffix"), [("bpy", "bvh"), ("opensim", "trc")])
def test_programs(package, suffix, files, capsys):
    code = main([str(files / f"signer.{suffix}")])
    out, err = capsys.readouterr()
    if importlib.util.find_spec(package) is None:
        assert (code, err) == (2, f"expected the package {package} (pip install {package})\n")
    else:
        assert code == 0
        assert "finds all" in out or "finds the same" in out
