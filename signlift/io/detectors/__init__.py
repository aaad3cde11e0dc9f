"""2D keypoints that pose detectors write as JSON."""
