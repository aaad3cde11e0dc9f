"""Keypoints that count as observed, by the rule of their detector (see `detector_rules`)."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_parts import name_parts
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.io.people.confidence_range import scale_confidence
from signlift.io.people.detector_rules import find_rule
from signlift.io.people.placeholders import decide_placeholders
from signlift.io.reader import ReadOptions
from signlift.utils.array_types import Bool

#: Fraction of the frames in which a shoulder may be outside the image.
_MAX_OUTSIDE = 0.5

#: A smaller fraction of the keypoints is given as their number.
_MIN_PER_CENT = 0.001

#: Keypoints that are missing in this fraction of the frames are named in the note.
_NAMED_FRACTION = 0.5


def mask_missing(values: NDArray[np.float32]) -> None:
    """Set missing keypoints of [..., 3] to NaN and their confidence to 0, in place.

    Keypoints are missing where their confidence is 0 or less, or where one coordinate is NaN.
    """
    with np.errstate(invalid="ignore"):
        missing = (values[..., 2] <= 0) | np.isnan(values[..., 0]) | np.isnan(values[..., 1])
    values[missing] = (np.nan, np.nan, 0)


def mask_unreliable(
    values: NDArray[np.float32], skeleton: Skeleton, name: str, options: ReadOptions
) -> NDArray[np.bool_]:
    """Set keypoints that do not count as observed to NaN, and their confidence to 0, in place.

    Parameters
    ----------
    values
        [..., J, 3], x, y and confidence (NaN where there is none), in any unit.
    skeleton
        The J keypoints.
    name
        The recording, for messages.
    options
        `min_confidence` and `keep_zeros`.

    Returns
    -------
    [..., J], True where the confidence is above 0 and below the minimum.

    Raises
    ------
    InputError
        The confidence is not one, or all are below the minimum.

    Warns
    -----
    InputWarning
        Confidences were scaled, or keypoints at (0, 0) or (-1, -1) without a
        confidence are missing.
    """
    mask_missing(values)
    scale_confidence(values, name)
    confidence = values[..., 2]
    observed = ~np.isnan(values[..., 0])
    unknown = np.isnan(confidence)
    if observed.any() and confidence[observed].min() == confidence[observed].max():
        unknown = observed  # the same for all says nothing
    if unknown.any():
        keypoints = np.where(unknown[..., None], values[..., :2], np.float32("nan"))
        flat = keypoints.reshape(-1, len(skeleton), 2)
        missing = decide_placeholders(flat, skeleton, name, keep=options.keep_zeros)
        values[missing.reshape(unknown.shape)] = (np.nan, np.nan, 0)
    minimum = find_rule(skeleton, options.min_confidence).min_confidence
    largest = float(np.nanmax(np.where(np.isnan(values[..., 0]), np.nan, confidence), initial=0))
    unreliable = mask_below(values, minimum)
    if unreliable.any() and np.isnan(values[..., 0]).all():
        expected = f"keypoints with a confidence of {minimum:g} or more (`min_confidence`)"
        raise InputError(problem(name, expected=expected, found=f"{largest:.2g} at most"))
    return unreliable


def mask_below(values: NDArray[np.float32], minimum: float) -> NDArray[np.bool_]:
    """Set keypoints of [..., 3] whose confidence is below a minimum to NaN, in place.

    Their confidence becomes 0. Those without a confidence stay.

    Returns
    -------
    [...], True for those.
    """
    with np.errstate(invalid="ignore"):
        below = ~np.isnan(values[..., 0]) & (values[..., 2] < minimum)
    if below.any():
        values[below] = (np.nan, np.nan, 0)
    return np.asarray(below)


def mask_outside(
    values: NDArray[np.float32], size: tuple[float, float] | None, margin: float | None
) -> NDArray[np.bool_]:
    """Set keypoints of [..., 3] too far outside the image to NaN, in place.

    Parameters
    ----------
    values
        x and y in pixels, and confidence, which becomes 0.
    size
        Width and height of the image in pixels. None if unknown, and (1, 1) for lengths in one unit
        (see `to_pixels`): nothing is outside then.
    margin
        As in `DetectorRule`.

    Returns
    -------
    [...], True for those.
    """
    if size is None or margin is None or max(size) <= 1:
        return np.zeros(values.shape[:-1], bool)
    limit, outside = margin * max(size), np.zeros(values.shape[:-1], bool)
    with np.errstate(invalid="ignore"):
        for axis, extent in enumerate(size):
            outside |= (values[..., axis] < -limit) | (values[..., axis] > extent + limit)
    if outside.any():
        values[outside] = (np.nan, np.nan, 0)
    return np.asarray(outside)


def check_size(
    outside: Bool[np.ndarray, "D J"],
    skeleton: Skeleton,
    size: tuple[float, float] | None,
    name: str,
) -> None:
    """Warn where most shoulders are outside the image, so that its size is probably wrong.

    Parameters
    ----------
    outside
        [D, J], from `mask_outside`.
    skeleton, size, name
        The J keypoints, the size of the image, and the recording.

    Warns
    -----
    InputWarning
        A shoulder is outside the image in more than half of the frames.
    """
    shoulders = [skeleton.find(keypoint) for keypoint in ("LShoulder", "RShoulder")]
    columns = [number for number in shoulders if number is not None]
    if size is None or not columns or not (outside[:, columns].mean(0) > _MAX_OUTSIDE).any():
        return
    line = (
        f"{name}: shoulders are outside the image of {size[0]:g} x {size[1]:g} pixels in most "
        "frames, and missing: check its size (`size`)"
    )
    warnings.warn(InputWarning(line, name), stacklevel=3)


def observe_recording(recording: Recording, options: ReadOptions) -> Recording:
    """Leave out what does not count as observed in a recording that is read already, with a note.

    Parameters
    ----------
    recording
        Keypoints, with or without depth, which stays.
    options
        `min_confidence`.
    """
    skeleton, confidence = recording.skeleton, recording.confidence
    if confidence is None:
        confidence = np.full(recording.observed.shape, np.nan, np.float32)
    values = np.concatenate([recording.keypoints, confidence[..., None]], -1)
    rule = find_rule(skeleton, options.min_confidence)
    below = mask_below(values, rule.min_confidence)
    size = recording.size if recording.unit == "px" else None
    unobserved = np.stack([below, mask_outside(values, size, rule.margin)])
    if not unobserved.any():
        return recording
    return replace(
        recording,
        keypoints=values[..., :2],
        confidence=None if recording.confidence is None else values[..., 2],
        notes=(*recording.notes, *describe_unobserved(unobserved, skeleton, options)),
    )


def describe_unobserved(
    unobserved: Bool[np.ndarray, "2 D J"], skeleton: Skeleton, options: ReadOptions
) -> tuple[str, ...]:
    """Describe, in one note or none, the keypoints that the rule of the detector left out.

    Parameters
    ----------
    unobserved
        [2, D, J], those of one person, as `mask_unreliable` and `mask_outside` return them.
    skeleton
        The J keypoints.
    options
        `min_confidence`.

    Examples
    --------
    >>> from signlift.core.skeleton import COCO17
    >>> unobserved = np.zeros((2, 4, 17), bool)
    >>> unobserved[0, :, 13:] = True
    >>> describe_unobserved(unobserved, COCO17, ReadOptions())
    ('treated as missing (confidence below 0.3): knees, ankles in 100% of the frames',)
    """
    if not unobserved.any():
        return ()
    minimum = find_rule(skeleton, options.min_confidence).min_confidence
    reasons = (f"confidence below {minimum:g}", "outside the image")
    reason = " or ".join(text for text, mask in zip(reasons, unobserved, strict=True) if mask.any())
    left_out = np.asarray(unobserved.any(0))
    fractions = left_out.mean(0)
    often = fractions >= _NAMED_FRACTION
    parts = []
    if often.any():
        names = ", ".join(name_parts([skeleton.keypoints[j] for j in np.flatnonzero(often)]))
        parts.append(f"{names} in {fractions[often].mean():.0%} of the frames")
    count = int(left_out[:, ~often].sum())
    if count:
        others = "other keypoints" if parts else "keypoints"
        fraction = count / left_out[:, ~often].size
        amount = f"{fraction:.1%} of the" if fraction >= _MIN_PER_CENT else f"{count:,}"
        parts.append(f"{amount} {others}")
    return (f"treated as missing ({reason}): {'; '.join(parts)}",)
