"""Cases and files of motion that the tests of benchmarks.held_out share."""

import numpy as np

from benchmarks.held_out.cases import Case, count_detected
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC67, get_skeleton
from signlift.core.skeleton_arrays import convert
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer


def draw_case(rng, frames=6, skeleton=PANOPTIC67, body_cm=2.0, hand_cm=3.0, **fields):
    """Draw a case of random keypoints and depth."""
    skeleton = get_skeleton(skeleton)
    keypoints = rng.normal(300, 50, (frames, len(skeleton), 2))
    recording = Recording(keypoints, skeleton, fps=30)
    values = {
        "recording": recording,
        "depth": rng.normal(0, 30, keypoints.shape[:2]),
        "keypoints": keypoints,
        "body_cm": np.full(frames, body_cm),
        "hand_cm": np.full(frames, hand_cm),
        "counted": count_detected(recording),
    }
    return Case(**{**values, **fields})


def columns(skeleton, *names):
    """Return the numbers of keypoints, by the name that any skeleton uses."""
    return [skeleton.find(name) for name in names]


def sample_motion(frames=40):
    """Sample a signer's motion [T, 67, 3] in cm, y up, on panoptic67."""
    rng = np.random.default_rng(0)
    points = Signer.draw(rng).sample_motion(rng, frames, 30.0, fingers=True)
    return 100 * convert(points, SIGNER, PANOPTIC67)


def stand(frames=3):
    """Return points [T, 67, 3] in metres of a person who stands still and faces +z."""
    places = {
        "Nose": (0, 1.6, 0.15),
        "LShoulder": (0.2, 1.4, 0),
        "LElbow": (0.3, 1.15, 0),
        "LHand": (0.35, 0.9, 0.05),
        "LHip": (0.1, 0.9, 0),
        "LKnee": (0.1, 0.5, 0),
        "LAnkle": (0.1, 0.1, 0),
    }
    points = np.tile([0.0, 1.2, 0.0], (frames, len(PANOPTIC67), 1))
    for name, place in places.items():
        points[:, PANOPTIC67.index(name)] = place
        if name[0] == "L":
            points[:, PANOPTIC67.index(f"R{name[1:]}")] = place * np.array([-1, 1, 1])
    points[:, PANOPTIC67.index("Neck")] = (0, 1.4, 0)
    points[:, PANOPTIC67.index("MidHip")] = (0, 0.9, 0)
    return points


def write_rendering(path, frames=5, view="front"):
    """Write a recording in the form of the rendered ones, detected without error."""
    rng = np.random.default_rng(0)
    points = rng.normal((0, 0, 250), 20, (frames, 75, 3))
    points[..., 2] = 250 + 0.1 * points[..., 0]
    focal, size = 500.0, np.array([600, 700])
    keypoints = points[..., :2] / points[..., 2:] * focal + size / 2
    depth = (points[..., 2] - 250) * focal / 250
    world = np.random.default_rng(1).normal(0, 0.1, (frames, 33, 3))
    world[..., 2] = (points[:, :33, 2] - 250) / 100
    np.savez(
        path,
        keypoints=keypoints,
        confidence=np.full((frames, 75), 0.9),
        mediapipe_z=depth,
        mediapipe_world=world,
        true_keypoints=keypoints,
        true_points=points,
        observed_in_image=np.ones((frames, 75), bool),
        heavy_keypoints=keypoints[:, :33] + 1,
        heavy_confidence=np.full((frames, 33), 0.9),
        heavy_z=depth[:, :33],
        heavy_world=world,
        fps=30.0,
        size=size,
        focal=focal,
        view=view,
        azimuth=12.0,
        elevation=-7.0,
    )
