"""Metadata of exported graphs: `export` writes it and the lifter reads it."""

from __future__ import annotations

from typing import Literal

#: The graphs of a LiftingNet in the directory that it is exported to.
PROPORTIONS_FILE = "proportions.onnx"
DEPTH_FILE = "depth.onnx"

#: Kinds of graphs: the two parts of a LiftingNet, or a DepthLSTM.
Kind = Literal["lifting proportions", "lifting depth", "depth lstm"]

#: The key of the metadata in an ONNX file. Its value is a JSON object of `kind` (see `Kind`),
#: `version` (of signlift), `skeleton`, `config` (the network's sizes), `weights` (a digest that
#: the graphs of one network share) and `info` (such as the training data).
METADATA = "signlift"
