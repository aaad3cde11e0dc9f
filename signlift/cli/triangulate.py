"""`signlift triangulate`."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from signlift.cli.options import optional
from signlift.errors import InputError, InputWarning, problem


@dataclass(frozen=True)
class Triangulate:
    """Make ground truth: depth from 2D keypoints in several views of calibrated cameras.

    Example: signlift triangulate cam01_json cam02_json cam03_json --calibration Calib.toml -o data
    """

    inputs: Annotated[tyro.conf.Positional[tuple[Path, ...]], optional("VIEW...")]
    """2D keypoints of two views or more of one person, in any format that is read."""
    calibration: Path
    """The cameras: Panoptic's JSON, Qualisys' .qca.txt, or TOML of Anipose or Pose2Sim."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])]
    """A folder for body_data.npy and body_ground.npy, a recording for each view, and for
    triangulation.json, which tells the reprojection errors."""
    cameras: Annotated[str | None, optional("NAME,...")] = None
    """The camera of each view; found by the views' names when it is not given."""
    offset: Annotated[str | None, optional("N,...")] = None
    """Frames to add to the frame numbers of each view; equal numbers are one moment."""
    threshold: float = 15.0
    """Most pixels between what a view saw and where the point would be seen; a view that is
    further off is left out."""
    min_confidence: float = 0.3
    """What a detector is less sure of does not count."""
    min_views: int = 2
    """Keypoints on which fewer views agree are missing."""
    keypoints: Literal["measured", "reprojected"] = "measured"
    """What body_data.npy holds: what the detector saw, without what the other views contradict;
    or where the points would be seen."""
    points: Annotated[Path | None, optional("FILE.npz")] = None
    """Write the points in the cameras' world too, [T, J, 3]."""
    skeleton: Annotated[str | None, optional("NAME")] = None
    """What the keypoints are, where the files do not say."""
    to: Annotated[str | None, optional("NAME")] = None
    """The skeleton to write; that of the views when it is not given."""
    person: Annotated[int | None, optional("N")] = None
    """Which of several people in each view, from 0; the main one when it is not given."""
    fps: Annotated[float | None, optional("FLOAT")] = None
    """Frames per second, where the files do not say."""
    quiet: bool = False
    """Show no progress and no table."""

    def run(self) -> int:
        """Do it, and give the exit code: 1 when some frames could not be read."""
        import json

        from signlift.core.skeleton import get_skeleton
        from signlift.datasets.multiview import TriangulationSettings, triangulate
        from signlift.datasets.multiview_inputs import read_views
        from signlift.datasets.multiview_report import report_table, triangulation_report
        from signlift.io.arrays.original_arrays import write_arrays
        from signlift.io.calibration.calibration_reader import read_calibration
        from signlift.utils.atomic import write_text

        settings = TriangulationSettings(self.threshold, self.min_confidence, self.min_views)
        target = None if self.to is None else get_skeleton(self.to)
        calibration = read_calibration(self.calibration)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            views = read_views(
                self.inputs,
                calibration,
                cameras=_listed(self.cameras),
                offsets=_numbers(self.offset),
                skeleton=self.skeleton,
                person=self.person,
                fps=self.fps,
                quiet=self.quiet,
            )
        for warning in caught:
            print(warning.message, file=sys.stderr)
        done = triangulate(views, settings, unit=calibration.unit, quiet=self.quiet)
        recordings = done.recordings(reprojected=self.keypoints == "reprojected")
        if target is not None:
            recordings = [recording.convert(target) for recording in recordings]
        report = triangulation_report(done)
        folder = write_arrays(self.out, recordings, quiet=self.quiet)
        write_text(folder / "triangulation.json", json.dumps(report, indent=1) + "\n")
        if self.points is not None:
            done.save_points(self.points)
        if report["frames_with_root"] == 0:
            expected = "MidHip (or both hips) in two views or more, as depth is relative to it"
            print(problem(self.out, expected=expected, found="none: no depth"), file=sys.stderr)
        if not self.quiet:
            print(report_table(report))
            said = f"{len(recordings)} views, {report['frames']} frames"
            print(f"\n{folder}: {said}, {report['frames_with_root']} with MidHip")
        return 1 if caught else 0


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",")]


def _numbers(text: str | None) -> list[int] | None:
    try:
        return None if text is None else [int(part) for part in text.split(",")]
    except ValueError:
        expected = "whole numbers with commas between them"
        raise InputError(problem("--offset", expected=expected, found=repr(text))) from None
