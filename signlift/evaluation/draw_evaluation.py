"""Drawings of an evaluation: errors by keypoint, and true beside predicted skeletons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from signlift.core.recording import Recording
from signlift.core.reference_frame import ReferenceFrame
from signlift.evaluation.report import Report
from signlift.visualization import plot_3D_skeleton, plot_errors_by_keypoint

#: Frames of the recording that is drawn as an animation.
_MAX_FRAMES = 150


def draw_errors(directory: Path, report: Report, baseline: Report) -> Path:
    """Draw the depth error of each keypoint beside the baseline, in torso lengths."""

    def by_keypoint(report: Report) -> dict[str, float]:
        means = report.depth_error_per_keypoint
        return {name: mean.torso_lengths for name, mean in means.items()}

    path = directory / "errors_by_keypoint.png"
    plot_errors_by_keypoint(
        by_keypoint(report), path, "torso lengths", baseline=by_keypoint(baseline)
    )
    return path


def draw_skeletons(
    directory: Path,
    true: Recording,
    predicted: Recording,
    reference_frame: ReferenceFrame,
    *,
    quiet: bool,
) -> list[Path]:
    """Draw the true and the predicted skeleton of a recording, as an image and an animation.

    The views are from the side and turned: from the front, both look the same.
    """
    true, predicted = (
        replace(
            to_camera_frame(recording, reference_frame, _MAX_FRAMES),
            confidence=None,
            depth_uncertainty=None,
        )
        for recording in (true, predicted)
    )
    paths = [directory / "skeletons.png", directory / "skeletons.gif"]
    for path in paths:
        plot_3D_skeleton(predicted, path, true=true, views=("side", "turned"), quiet=quiet)
    return paths


def to_camera_frame(
    recording: Recording, reference_frame: ReferenceFrame, max_frames: int
) -> Recording:
    """Convert the first frames of a recording to the frame of a camera in front of the person."""
    # A person in the canonical frame faces +x, with y up and z to the right: seen from the
    # front, right is -z, down is -y and away is -x.
    sign = -1 if reference_frame == "canonical" else 1
    part = recording[:max_frames]
    assert part.depth is not None
    return replace(part, keypoints=sign * part.keypoints, depth=sign * part.depth)
