"""The verb `prepare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.options import TrainingSkeleton, describe_counts, print_warnings_at_once


def prepare(
    body_data: Annotated[Path, Parameter(name="BODY_DATA")],
    body_ground: Annotated[Path, Parameter(name="BODY_GROUND")],
    /,
    *,
    out: Annotated[Path, Placeholder("OUT"), Parameter(alias="-o")],
    skeleton: TrainingSkeleton = "panoptic26",
    keep_zeros: bool = False,
    force: bool = False,
    quiet: bool = False,
) -> None:
    """Turn recordings with depth into the canonical frame and join them.

    This is the preprocessing of the original repository (imatge-upc/3D_skeleton_conversion). The
    verb train takes its result.

    Example: signlift prepare body_data.npy body_ground.npy -o normalized_data.npy

    Parameters
    ----------
    body_data
        2D keypoints in pixels: a .npy file of shape [V, T, 2J].
    body_ground
        Their depth in the same pixels: a .npy file of shape [V, T, J].
    out
        The .npy file to write, of shape [frames, J, 3]. A .json file beside it says where each
        recording begins.
    skeleton
        Skeleton of the keypoints.
    keep_zeros
        Take keypoints at (0, 0) or (-1, -1) as observed, even where many frames have them.
    force
        Replace a file that exists already.
    quiet
        Show no progress and no summary.
    """
    from signlift.datasets.canonical_dataset import prepare as prepare_canonical
    from signlift.datasets.existing_data import check_no_data

    check_no_data(out, force=force)
    with print_warnings_at_once():
        done = prepare_canonical(
            body_data, body_ground, out, skeleton, keep_zeros=keep_zeros, quiet=quiet
        )
    if quiet:
        return
    print(f"{done.path}: {describe_counts(done.recordings, done.frames)}")
    if done.undefined:
        print(
            f"{done.undefined} frames have no canonical frame and are NaN (Neck, MidHip or Nose "
            "is missing, or the torso has no length)"
        )
