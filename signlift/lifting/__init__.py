"""Lifting: 2D keypoints in, depth out; whole recordings or streams."""
