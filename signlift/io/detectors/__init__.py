"""Keypoints of pose detectors as JSON."""
