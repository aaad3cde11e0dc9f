"""Metadata of exported graphs: `export` writes it and the lifter reads it."""

from __future__ import annotations

from typing import Literal

#: The graphs of a LiftingNet in the directory that it is exported to.
PROPORTIONS_FILE = "proportions.onnx"
DEPTH_FILE = "depth.onnx"

#: The graphs of a HandNet, in the same directory.
HAND_PROPORTIONS_FILE = "hand_proportions.onnx"
HANDS_FILE = "hands.onnx"

#: Kinds of graphs: the two parts of a LiftingNet, a DepthLSTM, or the two parts of a HandNet.
Kind = Literal["lifting proportions", "lifting depth", "depth lstm", "hand proportions", "hands"]

#: The key of the metadata in an ONNX file. Its value is a JSON object of `kind` (see `Kind`),
#: `version` (of signlift), `skeleton`, `config` (the network's sizes), `weights` (a digest that
#: the graphs of one network share) and `info` (such as the training data).
METADATA = "signlift"
