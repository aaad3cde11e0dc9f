import subprocess
import sys

import pytest

import signlift as sl


def test_every_public_name_is_there():
    for name in sl.__all__:
        assert getattr(sl, name) is not None
        assert name in dir(sl)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sl.nonsense


def test_reading_measuring_and_drawing_need_no_pytorch():
    code = """
import sys
sys.modules["torch"] = None  # as where it is not installed
import signlift as sl
from signlift.cli.main import main
from signlift.evaluation import Measures
from signlift.datasets.simulated import generate
sl.read, sl.read_arrays, sl.write, sl.plot_3D_skeleton, sl.prepare, sl.rotate_skeleton
sys.exit(main(["train", "a", "-o", "b"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "signlift: expected torch to be installed, found none: pip install signlift[train]"
    ]
