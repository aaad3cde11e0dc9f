"""Hands as a camera and a detector see them, with the truth, as a HandNet takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from signlift.core.hands import HAND_NAMES, HAND_UNIT
from signlift.core.skeleton import PANOPTIC67
from signlift.geometry.rotations import unit_vectors
from signlift.model.hands.hand_inputs import HAND_BONE_STARTS
from signlift.simulation.detector.temporal_noise import ar1_noise
from signlift.simulation.hands.hand_detector import HandDetectorSettings, detect_hands
from signlift.simulation.hands.hand_dimensions import draw_hand
from signlift.simulation.hands.hand_transfer import transfer_hands
from signlift.simulation.views.camera_batch import CameraBatch, render_views
from signlift.simulation.views.framing import ViewSettings
from signlift.utils.array_types import Float

#: Mean length of a hand in arms' lengths, and standard deviation of its logarithm.
_HAND_LENGTH, _HAND_LENGTH_STD = 0.358, 0.075

#: Standard deviations of the logarithms of the arm that the body's network estimates, of the
#: distance of the camera, and of the wrist's distance relative to it.
_ARM_STD, _DISTANCE_STD, _WRIST_STD = 0.07, 0.25, 0.03

#: Standard deviation of the forearm's direction as the body's network estimates it, and of the
#: angle by which hands are turned about the wrist, in radians.
_FOREARM_STD, _HAND_TURN = 0.15, 0.25

#: Correlation of the body network's errors in consecutive frames.
_SLOW = 0.97

#: Fraction of the longer side by which keypoints may lie outside the image.
_MARGIN = 0.05

#: The middle finger's knuckle among the keypoints of a hand.
_KNUCKLE = 9

_HANDS = [[PANOPTIC67.index(side + name) for name in HAND_NAMES] for side in "LR"]
_ARM = ("Shoulder", "Elbow", "Hand")
_ELBOWS = [PANOPTIC67.index(side + "Elbow") for side in "LR"]


@dataclass(frozen=True, eq=False)
class RenderedHands:
    """H hands, right ones mirrored; see `HandBatch` for the fields."""

    keypoints: Float[np.ndarray, "H T 21 2"]
    confidence: Float[np.ndarray, "H T 21"]
    detector_depth: Float[np.ndarray, "H T 21"]
    forearm: Float[np.ndarray, "H T 3"]
    sight: Float[np.ndarray, "H T 3"]
    wrist: Float[np.ndarray, "H T 2"]
    fps: Float[np.ndarray, " H"]
    true_keypoints: Float[np.ndarray, "H T 21 2"]
    depth: Float[np.ndarray, "H T 21"]
    proportions: Float[np.ndarray, "H T 20"]


class _Projection(NamedTuple):
    """The true hands in the camera frame, in metres and in pixels."""

    points: Float[np.ndarray, "B 2 T 21 3"]  # relative to the wrist
    pixels: Float[np.ndarray, "B 2 T 21 2"]
    distance: Float[np.ndarray, "B 2 T"]  # of the wrist
    forearm: Float[np.ndarray, "B 2 T 3"]


def render_hands(
    rng: np.random.Generator,
    points: Float[np.ndarray, "B T 67 3"],
    fps: Float[np.ndarray, " B"],
    views: ViewSettings,
    detector: HandDetectorSettings,
) -> RenderedHands:
    """Give people other hands, and render and detect both hands of each.

    Parameters
    ----------
    rng
        Random generator.
    points
        [B, T, 67, 3] of panoptic67 in world metres, y up.
    fps
        [B], frames per second.
    views, detector
        Distributions of cameras and detectors.

    Returns
    -------
    H = 2 B hands: left and right hand of the first person, and so on.
    """
    B, T = points.shape[:2]
    cameras = render_views(rng, points, PANOPTIC67, views)
    arms = _arm_lengths(points)
    truth = _project(points, _draw_fingers(rng, points, arms), cameras)
    unit = HAND_UNIT * arms * np.exp(_ARM_STD * rng.standard_normal(B))
    unit = unit[:, None, None].astype(np.float32)
    # Pixels of a hand unit at the wrist's distance, as far as the body's network knows it.
    focal = cameras.focal[:, None, None]
    drift = ar1_noise(_normal(rng, B, T, 2), np.full((B, 1), _SLOW, np.float32))
    wrist_error = np.exp(_WRIST_STD * np.moveaxis(drift, -1, 1))
    scale = (focal * unit / truth.distance * wrist_error).astype(np.float32)
    margin = _MARGIN * cameras.size.max(1)[:, None, None, None, None]
    inside = truth.pixels >= -margin
    inside &= truth.pixels <= cameras.size[:, None, None, None] + margin
    size = np.linalg.norm(truth.points[..., _KNUCKLE, :], axis=-1) / truth.distance * focal
    pixels_per_metre = focal / truth.distance
    H = 2 * B
    detected = detect_hands(
        rng,
        truth.pixels.reshape(H, T, 21, 2),
        (truth.points[..., 2] * pixels_per_metre[..., None]).reshape(H, T, 21),
        size.reshape(H, T).astype(np.float32),
        inside.all(-1).reshape(H, T, 21),
        detector,
    )
    found = detected.points.reshape(B, 2, T, 21, 2)
    wrist = _detect_wrists(rng, truth, found, size, detected.level.reshape(B, 2))
    origin = np.where(np.isnan(found[..., 0, :]), wrist, found[..., 0, :])
    per_unit = scale[..., None, None]
    lengths = np.log(np.median(_bone_lengths(truth.points), 2) / unit)
    values = {
        "keypoints": (found - origin[..., None, :]) / per_unit,
        "confidence": detected.confidence.reshape(B, 2, T, 21),
        "detector_depth": detected.depth.reshape(B, 2, T, 21) / scale[..., None],
        "forearm": _estimate_forearms(rng, truth.forearm),
        "sight": _estimate_sight(rng, points, origin, truth, cameras, unit),
        "wrist": (wrist - origin) / scale[..., None],
        "fps": np.repeat(fps[:, None], 2, 1),
        "true_keypoints": (truth.pixels - origin[..., None, :]) / per_unit,
        "depth": truth.points[..., 2] / unit[..., None],
        "proportions": np.repeat(lengths[:, :, None], T, 2),
    }
    for name in ("keypoints", "forearm", "sight", "wrist", "true_keypoints"):
        values[name][:, 1, ..., 0] *= -1
    return RenderedHands(
        **{
            name: np.ascontiguousarray(value.reshape(H, *value.shape[2:]), np.float32)
            for name, value in values.items()
        }
    )


def _arm_lengths(points: Float[np.ndarray, "B T 67 3"]) -> Float[np.ndarray, " B"]:
    """Measure the arms, from shoulder to wrist: medians over the frames, means of both sides."""
    joints = [[PANOPTIC67.index(side + name) for name in _ARM] for side in "LR"]
    bones = np.diff(points[:, :, joints], axis=3)  # [B, T, 2, 2, 3]
    return np.asarray(np.median(np.linalg.norm(bones, axis=-1).sum(-1), 1).mean(-1))


def _draw_fingers(
    rng: np.random.Generator,
    points: Float[np.ndarray, "B T 67 3"],
    arms: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B 2 T 20 3"]:
    """Draw other hands, and return their fingers relative to the wrists."""
    B = len(points)
    hands = points[:, :, _HANDS]  # [B, T, 2, 21, 3]
    fingers = np.moveaxis(hands[..., 1:, :] - hands[..., :1, :], 2, 1)
    lengths = _HAND_LENGTH * arms * np.exp(_HAND_LENGTH_STD * rng.standard_normal(B))
    fingers = transfer_hands(rng, fingers, [draw_hand(rng) for _ in range(B)], lengths)
    axis = _HAND_TURN * rng.standard_normal((B, 2, 1, 1, 3)).astype(np.float32)
    return _rotate(fingers, axis)


def _project(
    points: Float[np.ndarray, "B T 67 3"],
    fingers: Float[np.ndarray, "B 2 T 20 3"],
    cameras: CameraBatch,
) -> _Projection:
    """Project hands; a fingertip is never nearer than 0.3 m."""
    turn = np.swapaxes(cameras.rotation, 1, 2).astype(np.float32)[:, None]  # [B, 1, 3, 3]
    position = cameras.position[:, None, None].astype(np.float32)
    wrists = (points[:, :, [hand[0] for hand in _HANDS]] - position) @ turn
    elbows = (points[:, :, _ELBOWS] - position) @ turn
    wrists, elbows = np.moveaxis(wrists, 2, 1), np.moveaxis(elbows, 2, 1)  # [B, 2, T, 3]
    relative = fingers @ turn[:, :, None]
    relative = np.concatenate([np.zeros_like(relative[..., :1, :]), relative], -2)
    absolute = wrists[..., None, :] + relative
    focal = cameras.focal[:, None, None, None, None].astype(np.float32)
    principal = cameras.principal[:, None, None, None].astype(np.float32)
    pixels = absolute[..., :2] / np.maximum(absolute[..., 2:], 0.3) * focal + principal
    return _Projection(relative, pixels, wrists[..., 2], unit_vectors(wrists - elbows))


def _detect_wrists(
    rng: np.random.Generator,
    truth: _Projection,
    found: Float[np.ndarray, "B 2 T 21 2"],
    size: Float[np.ndarray, "B 2 T"],
    level: Float[np.ndarray, "B 2"],
) -> Float[np.ndarray, "B 2 T 2"]:
    """Draw the wrists that the body's detector finds; some take them from the hand."""
    B, _, T = size.shape
    noise = _normal(rng, B, T, 2, 2)
    noise = 0.2 * ar1_noise(noise, rng.uniform(0.5, 0.97, (B, 1, 1)).astype(np.float32))
    error = np.moveaxis(noise + 0.14 * _normal(rng, B, 1, 2, 2), 2, 1)
    wrist = truth.pixels[..., 0, :] + level[..., None, None] * error * size[..., None]
    same = (rng.random((B, 1, 1, 1)) < 0.2) & ~np.isnan(found[..., 0, :])
    return np.where(same, found[..., 0, :], wrist)


def _estimate_forearms(
    rng: np.random.Generator, forearm: Float[np.ndarray, "B 2 T 3"]
) -> Float[np.ndarray, "B 2 T 3"]:
    """Draw the directions of forearms as the body's network estimates them."""
    B, _, T = forearm.shape[:3]
    noise = ar1_noise(_normal(rng, B, T, 2, 3), np.full((B, 1, 1), _SLOW, np.float32))
    level = _FOREARM_STD * rng.uniform(0.2, 1.3, (B, 1, 1, 1))
    error = level * np.moveaxis(0.7 * noise + 0.7 * _normal(rng, B, 1, 2, 3), 2, 1)
    forearm = unit_vectors(forearm + error)
    forearm[rng.random(B) < 0.05] = np.nan
    return forearm


def _estimate_sight(
    rng: np.random.Generator,
    points: Float[np.ndarray, "B T 67 3"],
    origin: Float[np.ndarray, "B 2 T 2"],
    truth: _Projection,
    cameras: CameraBatch,
    unit: Float[np.ndarray, "B 1 1"],
) -> Float[np.ndarray, "B 2 T 3"]:
    """Draw the line of sight to the wrist, as far as it is known.

    The image's centre is known or not; then the Neck is taken for it. The focal length is known
    as well as the distance to the body, which the body's network estimates.
    """
    B = len(points)
    neck = PANOPTIC67.point(cameras.keypoints, "Neck")[:, None]  # [B, 1, T, 2]
    centre = rng.random((B, 1, 1, 1)) < 0.7
    middle = np.where(centre, cameras.size[:, None, None] / 2, neck)
    factor = np.exp(_DISTANCE_STD * rng.standard_normal((B, 1, 1, 1)))
    tangent = (origin - middle) / cameras.focal[:, None, None, None]
    inverse = unit / truth.distance
    return np.concatenate([tangent, inverse[..., None]], -1) * factor


def _bone_lengths(points: Float[np.ndarray, "*rest 21 3"]) -> Float[np.ndarray, "*rest 20"]:
    return np.linalg.norm(points[..., 1:, :] - points[..., HAND_BONE_STARTS, :], axis=-1)


def _rotate(
    points: Float[np.ndarray, "B 2 T 20 3"], axis: Float[np.ndarray, "B 2 1 1 3"]
) -> Float[np.ndarray, "B 2 T 20 3"]:
    """Rotate points by rotation vectors (Rodrigues' formula)."""
    angle = np.linalg.norm(axis, axis=-1, keepdims=True)
    unit = axis / np.maximum(angle, 1e-9)
    along = (points * unit).sum(-1, keepdims=True) * unit
    across = np.cross(np.broadcast_to(unit, points.shape), points)
    return along + np.cos(angle) * (points - along) + np.sin(angle) * across


def _normal(rng: np.random.Generator, *shape: int) -> Float[np.ndarray, "*shape"]:
    return rng.standard_normal(shape, np.float32)
