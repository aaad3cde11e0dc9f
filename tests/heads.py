"""Heads with landmarks at the places of the canonical face, turned and scaled."""

import numpy as np

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, face_layout, landmark_places
from signlift.geometry.rotations import rotation_from_vector
from signlift.lifting.face.face_depth import TORSO_MM
from signlift.lifting.face.lifted_head import LiftedHead


def rotation(turn=0.0, nod=0.0, tilt=0.0):
    """The rotation by degrees about y, x and z."""
    angles = np.radians([[0, turn, 0], [nod, 0, 0], [0, 0, tilt]])
    first, second, third = rotation_from_vector(angles)
    return first @ second @ third


def turned_points(skeleton, turn=0.0, nod=0.0, tilt=0.0, scale=0.5, frames=3):
    """All landmarks of a skeleton in 3D, [T, J, 3], in pixels; NaN where it has none."""
    layout = face_layout(skeleton)
    points = np.full((frames, len(skeleton), 3), np.nan)
    points[:, layout.columns] = scale * layout.places @ rotation(turn, nod, tilt).T
    return points + np.array([320.0, 200, -60])


def lifted(turn=0.0, nod=0.0, tilt=0.0, scale=0.5, frames=3, uncertainty=6.0):
    """The head as a network would lift it without error."""
    places = np.array([landmark_places()[name][0] for name in HEAD_KEYPOINTS])
    points = scale * places @ rotation(turn, nod, tilt).T + [320, 200, -60]
    points = np.broadcast_to(points, (frames, *points.shape)).copy()
    spread = None if uncertainty is None else np.full((frames, len(places)), uncertainty)
    torso = np.full(frames, scale * TORSO_MM)
    centre = np.tile([320.0, 200], (frames, 1))
    return LiftedHead(points[..., :2], points[..., 2], spread, torso, np.zeros(frames), centre)
