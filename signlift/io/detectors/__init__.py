"""Readers of the JSON files that 2D pose detectors write."""
