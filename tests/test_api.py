import subprocess
import sys

import pytest

import signlift as sl

#: Names of the original repository that stay public.
ORIGINAL = """skeleton_parts rotate_skeleton scale_axes plot_3D_skeleton DepthLSTM train_epoch
test_epoch"""


def test_every_public_name_can_be_imported():
    for name in sl.__all__:
        assert getattr(sl, name) is not None
        assert name in dir(sl)
    assert set(ORIGINAL.split()) <= set(sl.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = sl.nonsense


def test_skeleton_parts_map_numbers_to_names_and_back():
    assert sl.skeleton_parts[0] == "Neck" and sl.skeleton_parts["Neck"] == 0
    for number, name in enumerate(sl.PANOPTIC26.keypoints):
        assert (sl.skeleton_parts[number], sl.skeleton_parts[name]) == (name, number)
    assert len(sl.skeleton_parts) == 52
    with pytest.raises(TypeError):
        sl.skeleton_parts[0] = "Nose"


def test_importing_the_package_imports_none_of_its_dependencies():
    code = """
import sys
import signlift
print(*sorted({"numpy", "scipy", "torch", "matplotlib", "onnxruntime"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_reading_measuring_and_drawing_need_no_pytorch():
    code = """
import sys
sys.modules["torch"] = None  # as where it is not installed
import signlift as sl
from signlift.cli.main import main
from signlift.evaluation import Measures
from signlift.datasets.simulated import generate
sl.read, sl.evaluate, sl.read_arrays, sl.write, sl.plot_3D_skeleton, sl.prepare, sl.rotate_skeleton
sys.exit(main(["train", "a", "-o", "b"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "signlift: expected torch to be installed, found none: pip install signlift[train]"
    ]
