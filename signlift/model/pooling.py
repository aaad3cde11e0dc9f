"""Limits of the networks that pool their estimates over frames."""

from __future__ import annotations

#: Largest absolute value of the log of a frame's weight.
MAX_LOG_WEIGHT = 8.0

#: Frames of the longest recordings in training.
MAX_TRAINED_FRAMES = 384
