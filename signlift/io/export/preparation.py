"""Preparation of a recording for a file: frame rate, unobserved depth, gaps, noise, unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from signlift.core.frame_rate import describe_assumed_fps
from signlift.core.lost_keypoints import describe_lost_keypoints, describe_lost_names
from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem
from signlift.filtering import interpolate_gaps, one_euro_filter, savitzky_golay_filter
from signlift.io.writer import WriteOptions, Writer
from signlift.utils.array_types import Float

_FILTERS: dict[str, Callable[[Recording], Recording]] = {
    "one-euro": one_euro_filter,
    "savitzky-golay": savitzky_golay_filter,
}

#: Frames are evenly spaced if their steps differ by no more than this fraction of their mean.
_EVEN_STEPS = 0.05


def prepare_recording(
    recording: Recording, writer: Writer, options: WriteOptions | None = None
) -> Recording:
    """Prepare a recording for a format.

    In this order: set the default frame rate where it is unknown, remove the depth of keypoints
    that were not observed, interpolate gaps, filter noise, space frames evenly. A note is made of
    each step that changes the recording in a way that its file can show, and of the keypoints that
    the format does not hold.

    Parameters
    ----------
    recording
        With or without depth.
    writer
        The format; its defaults hold where the options are None.
    options
        What to do.

    Returns
    -------
    The recording in its own unit. True lengths are the writer's task, which may have to report
    the unit.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> from signlift.io.writer_registry import find_writer
    >>> keypoints = np.zeros((4, 26, 2))
    >>> keypoints[2, 0] = np.nan
    >>> recording = sl.Recording(keypoints, depth=np.ones((4, 26)))
    >>> prepared = prepare_recording(recording, find_writer("signer.csv"))
    >>> float(prepared.depth[2, 0])
    nan
    >>> prepared.notes
    ('frame rate unknown: 30 frames per second assumed',)
    """
    options = (options or WriteOptions()).with_defaults(writer.defaults)
    if writer.holds_frame_rate and recording.frame_rate is None and options.default_fps is not None:
        note = describe_assumed_fps(options.default_fps)
        recording = replace(recording, fps=options.default_fps)
        if note not in recording.notes:  # the lifter has assumed the same
            recording = recording.with_note(note)
    if not options.unobserved_depth:
        recording = remove_unobserved_depth(recording)
    if options.max_gap:
        recording = interpolate_gaps(recording, options.max_gap)
    if options.smooth in _FILTERS:
        recording = _FILTERS[options.smooth](recording)
    recording = _space_evenly(recording, writer)
    lost = _describe_lost(recording, writer)
    return recording if lost is None else recording.with_note(lost)


def _space_evenly(recording: Recording, writer: Writer) -> Recording:
    """Set the average frame rate where a format has no place for uneven times, and note it."""
    times = recording.times
    if writer.times == "kept" or times is None or len(times) < 2:
        return recording
    steps = np.diff(times)
    if np.ptp(steps) <= _EVEN_STEPS * steps.mean():
        return recording
    uneven = f"uneven times ({1000 * steps.min():.0f} to {1000 * steps.max():.0f} ms per frame)"
    if writer.times == "resampled":  # by the writer
        rate = recording.frame_rate
        return recording.with_note(f"{uneven}: resampled to {rate:.4g} frames per second")
    rate = float(1 / steps.mean())
    note = f"{uneven}: written at their average of {rate:.4g} frames per second"
    return replace(recording, times=None, fps=rate).with_note(note)


def _describe_lost(recording: Recording, writer: Writer) -> str | None:
    """Describe the observed keypoints that a file does not hold, if there are any."""
    skeleton, observed = recording.skeleton, recording.observed
    if writer.leaves_out_flat and recording.depth is not None:
        flat = observed.any(0) & np.isnan(np.where(observed, recording.depth, np.nan)).all(0)
        names = [skeleton.keypoints[number] for number in np.flatnonzero(flat)]
        return describe_lost_names(names, f"{writer.name}, as they have no depth")
    if writer.skeleton is None:
        return None
    if writer.holds_others and recording.depth is not None:
        observed = observed & ~(observed & ~np.isnan(recording.depth)).any(0)
    return describe_lost_keypoints(observed, skeleton, writer.skeleton, writer.name)


def remove_unobserved_depth(recording: Recording) -> Recording:
    """Set depth and its uncertainty to NaN for keypoints that were not observed."""
    depth, uncertainty = recording.depth, recording.depth_uncertainty
    if depth is None:
        return recording
    observed = recording.observed
    return recording.with_depth(
        np.where(observed, depth, np.nan),
        None if uncertainty is None else np.where(observed, uncertainty, np.nan),
    )


def convert_to_centimetres(recording: Recording, scale: float) -> Recording:
    """Convert keypoints, depth, uncertainty, detector depth and size to centimetres.

    Parameters
    ----------
    recording
        With or without depth.
    scale
        Centimetres per unit of the recording.

    Raises
    ------
    InputError
        The scale is not a number above 0.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> recording = convert_to_centimetres(sl.Recording(np.full((1, 26, 2), 8.0)), 0.25)
    >>> float(recording.keypoints[0, 0, 0]), recording.unit
    (2.0, 'cm')
    """
    if not 0 < scale < np.inf:
        raise InputError(parameter_problem("scale", expected="a number above 0", found=str(scale)))
    size, proportions = recording.size, recording.proportions

    def scaled(values: Float[np.ndarray, "T J"] | None) -> Float[np.ndarray, "T J"] | None:
        return None if values is None else values * np.float32(scale)

    return replace(
        recording,
        keypoints=recording.keypoints * scale,
        depth=scaled(recording.depth),
        depth_uncertainty=scaled(recording.depth_uncertainty),
        detector_depth=scaled(recording.detector_depth),
        size=None if size is None else (size[0] * scale, size[1] * scale),
        proportions=None if proportions is None else proportions.scaled(scale),
        unit="cm",
    )
