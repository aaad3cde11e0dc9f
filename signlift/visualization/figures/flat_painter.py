"""Moving artists of the 2D input: keypoints as dots, and lines between them."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba_array

from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Int
from signlift.visualization.body.face_lines import find_face_lines
from signlift.visualization.body.parts import find_parts
from signlift.visualization.scene.panel import Panel
from signlift.visualization.style import keypoint_side, keypoint_weight
from signlift.visualization.theme import Theme, mix

#: Sizes in points in a panel of the reference height in inches: width of a line, diameter of a
#: keypoint, and the width of lines on the face.
_LINE_WIDTH, _DIAMETER, _FACE_WIDTH, _REFERENCE_HEIGHT = 1.6, 4.4, 0.7, 3.4


def _lines(skeleton: Skeleton) -> Int[np.ndarray, "S 2"]:
    """Return the ends of all lines; the neck ends at the Nose, and is left out below a face."""
    parts, nose = find_parts(skeleton), skeleton.find("Nose")
    ends = parts.stick_ends.copy()
    is_neck = ends[:, 1] == parts.head_number
    if find_face_lines(skeleton).features or nose is None:
        return ends[~is_neck]
    ends[is_neck, 1] = nose
    return ends


def _dots(skeleton: Skeleton) -> Int[np.ndarray, " D"]:
    """Return the keypoints that are dots: those of a chain, but not those of a face with lines."""
    chained = {name for chain in skeleton.chains for name in chain}
    if find_face_lines(skeleton).features:
        head = {skeleton.keypoints[column] for column in face_layout(skeleton).columns}
        chained -= head
    numbers = [number for number, name in enumerate(skeleton.keypoints) if name in chained]
    return np.array(numbers, np.int64)


class FlatPainter:
    """Moving artists of the 2D input in one panel.

    Parameters
    ----------
    axes, panel, skeleton, theme, height
        As for `BodyPainter`.
    """

    def __init__(
        self, axes: Axes, panel: Panel, skeleton: Skeleton, theme: Theme, height: float
    ) -> None:
        self.axes, self.panel = axes, panel
        self.face = find_face_lines(skeleton)
        self.ends = _lines(skeleton)
        self.thickness = float(np.clip(height / _REFERENCE_HEIGHT, 0.35, 1.15))
        names = skeleton.keypoints
        self.dots = _dots(skeleton)
        weights = np.array([keypoint_weight(names[number]) for number in self.dots])
        self.areas = (_DIAMETER * self.thickness * weights) ** 2
        self.dot_colours = to_rgba_array(
            [theme.sides[keypoint_side(names[number])] for number in self.dots]
        ).reshape(-1, 4)
        bone = mix(theme.muted, theme.panel, 0.45)
        self.lines = LineCollection([], zorder=2, colors=bone, capstyle="round")
        self.features = LineCollection([], zorder=2.2, colors=theme.muted)
        self.features.set_linewidth(_FACE_WIDTH * self.thickness)
        for collection in (self.lines, self.features):
            axes.add_collection(collection, autolim=False)
        self.scatter = axes.scatter([], [], zorder=3, linewidths=0)
        self.line_widths = np.array(
            [1.0 if end >= len(names) else keypoint_weight(names[end]) for _, end in self.ends]
        )

    @property
    def artists(self) -> tuple[Artist, ...]:
        """Artists that change from frame to frame, in drawing order."""
        return self.lines, self.features, self.scatter

    def show(self, frame: int) -> bool:
        """Move the artists to a frame. Return False if there is nothing to draw."""
        points = self.panel.points[frame, :, :2]
        ends = points[self.ends]
        visible = ~np.isnan(ends).any((1, 2))
        widths = _LINE_WIDTH * self.thickness * self.line_widths[visible]
        self.lines.set(segments=ends[visible], linewidths=widths)
        features = [points[line] for line in self.face.features + self.face.outline]
        self.features.set_segments([line for line in features if not np.isnan(line).any()])
        dots = ~np.isnan(points[self.dots]).any(1)
        self.scatter.set_offsets(points[self.dots[dots]])
        self.scatter.set_sizes(self.areas[dots])
        self.scatter.set_facecolor(self.dot_colours[dots])
        return bool(dots.any())
