"""The extensions that the documentation is built with."""

import subprocess
import sys

import pytest
from example_pages import ROOT


def test_libraries_are_replaced_by_classes_that_annotations_take():
    code = """
import sys
sys.path.insert(0, "docs/extensions")
from stub_modules import install_stubs
install_stubs("torch", "lightning_fabric", "safetensors", "onnx", "filelock")
import torch
from torch import Tensor, nn
from jaxtyping import Float
assert isinstance(Tensor, type) and Float[Tensor, "B T"]
class Model(nn.Module): pass
@torch.no_grad()
def predict(): return 1
assert predict() == 1
import signlift as sl
assert sl.train.__doc__ and sl.DepthLSTM.__doc__
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_prose_in_a_returns_section_is_a_description(monkeypatch):
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(ROOT / "docs/extensions")
    from prose_docstrings import mark_prose, unmark_prose

    prose = ["Lift.", "", "Returns", "-------", "Depth [T, J],", "relative to MidHip.", "", "Notes"]
    marked = mark_prose("function", prose)
    assert marked[:4] == prose[:4]
    assert marked[5:7] == ["    Depth [T, J],", "    relative to MidHip."]
    named = ["Returns", "-------", "depth", "    [T, J]", "state", "    The state."]
    assert mark_prose("function", named)[3:] == [f"    {line}" for line in named[2:]]
    typed = ["Returns", "-------", "depth : array", "    [T, J]"]
    assert mark_prose("function", typed) == typed
    shared = ["Attributes", "----------", "x, y", "    Position.", "", "Notes"]
    assert mark_prose("class", shared)[2:6] == ["x", "    Position.", "y", "    Position."]
    assert unmark_prose(mark_prose("property", ["Frames per second: a number."])) == [
        "Frames per second: a number."
    ]
