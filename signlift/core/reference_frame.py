"""The reference frame that the keypoints of a model are in."""

from __future__ import annotations

from typing import Literal

#: "camera": x right, y down, depth away from the camera. "canonical": x depth, y up along the
#: trunk, z lateral, after `signlift.rotate_skeleton`.
ReferenceFrame = Literal["camera", "canonical"]
