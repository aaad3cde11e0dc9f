"""The names of the architectures; no PyTorch is needed to know them."""

from __future__ import annotations

from typing import Literal

#: "depth-lstm" is a DepthLSTM, the network of the original repository; "lifting" is a LiftingNet,
#: the network of the shipped weights.
Architecture = Literal["depth-lstm", "lifting"]
