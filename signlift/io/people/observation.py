"""Rules of what counts as observed: one for each detector, the same for every format.

| detector | minimum confidence | outside the image | why |
| --- | --- | --- | --- |
| MediaPipe | 0.3 | up to 5 % of its longer side | it places all 33 keypoints of the body in every frame, hips and legs below the image too |
| RTMPose, MMPose, AlphaPose, YOLO | 0.3 | up to 5 % of its longer side | the same; their own programs draw keypoints from 0.3 on |
| OpenPose | above 0 | anywhere | it leaves keypoints out by itself; correct wrists at rest have 0.06 to 0.3 |
| others, unknown | above 0 | anywhere | |

In every format a keypoint is missing where x or y is NaN or null, or where its confidence is 0 or
less, whatever its coordinates are. docs/checks.md has the measurements.
"""  # noqa: E501

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from numpy.typing import NDArray

from signlift.core.body_parts import name_parts
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE33, Skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.io.people.placeholders import decide_placeholders, find_placeholders
from signlift.io.reader import ReadOptions

#: Maximum confidence in percent, and of a byte; larger numbers are no confidence.
_PERCENT, _BYTE = 100, 255

#: Confidences are in percent (or bytes) if the largest and the median are above these. Scores of
#: some of RTMPose's models go up to 10, and stand for 1.
_MIN_LARGEST, _MIN_MEDIAN = 12, 5

#: Confidences are not between 0 and 1 if more than this fraction of them is negative.
_MAX_NEGATIVE = 0.05

#: Fraction of the frames in which a shoulder may be outside the image.
_MAX_OUTSIDE = 0.5

#: A smaller fraction of the keypoints is given as their number.
_MIN_PER_CENT = 0.001

#: Keypoints that are missing in this fraction of the frames are named in the note.
_NAMED_FRACTION = 0.5


@dataclass(frozen=True)
class DetectorRule:
    """Rule of a detector.

    Attributes
    ----------
    detector
        Its name.
    skeletons
        Beginnings of the names of its skeletons.
    min_confidence
        Minimum confidence of an observed keypoint; 0 for any above 0.
    margin
        Maximum distance of an observed keypoint from the image, as a fraction of the image's longer
        side; None for no limit.
    """

    detector: str
    skeletons: tuple[str, ...]
    min_confidence: float = 0.0
    margin: float | None = None


MEDIAPIPE = DetectorRule("MediaPipe", ("mediapipe",), 0.3, 0.05)

#: All rules; the first whose skeletons fit is used.
RULES = (
    MEDIAPIPE,
    DetectorRule("OpenPose", ("openpose", "coco18")),
    DetectorRule(
        "RTMPose, MMPose, AlphaPose, YOLO",
        ("coco17", "wholebody", "halpe", "pose133", "pose136"),
        0.3,
        0.05,
    ),
    DetectorRule("other", ("",)),
)


def find_rule(skeleton: Skeleton, min_confidence: float | None = None) -> DetectorRule:
    """Find the rule for the detector of a skeleton.

    Parameters
    ----------
    skeleton
        The skeleton, which shows the detector.
    min_confidence
        Minimum confidence in place of that of the rule. With 0, keypoints outside the image are
        observed, too.

    Examples
    --------
    >>> from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE25
    >>> find_rule(MEDIAPIPE33).min_confidence, find_rule(OPENPOSE25).min_confidence
    (0.3, 0.0)
    """
    rule = next(rule for rule in RULES if skeleton.name.startswith(rule.skeletons))
    if min_confidence is None:
        return rule
    margin = rule.margin if min_confidence > 0 else None
    return replace(rule, min_confidence=min_confidence, margin=margin)


def mask_missing(values: NDArray[np.float32]) -> None:
    """Set missing keypoints of [..., 3] to NaN and their confidence to 0, in place.

    Keypoints are missing where their confidence is 0 or less, or where one coordinate is NaN.
    """
    with np.errstate(invalid="ignore"):
        missing = (values[..., 2] <= 0) | np.isnan(values[..., :2]).any(-1)
    values[missing] = (np.nan, np.nan, 0)


def forget_zero_confidence(values: NDArray[np.float32], skeleton: Skeleton, name: str) -> None:
    """Set confidences to NaN, in place, where all are 0, so that they say nothing.

    MediaPipe gives all points of hands a visibility of 0, and programs write 0 where they have
    none.

    Parameters
    ----------
    values
        [..., J, 3], x, y and confidence.
    skeleton
        The J keypoints.
    name
        The recording, for the warning.

    Warns
    -----
    InputWarning
        The confidences of all keypoints are 0, or many are negative.
    """
    _warn_of_negative(values, name)
    if _forget_zeros(values, np.ones(len(skeleton), bool)):
        line = f"{name}: the confidences of all keypoints are 0; they are taken for unknown"
        warnings.warn(InputWarning(line, name), stacklevel=3)
    if skeleton.name.startswith(MEDIAPIPE.skeletons):
        body = [MEDIAPIPE33.find(keypoint) is not None for keypoint in skeleton.keypoints]
        _forget_zeros(values, ~np.array(body))


def _forget_zeros(values: NDArray[np.float32], columns: Bool[np.ndarray, " J"]) -> bool:
    """Set confidences of some columns to NaN where all are 0 and some have a position."""
    confidence = values[..., 2]
    zero = (confidence == 0) & columns
    with np.errstate(invalid="ignore"):
        if not zero.any() or ((np.abs(confidence) > 0) & columns).any():
            return False
    first, second = find_placeholders(values[..., :2])
    positions = zero & ~first & ~second & ~np.isnan(values[..., :2]).any(-1)
    confidence[positions] = np.nan
    return bool(positions.any())


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
    _scale_confidence(values, name)
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
    xy = values[..., :2]
    with np.errstate(invalid="ignore"):
        distance = np.maximum(-xy, xy - np.array(size, np.float32)).max(-1)
        outside = distance > margin * max(size)
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


def _warn_of_negative(values: NDArray[np.float32], name: str) -> None:
    """Warn of negative confidences of keypoints that are no placeholders: they may be logits."""
    with np.errstate(invalid="ignore"):
        negative = (values[..., 2] < -0.01) & (np.abs(values[..., :2]) > 1).any(-1)
    count, total = int(negative.sum()), int((~np.isnan(values[..., 2])).sum())
    if count > _MAX_NEGATIVE * total:
        line = f"{name}: {count / total:.0%} of the confidences are below 0; those are missing"
        warnings.warn(InputWarning(line, name), stacklevel=4)


def _scale_confidence(values: NDArray[np.float32], name: str) -> None:
    """Divide confidences in percent or bytes by 100 or 255, in place, and limit all to 1."""
    confidence = values[..., 2]
    known = confidence[confidence > 0]
    if not known.size or (largest := float(known.max())) <= 1:
        return
    if largest > _MIN_LARGEST and float(np.median(known)) > _MIN_MEDIAN:
        if largest > _BYTE:
            expected, found = "confidence from 0 to 1", f"up to {largest:.3g} (a depth?)"
            raise InputError(problem(name, expected=expected, found=found))
        divisor = _PERCENT if largest <= _PERCENT else _BYTE
        confidence /= divisor
        line = f"{name}: confidences up to {largest:.3g} are divided by {divisor}"
        warnings.warn(InputWarning(line, name), stacklevel=4)
    np.minimum(confidence, 1, out=confidence)
