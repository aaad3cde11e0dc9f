"""A simulated keypoint detector."""
