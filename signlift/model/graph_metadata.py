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
    "hand step",
]

#: The frame rate at which the networks' input of it is 0.
REFERENCE_FPS = 30.0

#: Numbers of the placement of a frame, an input of graphs of one frame: center x and y, 1 over the
#: scale, the Neck's offset x and y from the image's centre (normalised; NaN where unknown), the log
#: of the frame rate over `REFERENCE_FPS`, and the detector's depth of the Neck (NaN where there is
#: none).
PLACEMENT_SIZE = 7

#: Numbers of the placement of both hands: x and y of the image's centre, normalised (NaN where
#: unknown); the distance of swapped hands (see `signlift.model.steps.hand_step.HandStep`); the
#: scale, and center x and y of the frame.
HAND_PLACEMENT_SIZE = 6

#: The key of the metadata in an ONNX file. Its value is a JSON object of `kind` (see `Kind`),
#: `version` (of signlift), `skeleton`, `config` (the network's sizes), `weights` (a digest that
#: the graphs of one network share) and `info` (such as the training data).
METADATA = "signlift"
