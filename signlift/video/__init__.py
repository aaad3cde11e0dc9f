"""Keypoints from videos: frames with their times, a detector, and one recording per person."""
