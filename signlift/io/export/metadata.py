"""Columns and metadata that the files of a lifted recording have in common."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from signlift._version import __version__
from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, SKELETONS
from signlift.errors import InputError, problem
from signlift.utils.array_types import Float

#: Description of the camera frame in files.
CAMERA_AXES = "x right, y down, z away from the camera"

#: Confidence of completed keypoints in files of other programs, which ignore keypoints without any.
COMPLETED_CONFIDENCE = 0.1


def require_depth(recording: Recording) -> Float[np.ndarray, "T J"]:
    """Return depth [T, J], in the unit of the recording, NaN where unknown.

    Raises
    ------
    InputError
        The recording has no depth.
    """
    if recording.depth is None:
        raise InputError(problem(recording.name, expected="a recording with depth", found="none"))
    return recording.depth


def file_times(recording: Recording) -> Float[np.ndarray, " T"] | None:
    """Return the time of each frame, [T] float64 in seconds; None if the frame rate is unknown."""
    if recording.times is not None:
        return recording.times.astype(np.float64)
    if recording.fps is None:
        return None
    return np.arange(len(recording)) / recording.fps


def long_columns(recording: Recording) -> dict[str, Float[np.ndarray, "T J"]]:
    """Collect the numeric columns of a table with one row per frame and keypoint.

    Returns
    -------
    columns
        x, y, z (the depth), confidence (NaN if there is none) and, if the recording has it,
        z_uncertainty: [T, J] each, NaN where unknown.

    Raises
    ------
    InputError
        The recording has no depth.
    """
    depth, confidence = require_depth(recording), recording.confidence
    columns = {"x": recording.keypoints[..., 0], "y": recording.keypoints[..., 1], "z": depth}
    columns["confidence"] = np.full_like(depth, np.nan) if confidence is None else confidence
    if recording.depth_uncertainty is not None:
        columns["z_uncertainty"] = recording.depth_uncertainty
    return columns


def describe_recording(recording: Recording, axes: str = CAMERA_AXES) -> dict[str, str]:
    """Collect the metadata of a file, as plain text by plain keys, in order.

    Parameters
    ----------
    recording
        Source of the name, skeleton, unit, frame rate, image size and notes.
    axes
        Directions of x, y and z in the file.

    Returns
    -------
    metadata
        One line for each key. Keys of what is unknown are left out; notes are numbered.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> recording = sl.Recording(np.zeros((2, 26, 2)), name="signer", notes=("lifted",))
    >>> describe_recording(recording)["note 1"]
    'lifted'
    """
    metadata = {
        "producer": f"signlift {__version__}",
        "recording": recording.name,
        "skeleton": recording.skeleton.name,
        "unit": recording.unit,
        "axes": axes,
        "root": f"{ROOT} (z is relative to it)",
    }
    if recording.fps is not None:
        metadata["fps"] = f"{recording.fps:.9g}"
    if recording.size is not None:
        metadata["size"] = "{:.9g} x {:.9g}".format(*recording.size)
    for number, note in enumerate(recording.notes, 1):
        metadata[f"note {number}"] = note
    return {key: " ".join(value.split()) for key, value in metadata.items()}


def describe_table(recording: Recording) -> str:
    """Describe a table of a recording as JSON, for a file beside it.

    Parameters
    ----------
    recording
        Source of the name, skeleton, unit, frame rate, image size and notes.

    Returns
    -------
    text
        An object with the keys of `describe_recording`, but with numbers, `size` as [width,
        height] and a list of `notes`; `frames`, their number; and `bones`, pairs of names, of a
        skeleton that is not one of signlift's.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> json.loads(describe_table(sl.Recording(np.zeros((2, 26, 2)), fps=25)))["fps"]
    25.0
    """
    described = describe_recording(recording)
    description: dict[str, Any] = {
        key: value for key, value in described.items() if not key.startswith("note ")
    }
    if recording.fps is not None:
        description["fps"] = float(recording.fps)
    if recording.size is not None:
        description["size"] = [float(length) for length in recording.size]
    description |= {"frames": len(recording), "notes": list(recording.notes)}
    if recording.skeleton not in SKELETONS:
        description["bones"] = [list(bone) for bone in recording.skeleton.bones]
    return json.dumps(description, indent=1, ensure_ascii=False) + "\n"
