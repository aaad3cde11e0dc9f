"""Normalisation of 2D keypoints for lifting."""
