"""Lifting a file of keypoints into a file of depth, recording by recording."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from signlift.core.body_proportions import BodyProportions
from signlift.core.frame_rate import check_fps
from signlift.errors import InputError, problem
from signlift.io.arrays.npy import npy_writer
from signlift.io.arrays.original_arrays import read_arrays
from signlift.io.pixels import to_pixels
from signlift.lifting.lifter import Lifter
from signlift.utils.progress import progress_bar


@dataclass(frozen=True)
class LiftedFile:
    """What was written, and what was found on the way.

    Attributes
    ----------
    depth, error
        The files.
    lengths
        How the signer of each recording is built; None where the model does not go by it.
    """

    depth: Path
    error: Path | None
    lengths: tuple[BodyProportions | None, ...]


def lift_file(
    lifter: Lifter,
    path: str | PathLike[str],
    out: str | PathLike[str],
    *,
    error: str | PathLike[str] | None = None,
    proportions: BodyProportions | None = None,
    causal: bool = False,
    fps: float | None = None,
    single: bool = False,
    quiet: bool = True,
) -> LiftedFile:
    """Lift body_data.npy, [V, T, 2J] or [T, 2J], into depth of shape [V, T, J] or [T, J].

    Parameters
    ----------
    lifter
        The model.
    path
        On the model's skeleton.
    out
        A .npy file, float32: depth as `Lifter.lift` gives it, NaN where the input has padding.
    error
        Another, likewise: how far off each depth may be. Not written when it is not given.
    proportions
        What is known of how the signers are built (of all recordings in the file).
    causal
        See `Lifter.lift`.
    fps
        Frames per second.
    single
        Take no file of several recordings.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        One line for each problem of the file; x and y are fractions of a picture; or as
        `Lifter.lift`; or the model does not tell errors.
    """
    lifter.require(uncertainty=error is not None)
    if fps is not None:
        fps = check_fps(fps)
    path, out = Path(path), Path(out)
    if out.exists() and path.exists() and out.samefile(path):
        raise InputError(problem(out, expected="another file than the input", found="it"))
    if path.is_dir():
        raise InputError(problem(path, expected="a .npy file", found="a folder"))
    arrays = read_arrays(path, skeleton=lifter.skeleton, quiet=quiet)
    if single and len(arrays) != 1:
        expected = "one recording, of one person"
        raise InputError(problem(path, expected=expected, found=str(len(arrays))))
    shape = (*arrays.data.shape[:-1], len(lifter.skeleton))
    total = int(arrays.lengths.sum())
    lengths = []
    with ExitStack() as stack:
        file = stack.enter_context(npy_writer(out, shape))
        file.fill_nan()
        errors = None if error is None else stack.enter_context(npy_writer(error, shape))
        if errors is not None:
            errors.fill_nan()
        bar = stack.enter_context(progress_bar(total, f"lifting {path.name}", quiet=quiet))
        for v in range(len(arrays)):
            recording = replace(arrays[v], fps=fps)
            # Fractions of a picture are refused, as its size is not known here.
            to_pixels(recording.keypoints, None, recording.name, required=False)
            lifted, found = lifter.lift_with_proportions(
                recording, proportions=proportions, causal=causal
            )
            index = (v,) if len(shape) == 3 else ()
            assert lifted.depth is not None
            file.put(index, lifted.depth)
            if errors is not None and lifted.depth_uncertainty is not None:
                errors.put(index, lifted.depth_uncertainty)
            lengths.append(found)
            bar.update(len(recording))
    return LiftedFile(out, None if error is None else Path(error), tuple(lengths))
