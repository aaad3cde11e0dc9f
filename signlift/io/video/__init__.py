"""Keypoints from videos: frames with their times and a detector."""
