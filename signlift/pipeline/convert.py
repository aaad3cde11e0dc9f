"""From a file of keypoints to a file of motion: read, lift, clean, write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.filtering import interpolate_gaps, one_euro_filter, savitzky_golay_filter
from signlift.io import read_all
from signlift.io.arrays.npy import save_npy
from signlift.io.writer import Writer
from signlift.lifting.lifter import Lifter
from signlift.utils.progress import progress_bar

#: Ways to smooth, by name.
SMOOTHERS: dict[str, Callable[[Recording], Recording]] = {
    "one-euro": one_euro_filter,
    "savitzky-golay": savitzky_golay_filter,
}

#: How motion is cleaned for avatars where a user does not say.
AVATAR_SMOOTHER, AVATAR_GAP = "savitzky-golay", 5

#: Formats that hold lengths in centimetres or metres, once a person's size is known, and are
#: given them so.
_METRIC = ("trc",)


@dataclass(frozen=True)
class Conversion:
    """What is done between reading and writing.

    Attributes
    ----------
    person, skeleton, fps, size
        As in `signlift.read_all`.
    proportions
        What is known of how the signer is built.
    causal
        See `Lifter.lift`.
    complete
        Set what was not observed where the model takes it to be; else it has no depth either.
    smooth
        A name in `SMOOTHERS`, "none", or None for the format's own way: avatars are smoothed,
        other files are not.
    fill
        The longest gap that is filled, in frames; None for the format's own way.
    height
        The person's stature in cm.
    scale
        Centimetres in a unit of the keypoints.
    """

    person: int | None = None
    skeleton: Skeleton | None = None
    fps: float | None = None
    size: tuple[int, int] | None = None
    proportions: BodyProportions | None = None
    causal: bool = False
    complete: bool = False
    smooth: str | None = None
    fill: int | None = None
    height: float | None = None
    scale: float | None = None


@dataclass(frozen=True)
class Converted:
    """What became of a file.

    Attributes
    ----------
    paths
        What was written.
    notes
        What was done to each recording, in order.
    lengths
        How the signers are built, where the model goes by it.
    """

    paths: tuple[Path, ...]
    notes: tuple[tuple[str, ...], ...]
    lengths: tuple[BodyProportions | None, ...]


def convert_file(
    lifter: Lifter,
    source: Path,
    out: Path,
    writer: Writer,
    how: Conversion | None = None,
    *,
    error: Path | None = None,
    taken: Collection[Path] = (),
    single: bool = False,
    quiet: bool = True,
) -> Converted:
    """Lift all recordings of a file and write each.

    Parameters
    ----------
    lifter
        The model.
    source
        Any file or folder that signlift reads.
    out
        The file to write. Of several recordings, recording i goes to NAME_i beside it.
    writer
        The format.
    how
        What is done on the way.
    error
        A .npy file for how far off each depth may be, likewise.
    taken
        Resolved paths that none of several recordings may be written to: other files' places.
    single
        Refuse a file of several recordings.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        One line for each problem of the file; or it has no keypoint; or as `Lifter.lift`; or the
        model does not tell errors; or a place is taken. What was written before it was found stays.
    """
    how = how or Conversion()
    recordings = read_all(
        source, skeleton=how.skeleton, person=how.person, fps=how.fps, size=how.size, quiet=quiet
    )
    if single and len(recordings) > 1:
        several = str(len(recordings))
        raise InputError(problem(source, expected="one recording, of one person", found=several))
    lifter.require(uncertainty=error is not None)
    paths = _names(out, len(recordings))
    errors = [] if error is None else _names(error, len(recordings))
    if len(recordings) > 1 and (
        twice := [one for one in (*paths, *errors) if one.resolve() in taken]
    ):
        expected = f"places of their own for {len(recordings)} recordings"
        other = f"{twice[0]}, which is another's"
        raise InputError(problem(source, expected=expected, found=other))
    notes, lengths = [], []
    for number, (recording, path) in enumerate(zip(recordings, paths, strict=True)):
        if not recording.observed.any():
            where = source if len(recordings) == 1 else f"{source}, recording {number}"
            raise InputError(problem(where, expected="a frame with a keypoint", found="none"))
        if how.fps is not None:
            recording = replace(recording, fps=how.fps, times=None)
        elif recording.frame_rate is None:
            recording = replace(recording, fps=DEFAULT_FPS)
            if writer.holds_rate:
                recording = recording.with_note(
                    f"frame rate not known: taken as {DEFAULT_FPS:g} (`fps`)"
                )
        # A frame is lifted, cleaned and written; each takes its share of the bar.
        T = len(recording)
        with progress_bar(3 * T, f"lifting {path.name}", "step", quiet=quiet) as bar:
            lifted, found = lifter.lift_with_proportions(
                recording, proportions=how.proportions, causal=how.causal, complete=how.complete
            )
            bar.update(T)
            lifted = finished(lifted, writer.name, how, found)
            bar.update(T)
            scale = None if writer.write_sized is None else size_of_unit(how, found)
            if writer.write_sized is None or scale is None:
                writer.write(lifted, path)
            else:
                lifted = lifted.with_note(_taken_as(lifted, scale))
                writer.write_sized(lifted, path, scale)
            if errors and lifted.depth_uncertainty is not None:
                save_npy(errors[number], lifted.depth_uncertainty)
            bar.update(T)
        notes.append(lifted.notes)
        lengths.append(found)
    return Converted((*paths, *errors), tuple(notes), tuple(lengths))


def finished(
    lifted: Recording, writer: str, how: Conversion, lengths: BodyProportions | None = None
) -> Recording:
    """A lifted recording as a format wants it: without what was not observed, cleaned, sized.

    Avatars are sized where they are written, so that what is beside them can tell the unit.

    Parameters
    ----------
    lifted
        As `Lifter.lift` gives it.
    writer
        The format's name.
    how
        What is wanted.
    lengths
        How the signer is built, in the recording's unit, for a size by stature.
    """
    if lifted.depth is not None and not how.complete:
        seen = lifted.observed
        error = lifted.depth_uncertainty
        lifted = lifted.with_depth(
            np.where(seen, lifted.depth, np.nan),
            None if error is None else np.where(seen, error, np.nan),
        )
    avatar = writer == "bvh"
    gap = how.fill if how.fill is not None else AVATAR_GAP if avatar else 0
    smooth = how.smooth or (AVATAR_SMOOTHER if avatar else "none")
    if gap:
        lifted = interpolate_gaps(lifted, gap)
    if smooth != "none":
        lifted = SMOOTHERS[smooth](lifted)
    scale = size_of_unit(how, lengths)
    if writer in _METRIC and scale is not None:
        lifted = in_centimetres(lifted, scale)
    return lifted


def size_of_unit(how: Conversion, lengths: BodyProportions | None = None) -> float | None:
    """The centimetres in a unit of the keypoints, as far as a user says.

    Parameters
    ----------
    how
        With a scale, or the person's stature, or neither.
    lengths
        How the signer is built, in the recording's unit, for a size by stature.
    """
    if how.scale is not None or how.height is None or lengths is None:
        return how.scale
    return BodyProportions.from_stature(how.height).unit_ratio(lengths)


def in_centimetres(recording: Recording, scale: float) -> Recording:
    """A recording in cm instead of its own unit.

    Parameters
    ----------
    recording
        With or without depth.
    scale
        Centimetres in a unit of it.

    Raises
    ------
    InputError
        The scale is not a number above 0.
    """
    if not 0 < scale < np.inf:
        raise InputError(parameter_problem("scale", expected="a number above 0", found=str(scale)))
    depth, error, size = recording.depth, recording.depth_uncertainty, recording.size
    return replace(
        recording,
        keypoints=recording.keypoints * scale,
        depth=None if depth is None else depth * scale,
        depth_uncertainty=None if error is None else error * scale,
        size=None if size is None else (size[0] * scale, size[1] * scale),
        unit="cm",
    ).with_note(_taken_as(recording, scale))


def _taken_as(recording: Recording, scale: float) -> str:
    return f"a {recording.unit} taken as {scale:.4g} cm"


def _names(out: Path, count: int) -> Sequence[Path]:
    if count == 1:
        return [out]
    return [out.with_name(f"{out.stem}_{number}{out.suffix}") for number in range(count)]
