"""What the files of a lifted recording hold, and what they say about it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift._version import __version__
from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT
from signlift.errors import InputError, problem

#: How the camera frame is told in files.
CAMERA_AXES = "x right, y down, z away from the camera"


#: The confidence that files give a keypoint that was not observed, but set by lifting: programs
#: leave out what has none.
COMPLETED = 0.1


def lifted_depth(recording: Recording) -> Float[np.ndarray, "T J"]:
    """Depth [T, J], in the recording's unit, NaN where unknown.

    Raises
    ------
    InputError
        The recording has no depth.
    """
    if recording.depth is None:
        raise InputError(problem(recording.name, expected="a recording with depth", found="none"))
    return recording.depth


def frame_times(recording: Recording) -> Float[np.ndarray, " T"] | None:
    """When each frame was taken, [T] float64 in seconds; None when nothing tells it."""
    if recording.times is not None:
        return recording.times.astype(np.float64)
    if recording.fps is None:
        return None
    return np.arange(len(recording)) / recording.fps


def long_columns(recording: Recording) -> dict[str, Float[np.ndarray, "T J"]]:
    """The measured columns of a table with one row per frame and keypoint.

    Returns
    -------
    x, y and z (the depth), confidence (all NaN when there is none), and z_error where the
    recording has one: [T, J] each, NaN where unknown.

    Raises
    ------
    InputError
        The recording has no depth.
    """
    depth, confidence = lifted_depth(recording), recording.confidence
    columns = {"x": recording.keypoints[..., 0], "y": recording.keypoints[..., 1], "z": depth}
    columns["confidence"] = np.full_like(depth, np.nan) if confidence is None else confidence
    if recording.depth_uncertainty is not None:
        columns["z_error"] = recording.depth_uncertainty
    return columns


def description(recording: Recording, axes: str = CAMERA_AXES) -> dict[str, str]:
    """What a file should say about its numbers: plain text by plain keys, in order.

    Parameters
    ----------
    recording
        Of which the name, skeleton, unit, fps, picture size and notes are told.
    axes
        How x, y and z of the file lie.

    Returns
    -------
    Each value is one line. Keys of what is not known are left out; the notes are numbered.
    """
    told = {
        "producer": f"signlift {__version__}",
        "recording": recording.name,
        "skeleton": recording.skeleton.name,
        "unit": recording.unit,
        "axes": axes,
        "root": f"{ROOT} (z is relative to it)",
    }
    if recording.fps is not None:
        told["fps"] = f"{recording.fps:.9g}"
    if recording.size is not None:
        told["size"] = "{:.9g} x {:.9g}".format(*recording.size)
    for number, note in enumerate(recording.notes, 1):
        told[f"note {number}"] = note
    return {key: " ".join(value.split()) for key, value in told.items()}
