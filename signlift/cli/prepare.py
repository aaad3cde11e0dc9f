"""`signlift prepare`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Prepare:
    """The seed's preprocessing: recordings with depth into the canonical frame, joined.

    Example: signlift prepare body_data.npy body_ground.npy -o normalized_data.npy
    """

    body_data: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BODY_DATA")]
    """2D keypoints, [V, T, 2J] in pixels."""
    body_ground: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BODY_GROUND")]
    """Depth, [V, T, J] in the same pixels."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """normalized_data.npy, [frames, J, 3]; where recordings begin goes beside it (.json)."""
    skeleton: str = "panoptic26"
    """What the keypoints are: panoptic26, panoptic67, openpose25 or coco17."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        from signlift.datasets.canonical import prepare

        done = prepare(self.body_data, self.body_ground, self.out, self.skeleton, quiet=self.quiet)
        if not self.quiet:
            print(f"{done.path}: {done.recordings} recordings, {done.frames} frames")
            if done.undefined:
                print(
                    f"{done.undefined} frames have no canonical frame (Neck, MidHip or Nose "
                    "missing, or a column without length): NaN"
                )
        return 0
