"""Metrics of predicted depth and of 3D points."""
