"""Files of a projected dataset: the two arrays, and the origin of each recording."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from signlift.io.mocap.clip import Clip
from signlift.utils.atomic import write_text

#: JSON with the camera and the clip of each recording, beside the two arrays.
CAMERAS = "cameras.json"

#: One label a line: recordings of the same clip have the same label, so that a split by groups
#: keeps the views of a clip together.
GROUPS = "groups.txt"


@dataclass(frozen=True, eq=False)
class ProjectedDataset:
    """Summary of a projected dataset.

    Attributes
    ----------
    directory
        The directory of body_data.npy, body_ground.npy, cameras.json and groups.txt.
    clips
        The clips of motion capture that were projected; empty for Panoptic takes.
    recordings
        V, the number of recordings.
    frames
        The total number of frames.
    failed
        One line for each problem of inputs that were left out.
    """

    directory: Path
    clips: Sequence[Clip]
    recordings: int
    frames: int
    failed: tuple[str, ...]


def write_origins(
    directory: Path, common: Mapping[str, object], recordings: Sequence[Mapping[str, object]]
) -> None:
    """Write cameras.json and groups.txt.

    Parameters
    ----------
    directory
        The directory of the two arrays.
    common
        Facts that hold for all recordings: skeleton, unit, axes and so on.
    recordings
        Facts of each recording, in the order of the arrays. `clip` is its label in groups.txt.
    """
    text = json.dumps(dict(common) | {"recordings": list(recordings)}, indent=1)
    write_text(directory / CAMERAS, text + "\n")
    labels = (" ".join(str(facts["clip"]).split()) for facts in recordings)
    write_text(directory / GROUPS, "".join(f"{label}\n" for label in labels))
