"""Keypoints that can be recognised by their values."""

import numpy as np


def named_keypoints(skeleton, frames=2):
    """Keypoints whose x is a number that belongs to the name, y the frame."""
    values = np.zeros((frames, len(skeleton), 2), np.float32)
    values[..., 0] = [sum(map(ord, name.replace("Hand", "Wrist"))) for name in skeleton.keypoints]
    values[..., 1] = np.arange(frames)[:, None]
    return values
