"""Lifting: predict the depth of 2D keypoints, in whole recordings or in streams."""
