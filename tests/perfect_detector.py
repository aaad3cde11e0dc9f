"""A detector without errors, of which tests change one setting."""

from dataclasses import replace

import numpy as np

from signlift.core.skeleton import PANOPTIC26
from signlift.simulation.detector.simulated_detector import (
    DetectorSettings,
    simulate_detections,
)

SCALE = 100.0


#: A detector without errors; tests change one setting.
PERFECT = DetectorSettings(
    smooth_probability=0.0,
    clean_probability=0.0,
    noise=(1e-6, 1e-6),
    bias=(0.0, 0.0),
    blur=(0.0, 0.0),
    outlier_fraction=0.0,
    missing_fraction=0.0,
    missing_speed=0.0,
    empty_fraction=0.0,
    legs_probability=0.0,
    waist_probability=0.0,
    chest_probability=0.0,
    sway_probability=0.0,
    guess_probability=0.0,
    hidden_face_probability=0.0,
    snap_fraction=0.0,
    swap_fraction=0.0,
    derived_probability=0.0,
    coco_probability=0.0,
    binary_probability=0.0,
)


#: Positions in torsos from the Neck: x to the person's left, y down.
POSITIONS = {
    "Neck": (0, 0),
    "Nose": (0, -0.45),
    "LEye": (0.06, -0.5),
    "LEar": (0.14, -0.45),
    "LShoulder": (0.35, 0),
    "LElbow": (0.45, 0.5),
    "LWrist": (0.15, 0.4),
    "MidHip": (0, 1),
    "LHip": (0.2, 1),
    "LKnee": (0.2, 1.8),
    "LAnkle": (0.2, 2.6),
}


def person(count=3, frames=5, skeleton=PANOPTIC26):
    """Return people who face the camera and do not move."""
    keypoints = np.zeros((count, frames, len(skeleton), 2), np.float32)
    for number, name in enumerate(skeleton.keypoints):
        name = name.replace("Hand", "Wrist")
        sign = -1 if name[0] == "R" else 1
        x, y = POSITIONS.get(name, POSITIONS.get("L" + name[1:], (0.2, 2.7)))
        keypoints[:, :, number] = [sign * x, y]
    keypoints[:, :, skeleton.index("Keypoint26") if skeleton is PANOPTIC26 else 0] = [0, -0.6]
    return keypoints * np.float32(SCALE) + np.float32(500)


def run(changes, keypoints=None, seed=0, skeleton=PANOPTIC26, fps=30.0, **options):
    keypoints = person(60, 200) if keypoints is None else keypoints
    settings = replace(PERFECT, **changes)
    return simulate_detections(
        np.random.default_rng(seed), keypoints, skeleton, fps, SCALE, settings, **options
    )


def missing(keypoints, *names):
    return np.isnan(keypoints[:, :, [PANOPTIC26.index(name) for name in names], 0])
