"""Recordings of arrays of keypoints, for the lifter."""

from __future__ import annotations

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, parameter_problem


def as_recording(
    source: object,
    skeleton: str | Skeleton | None = None,
    fps: float | None = None,
    size: tuple[float, float] | None = None,
) -> Recording:
    """Return a recording, or make one of an array.

    Parameters
    ----------
    source
        A recording; or an array [T, J, 2] of x and y, [T, J, 3] of x, y and confidence, or
        [T, J, 4] of MediaPipe's x, y, z and visibility, whose z becomes detector depth.
    skeleton
        The skeleton of an array, which does not name it.
    fps, size
        Frames per second and image size of an array.

    Raises
    ------
    InputError
        An array without a skeleton, of another shape or with values that are not keypoints; a
        recording with another skeleton, frame rate or size than given.

    Warns
    -----
    InputWarning
        An array holds no upright person (see `signlift.io.people.person_check`).
    """
    given = {"skeleton": skeleton, "fps": fps, "size": size}
    if isinstance(source, Recording):
        problems = [
            parameter_problem(name, expected="none for a Recording, which has its own", found=value)
            for name, value in given.items()
            if value is not None
        ]
        if problems:
            raise InputError(problems)
        return source
    from signlift.io.arrays.keypoint_arrays import recordings_of_array
    from signlift.io.people.check_people import check_people
    from signlift.io.reader import ReadOptions
    from signlift.io.recordings import Recordings

    expected = "a Recording, or an array [T, J, 2] or [T, J, 3] (x, y, confidence)"
    try:
        array = np.asarray(source)
    except (TypeError, ValueError):  # a list of recordings, or of frames of several lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "fiu":
        found = type(source).__name__
        raise InputError(parameter_problem("recording", expected=expected, found=found))
    if array.ndim != 3 or array.shape[-1] not in (2, 3, 4) or 0 in array.shape:
        found = f"shape {list(array.shape)}"
        raise InputError(parameter_problem("recording", expected=expected, found=found))
    if skeleton is None:
        expected = f"the skeleton of an array of {array.shape[1]} keypoints"
        raise InputError(parameter_problem("skeleton", expected=expected, found="none"))
    options = ReadOptions(skeleton=get_skeleton(skeleton), fps=fps, size=size)
    recording = recordings_of_array(array, None, "recording", options)[0]
    return check_people(Recordings.from_list([recording]), "recording", sized=size is not None)[0]
