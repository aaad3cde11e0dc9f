"""Metadata of exported graphs: `export` writes it and the lifter reads it."""

from __future__ import annotations

from typing import Literal

#: The graphs of a LiftingNet in the directory that it is exported to.
PROPORTIONS_FILE = "proportions.onnx"
DEPTH_FILE = "depth.onnx"

#: The graphs of a HandNet, in the same directory.
HAND_PROPORTIONS_FILE = "hand_proportions.onnx"
HANDS_FILE = "hands.onnx"

#: The same networks for one frame of a stream, in the same directory; models of earlier versions
#: have none.
PROPORTIONS_STEP_FILE = "step_proportions.onnx"
DEPTH_STEP_FILE = "step_depth.onnx"
FACE_STEP_FILE = "step_face.onnx"
SURFACE_STEP_FILE = "step_surface.onnx"
HAND_STEP_FILE = "step_hands.onnx"

#: Kinds of graphs: the two parts of a LiftingNet, a DepthLSTM, or the two parts of a HandNet; and
#: graphs of one frame.
Kind = Literal[
    "lifting proportions",
    "lifting depth",
    "depth lstm",
    "hand proportions",
    "hands",
    "proportions step",
    "depth step",
    "face step",
    "surface step",
    "hand step",
]

#: The frame rate at which the networks' input of it is 0.
REFERENCE_FPS = 30.0

#: What sums of weights begin with in graphs of one frame, so that nothing is divided by 0.
FIRST_WEIGHT = 1e-6

#: The key of the metadata in an ONNX file. Its value is a JSON object of `kind` (see `Kind`),
#: `version` (of signlift), `skeleton`, `config` (the network's sizes), `weights` (a digest that
#: the graphs of one network share) and `info` (such as the training data).
METADATA = "signlift"
