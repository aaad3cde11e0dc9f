"""A skeleton figure whose artists are made once and moved from frame to frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import UInt8
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from signlift.core.skeleton import Skeleton
from signlift.visualization.layout import FOOTER, MARGIN, Layout, lay_out
from signlift.visualization.scene import Panel, Scene
from signlift.visualization.style import (
    FLAT,
    GRID,
    INK,
    MUTED,
    PANEL,
    SHADOW,
    SIDE_COLOURS,
    ZERO,
    bone_side,
    drawn_keypoints,
    keypoint_weight,
    lacks_neck,
    new_figure,
)

#: Points (1/72 inch) at the usual panel height in inches: a bone, the gap it lays over what is
#: behind it, a keypoint.
_BONE, _GAP, _DOT, _USUAL_HEIGHT = 3.0, 1.4, 4.8, 3.4

#: How heavily the neck line of a skeleton without a Neck is drawn; a bone has 1.
_NECK_LINE = 0.45


class Pen:
    """How thick and in which colour the bones and keypoints of a skeleton are drawn.

    The keypoints of the 2D input are what was observed: their bones keep in the background.
    """

    def __init__(self, skeleton: Skeleton, panel_height: float, *, flat: bool) -> None:
        scale = float(np.clip(panel_height / _USUAL_HEIGHT, 0.45, 1.15))
        weights = np.array([keypoint_weight(name) for name in skeleton.keypoints])
        self.bones = skeleton.bone_index
        sides = [bone_side(bone) for bone in skeleton.bones]
        heavy = weights[self.bones[:, 1]]
        if lacks_neck(skeleton):  # the panels have the middle of the shoulders after the keypoints
            self.bones = np.append(self.bones, [[len(skeleton), skeleton.find("Nose")]], 0)
            sides.append("middle")
            heavy = np.append(heavy, _NECK_LINE)
        self.bone_colours = to_rgba_array([FLAT if flat else SIDE_COLOURS[side] for side in sides])
        self.bone_widths = _BONE * scale * heavy * (0.7 if flat else 1)
        self.gaps = _GAP * scale * heavy
        self.gap_colour = to_rgba_array(PANEL)
        self.dots = np.array(drawn_keypoints(skeleton), dtype=np.int64)
        self.dot_colours = to_rgba_array([SIDE_COLOURS[skeleton.sides[j]] for j in self.dots])
        self.dot_areas = (_DOT * scale * weights[self.dots]) ** 2
        # A rim would cut the bones of the fingers into dashes.
        self.dot_rims = np.where(weights[self.dots] < 0.5, 0.0, 0.4 * _GAP * scale)


class PanelDrawing:
    """The moving artists of one panel: bones, keypoints, on a floor the shadow, and a note.

    The note stands where there is nothing to draw, in the panels that have `notes`.
    """

    def __init__(self, axes: Axes, panel: Panel, pen: Pen, *, notes: bool) -> None:
        self.axes, self.panel, self.pen, self.notes = axes, panel, pen, notes
        self.shadow = LineCollection([], colors=SHADOW, zorder=1.5, capstyle="round")
        self.bones = LineCollection([], zorder=2, capstyle="butt")
        for lines in (self.shadow, self.bones):
            axes.add_collection(lines, autolim=False)
        self.dots = axes.scatter([], [], zorder=3, edgecolors=PANEL)
        self.note = axes.text(
            0.5,
            0.5,
            "",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=MUTED,
            fontsize=8,
        )

    @property
    def artists(self) -> tuple[Artist, ...]:
        """What changes from frame to frame, in the order of drawing."""
        return self.shadow, self.bones, self.dots, self.note

    def show(self, frame: int) -> None:
        """Move the artists to a frame; what has a missing end is left out."""
        points, pen = self.panel.points[frame], self.pen
        ends = points[pen.bones]
        here = np.flatnonzero(~np.isnan(ends).any((1, 2)))
        # The far bones come first; each lays a gap over those behind it, so that one sees which
        # of two that cross is nearer.
        here = here[np.argsort(-ends[here, :, 2].mean(1), kind="stable")]
        twice = np.repeat(here, 2)
        colours, widths = pen.bone_colours[twice], pen.bone_widths[twice]
        colours[::2] = pen.gap_colour
        widths[::2] += 2 * pen.gaps[here]
        self.bones.set(segments=ends[twice, :, :2], color=colours, linewidth=widths)
        if self.panel.shadow is not None:
            fallen = self.panel.shadow[frame][pen.bones[here]]
            self.shadow.set(segments=fallen, linewidth=0.8 * pen.bone_widths[here])
        dots = np.flatnonzero(~np.isnan(points[pen.dots]).any(1))
        dots = dots[np.argsort(-points[pen.dots[dots], 2], kind="stable")]
        self.dots.set_offsets(points[pen.dots[dots], :2])
        self.dots.set_sizes(pen.dot_areas[dots])
        self.dots.set(facecolor=pen.dot_colours[dots], linewidth=pen.dot_rims[dots])
        missing = "depth\nknown" if self.panel.observed[frame] else "keypoint\nobserved"
        empty = self.notes and not dots.size
        self.note.set_text(f"no {missing}" if empty else "")


class SkeletonFigure:
    """A figure of a scene that shows one frame at a time.

    Parameters
    ----------
    scene
        What is drawn.
    dpi
        Pixels per inch. The size in pixels is even, as video asks for.

    Attributes
    ----------
    figure
        The matplotlib figure, drawn without a display.
    drawings
        One per panel of the scene.
    """

    def __init__(self, scene: Scene, dpi: float) -> None:
        self.scene = scene
        layout = lay_out(scene)
        width, height = (2 * round(side * dpi / 2) for side in (layout.width, layout.height))
        self.figure: Figure = new_figure(width / dpi, height / dpi, dpi)
        pens = {flat: Pen(scene.skeleton, layout.places[0][3], flat=flat) for flat in (False, True)}
        # Of each group the front view says that there is nothing to draw.
        leading = [
            next((panel for panel in group if panel.view == "front"), group[0])
            for group in scene.groups
        ]
        self.drawings = tuple(
            PanelDrawing(
                _panel_axes(self.figure, panel, layout, number),
                panel,
                pens[panel.flat],
                notes=panel in leading,
            )
            for number, panel in enumerate(scene.panels)
        )
        self._titles(layout)
        self.caption = self.figure.text(
            MARGIN / layout.width,
            (FOOTER - 0.07) / 2 / layout.height,
            "",
            color=MUTED,
            fontsize=8.5,
            va="center",
        )
        self._legend(layout)
        self._background: object = None

    def _titles(self, layout: Layout) -> None:
        if len(self.scene.groups) < 2:
            return
        number = 0
        for group in self.scene.groups:
            left, bottom, _, height = layout.places[number]
            self.figure.text(
                left / layout.width,
                (bottom + height + 0.09) / layout.height,
                group[0].group,
                color=INK,
                fontsize=11,
                fontweight="bold",
            )
            number += len(group)

    def _legend(self, layout: Layout) -> None:
        sides = [side for side in SIDE_COLOURS if side in self.scene.skeleton.sides]
        handles = [Line2D([], [], color=SIDE_COLOURS[side], linewidth=3) for side in sides]
        self.figure.legend(
            handles,
            sides,
            loc="center right",
            bbox_to_anchor=(1 - MARGIN / layout.width, (FOOTER - 0.07) / 2 / layout.height),
            ncols=3,
            frameon=False,
            fontsize=8.5,
            labelcolor=MUTED,
            handlelength=1.1,
            handletextpad=0.5,
            columnspacing=1.3,
            borderaxespad=0,
            borderpad=0,
        )

    def show(self, frame: int) -> Figure:
        """The figure with this frame of the clip (0 is the first)."""
        for drawing in self.drawings:
            drawing.show(frame)
        text = f"frame {frame + 1} of {self.scene.frames}" if self.scene.frames > 1 else ""
        if text and self.scene.fps:
            text += f"  ·  {frame / self.scene.fps:.2f} s"
        self.caption.set_text(text)
        return self.figure

    def pixels(self, frame: int) -> UInt8[np.ndarray, "H W 4"]:
        """RGBA of one frame; the array is written over by the next call.

        What stands still is drawn once and copied, which is what makes clips fast.
        """
        self.show(frame)
        canvas: Any = self.figure.canvas  # FigureCanvasAgg, whose methods have no types
        moving = [a for drawing in self.drawings for a in drawing.artists] + [self.caption]
        if self._background is None:
            for artist in moving:
                artist.set_visible(False)
            canvas.draw()
            self._background = canvas.copy_from_bbox(self.figure.bbox)
            for artist in moving:
                artist.set_visible(True)
        canvas.restore_region(self._background)
        renderer = canvas.get_renderer()
        for artist in moving:
            artist.draw(renderer)
        return np.asarray(canvas.buffer_rgba())


def _panel_axes(figure: Figure, panel: Panel, layout: Layout, number: int) -> Axes:
    """Axes with equal scales, y down, and the faint things behind the skeleton."""
    left, bottom, width, height = layout.places[number]
    W, H = layout.width, layout.height
    axes = figure.add_axes((left / W, bottom / H, width / W, height / H), facecolor=PANEL)
    axes.set(xlim=panel.across, ylim=panel.down[::-1], xticks=[], yticks=[])
    axes.set_aspect("equal")
    for spine in axes.spines.values():
        spine.set_visible(False)
    grid = LineCollection(list(panel.grid), colors=GRID, linewidths=0.7, zorder=1)
    axes.add_collection(grid, autolim=False)
    if panel.view == "side":
        axes.axvline(0, color=ZERO, linewidth=0.9, zorder=1.2)
        if panel.across[0] < 0 < panel.across[1]:
            axes.annotate(
                "0",
                (0, panel.down[1]),
                xytext=(2.5, 2.5),
                textcoords="offset points",
                color=MUTED,
                fontsize=7,
                zorder=1.2,
            )
    if not panel.flat:
        axes.text(
            0.08 / width,
            1 - 0.08 / height,
            "side · depth →" if panel.view == "side" else panel.view,
            transform=axes.transAxes,
            va="top",
            color=MUTED,
            fontsize=8,
        )
    return axes
