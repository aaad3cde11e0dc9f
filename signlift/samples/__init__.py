"""Recordings of real signers that are installed with signlift."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from signlift.errors import InputError, problem

SAMPLES = {"openpose": "openpose.pose"}


def sample_path(name: str = "openpose") -> Path:
    """Return the path of a sample recording that is installed with signlift.

    Sources and licences of the samples are in README.md beside them.

    Parameters
    ----------
    name
        "openpose": 93 frames of one signer from the waist up, at 24 frames per second. The 137
        keypoints of OpenPose (body, hands and face), in pixels, with confidences, as a .pose file.

    Returns
    -------
    Path
        A file that `signlift.read` reads.

    Raises
    ------
    InputError
        There is no sample of this name.

    Examples
    --------
    >>> import signlift as sl
    >>> recording = sl.read(sl.sample_path("openpose"))
    >>> recording.keypoints.shape
    (93, 137, 2)
    """
    if name not in SAMPLES:
        names = " or ".join(f'"{sample}"' for sample in SAMPLES)
        raise InputError(problem("name", expected=names, found=f'"{name}"'))
    return Path(str(files(__name__) / SAMPLES[name]))
