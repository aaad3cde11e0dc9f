"""Corrections of the axes of the image: turned, upside down, or mirrored keypoints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signlift.core.recording import Recording


def correct_axes(
    recording: Recording, *, rotate: int = 0, flip_y: bool = False, mirror: bool = False
) -> Recording:
    """Turn the keypoints, then turn y over, then x.

    Parameters
    ----------
    recording
        A recording. Without a size of its image, the largest coordinates stand for the size.
    rotate
        Degrees clockwise, as the image is seen: 0, 90, 180 or 270. 90 and 270 exchange width and
        height.
    flip_y
        Replace y by the height minus y.
    mirror
        Replace x by the width minus x. Left and right keep their names.

    Returns
    -------
    The recording with other keypoints and size; depth stays as it is.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> keypoints = np.zeros((1, 17, 2)) + (10, 20)
    >>> turned = correct_axes(sl.Recording(keypoints, "coco17", size=(640, 480)), rotate=90)
    >>> turned.keypoints[0, 0], turned.size
    (array([460.,  10.], dtype=float32), (480.0, 640.0))
    """
    if not (rotate or flip_y or mirror):
        return recording
    x, y = np.moveaxis(recording.keypoints, -1, 0)
    if recording.size is not None:
        width, height = map(float, recording.size)
    elif recording.observed.any():
        width, height = float(np.nanmax(x)), float(np.nanmax(y))
    else:
        width = height = 0.0
    for _ in range(rotate // 90):
        x, y = height - y, x
        width, height = height, width
    if flip_y:
        y = height - y
    if mirror:
        x = width - x
    notes = [
        note
        for note, applied in (
            (f"turned by {rotate} degrees", rotate),
            ("y turned over", flip_y),
            ("mirrored", mirror),
        )
        if applied
    ]
    return replace(
        recording,
        keypoints=np.stack([x, y], -1),
        size=None if recording.size is None else (width, height),
        notes=(*recording.notes, *notes),
    )
