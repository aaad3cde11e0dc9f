"""The public names, their signatures, and the cost of importing them.

After a wanted change of the public API, `UPDATE_SNAPSHOTS=1 pytest tests/test_api.py` writes
tests/snapshots/public_api.txt anew.
"""

import inspect
import os
import subprocess
import sys
from pathlib import Path

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
        "PyTorch is not installed; run pip install 'signlift[train]'"
    ]


EMPTY = inspect.Parameter.empty
SNAPSHOT = Path(__file__).parent / "snapshots" / "public_api.txt"


def signature(function):
    """The names and defaults of parameters, without annotations."""
    parameters = [
        parameter.replace(
            annotation=EMPTY,
            default=EMPTY if parameter.default is EMPTY else Default(parameter.default),
        )
        for parameter in inspect.signature(function).parameters.values()
    ]
    return str(inspect.Signature(parameters))


class Default:
    """A default value that prints as its name, if it has one."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return getattr(self.value, "name", None) or repr(self.value)


def members(cls):
    """The public methods, properties and fields of a class, a line each."""
    for name, member in sorted(vars(cls).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, (classmethod, staticmethod)):
            member = member.__func__
        yield f"    {name}{signature(member)}" if inspect.isfunction(member) else f"    {name}"


def describe_api():
    lines = []
    for name in sorted(sl.__all__):
        value = getattr(sl, name)
        if inspect.isclass(value):
            arguments = "" if issubclass(value, Warning) else signature(value)
            lines += [f"class {name}{arguments}", *members(value)]
        elif callable(value):
            lines.append(f"{name}{signature(value)}")
        else:
            lines.append(name)
    return "\n".join(lines) + "\n"


def test_the_public_api_is_that_of_the_snapshot():
    pytest.importorskip("torch")
    pytest.importorskip("lightning_fabric")
    text = describe_api()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(text)
    assert text == SNAPSHOT.read_text()
