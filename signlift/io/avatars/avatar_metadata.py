"""Metadata of an avatar and its recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from signlift.core.recording import Recording

if TYPE_CHECKING:
    from signlift.animation.avatar import Avatar


def describe_avatar(recording: Recording, avatar: Avatar, **more: str) -> dict[str, Any]:
    """Collect the metadata of an avatar, as values of JSON by plain keys.

    Parameters
    ----------
    recording
        The source of the avatar.
    avatar
        Its motion, lengths in cm and scale.
    more
        What the format adds, such as its unit and order of rotations.
    """
    return {
        "name": recording.name,
        **more,
        "axes": "x to the left of a person who faces the camera, y up, z to the camera",
        "root": "Hips, at rest in depth: depth is relative to the middle of the hips",
        "fps": avatar.motion.fps,
        "frames": len(avatar.motion),
        "rest_pose": "T, facing +z",
        "cm_per_unit": avatar.scale,
        "unit_of_recording": recording.unit,
        "origin_in_recording": [round(float(value), 4) for value in avatar.origin],
        "perspective": "none: taken as orthographic",
        "lengths_cm": {name: round(length, 3) for name, length in avatar.lengths.items()},
        "lengths_measured": list(avatar.measured),
        "notes": list(recording.notes),
    }
