"""A panel of a figure: axes and labels, and the body that moves in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text

from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import UInt8
from signlift.visualization.figures.body_painter import BodyPainter
from signlift.visualization.figures.flat_painter import FlatPainter
from signlift.visualization.scene.panel import Panel
from signlift.visualization.theme import Theme

#: Left, bottom, width and height of a panel in inches.
Box = tuple[float, float, float, float]

#: Labels of the views.
_LABELS = {"side": "side · depth →"}

#: Distance of labels from the edges of a panel, in inches, and size of their letters in points.
_INSET, _LETTERS = 0.08, 7.5


class PanelDrawing:
    """A panel of a figure, in which a body moves.

    Parameters
    ----------
    figure
        The figure.
    box
        Where the panel is.
    panel, skeleton, theme
        Content and colours.
    notes
        True to write a note in frames with nothing to draw.
    label
        Label in the upper left corner; by default the name of the view, and none on an image.
    """

    def __init__(
        self,
        figure: Figure,
        box: Box,
        panel: Panel,
        skeleton: Skeleton,
        theme: Theme,
        *,
        notes: bool = False,
        label: str | None = None,
    ) -> None:
        self.panel, self.theme, self.box, self.notes = panel, theme, box, notes
        self.axes = _add_axes(figure, box, panel, theme)
        kind: Any = FlatPainter if panel.is_input else BodyPainter
        self.body: FlatPainter | BodyPainter = kind(self.axes, panel, skeleton, theme, box[3])
        if label is None and not panel.is_input and panel.image_size is None:
            label = _LABELS.get(panel.view, panel.view)
        if label:
            self._write(label, _INSET, box[3] - _INSET, va="top")
        if panel.view == "side":
            self._mark_depth_0()
        self.note = self._write("", box[2] / 2, box[3] / 2, ha="center", va="center")
        self.image: AxesImage | None = None

    @property
    def artists(self) -> tuple[Artist, ...]:
        """Artists that change from frame to frame, in drawing order."""
        images = () if self.image is None else (self.image,)
        return (*images, *self.body.artists, self.note)

    def show(self, frame: int) -> None:
        """Move the artists to a frame; parts with a missing end are left out."""
        is_drawn = self.body.show(frame)
        note = ""
        if self.notes and not is_drawn:
            note = "no depth\nknown" if self.panel.observed[frame] else "no keypoint\nobserved"
        self.note.set_text(note)

    def set_image(self, image: UInt8[np.ndarray, "H W C"]) -> None:
        """Show an image behind the body, if the panel has a place for it."""
        if self.panel.image_size is None:
            return
        if self.image is None:
            width, height = self.panel.image_size
            window = {"xlim": self.axes.get_xlim(), "ylim": self.axes.get_ylim()}
            extent = (0, width, height, 0)
            self.image = self.axes.imshow(image, extent=extent, aspect="equal", zorder=0.5)
            self.axes.set(**window)
        else:
            self.image.set_data(image)

    def _mark_depth_0(self) -> None:
        """Mark the depth of MidHip, which all depth is relative to."""
        (left, right), (_, bottom) = self.panel.window
        self.axes.axvline(0, color=self.theme.grid, linewidth=0.9, zorder=1.2)
        if left < 0 < right:
            self.axes.annotate(
                "0",
                (0, bottom),
                xytext=(2.5, 2.5),
                textcoords="offset points",
                color=self.theme.muted,
                fontsize=_LETTERS - 0.5,
                zorder=1.2,
            )

    def _write(self, text: str, x: float, y: float, **style: Any) -> Text:
        return self.axes.text(
            x / self.box[2],
            y / self.box[3],
            text,
            transform=self.axes.transAxes,
            color=self.theme.muted,
            fontsize=_LETTERS,
            zorder=5,
            **style,
        )


def _add_axes(figure: Figure, box: Box, panel: Panel, theme: Theme) -> Axes:
    """Add axes of equal scales with y down, and the grid behind the body."""
    width, height = figure.get_size_inches()
    left, bottom = box[0] / width, box[1] / height
    axes = figure.add_axes((left, bottom, box[2] / width, box[3] / height), facecolor=theme.panel)
    (start, end), (top, low) = panel.window
    axes.set(xlim=(start, end), ylim=(low, top), xticks=[], yticks=[])
    axes.set_aspect("equal")
    for spine in axes.spines.values():
        spine.set_visible(False)
    if panel.grid is not None:
        grid = LineCollection(list(panel.grid), colors=theme.grid, linewidths=0.7, zorder=1)
        axes.add_collection(grid, autolim=False)
    return axes
