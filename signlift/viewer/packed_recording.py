"""A recording as an object for JSON, with all that the page shows of it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from signlift.animation.rest_pose import DEFAULT_TORSO
from signlift.core.person_size import SCALE_NOTE
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.errors import InputError, problem
from signlift.normalization.scale import recording_scale
from signlift.viewer.packed_arrays import pack_mask, pack_points, pack_times, pack_uncertainty

#: Stored coordinates are exact to this fraction of the torso length, 0.05 mm of a person.
_PRECISION = 1e-4

#: Points farther than this from the others, in torso lengths, are not shown.
_EXTENT = 30.0

#: Centimetres in one unit.
_UNITS = {"cm": 1.0, "m": 100.0}


def pack_recording(recording: Recording, truth: Recording | None = None) -> dict[str, Any]:
    """Pack a lifted recording, and its true depth if it is given.

    Parameters
    ----------
    recording
        A recording with depth.
    truth
        The same frames with true depth, on any skeleton.

    Returns
    -------
    The object; `viewer/src/payload.ts` describes its fields.

    Raises
    ------
    InputError
        One of the two has no depth, or they differ in their number of frames.
    """
    check_depth(recording)
    centimetres, assumed = measure_scale(recording)
    packed = _pack_motion(recording, centimetres) | {
        "fps": recording.frame_rate or DEFAULT_FPS,
        "fpsAssumed": recording.frame_rate is None,
        "times": None if recording.times is None else pack_times(recording.times),
        "size": None if recording.size is None else [float(length) for length in recording.size],
        "unit": recording.unit,
        "centimetres": centimetres,
        "sizeAssumed": assumed,
        "notes": list(recording.notes),
        "truth": None,
    }
    if truth is not None:
        check_depth(truth)
        if len(truth) != len(recording):
            expected = f"{len(recording)} frames, as {recording.name} has"
            raise InputError(problem(truth.name, expected=expected, found=str(len(truth))))
        packed["truth"] = _pack_motion(truth.convert(recording.skeleton), centimetres)
    return packed


def check_depth(recording: Recording) -> None:
    """Raise InputError for a recording without depth."""
    if recording.depth is None:
        expected = "a recording with depth, as `Lifter.lift` returns it"
        raise InputError(problem(recording.name, expected=expected, found="no depth"))


def measure_scale(recording: Recording) -> tuple[float, bool]:
    """Measure the centimetres in one unit of a recording.

    They are those of its unit, or those that a note of its scale names. Otherwise a torso is
    assumed to have 50 cm: that of its proportions, or else that of its keypoints.

    Returns
    -------
    The centimetres, and whether they are assumed.
    """
    if recording.unit in _UNITS:
        return _UNITS[recording.unit], False
    for note in recording.notes:
        stated = re.fullmatch(rf"{re.escape(SCALE_NOTE)}1 .* = (\S+) cm", note)
        if stated:
            return float(stated[1]), False
    torso = None if recording.proportions is None else recording.proportions.torso
    torso = torso or recording_scale(recording.keypoints, recording.skeleton)
    return DEFAULT_TORSO / torso, True


def _pack_motion(recording: Recording, centimetres: float) -> dict[str, Any]:
    """Pack the keypoints of one recording over time, and the names of its skeleton."""
    skeleton, depth, uncertainty = recording.skeleton, recording.depth, recording.depth_uncertainty
    assert depth is not None
    torso = DEFAULT_TORSO / centimetres
    points = np.concatenate([recording.keypoints, depth[..., None]], -1)
    packed = pack_points(points, _PRECISION * torso, _EXTENT * torso)
    detected = None if recording.detected.all() else pack_mask(recording.detected)
    return {
        "name": recording.name,
        "frames": len(recording),
        "skeleton": skeleton.name,
        "keypoints": list(skeleton.keypoints),
        "bones": skeleton.bone_index.tolist(),
        "points": packed,
        "uncertainty": None if uncertainty is None else pack_uncertainty(uncertainty),
        "detected": detected,
    }
