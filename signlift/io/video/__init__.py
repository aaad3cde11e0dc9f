"""Keypoints from videos: decoded frames with their times, and a detector."""
