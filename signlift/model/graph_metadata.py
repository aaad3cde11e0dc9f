"""What an exported graph says of itself; `export` writes it and the lifter reads it."""

from __future__ import annotations

from typing import Literal

#: The graphs of a LiftingNet in the folder that it is exported to.
PROPORTIONS_FILE = "proportions.onnx"
DEPTH_FILE = "depth.onnx"

#: What a graph is: the two halves of a LiftingNet, or a DepthLSTM.
Kind = Literal["lifting proportions", "lifting depth", "depth lstm"]

#: The name among an ONNX file's metadata under which all of it lies, as JSON: `kind` (see
#: `Kind`), `version` (of signlift), `skeleton`, `config` (the network's sizes), `weights` (a
#: digest that the graphs of one network share) and `info` (such as what it was trained on).
METADATA = "signlift"
