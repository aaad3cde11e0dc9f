"""Figure of skeletons, whose artists are created once and updated in each frame."""

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
    GRID,
    INK,
    INPUT_BONE,
    MUTED,
    PANEL,
    SHADOW,
    SIDE_COLOURS,
    ZERO_LINE,
    bone_side,
    drawn_keypoints,
    keypoint_side,
    keypoint_weight,
    needs_neck_line,
    new_figure,
)

#: Sizes in points (1/72 inch) in a panel of the reference height, in inches: the width of a bone,
#: the gap that it leaves to the bones behind it, and the diameter of a keypoint.
_BONE_WIDTH, _GAP, _DIAMETER, _REFERENCE_HEIGHT = 3.0, 1.4, 4.8, 3.4

#: Relative width of the neck line of a skeleton without a Neck; that of a bone is 1.
_NECK_LINE_WEIGHT = 0.45

#: The label of hollow keypoints of the 2D input.
COMPLETED_LABEL = "completed, not detected"


class SkeletonStyle:
    """Widths and colours of the bones and keypoints of a skeleton.

    The bones of the 2D input are lighter, as only its keypoints are observed.

    Parameters
    ----------
    skeleton
        The skeleton.
    panel_height
        Height of the panels in inches.
    is_input
        True for the panel of the 2D input.
    """

    def __init__(self, skeleton: Skeleton, panel_height: float, *, is_input: bool) -> None:
        scale = float(np.clip(panel_height / _REFERENCE_HEIGHT, 0.45, 1.15))
        weights = np.array([keypoint_weight(name) for name in skeleton.keypoints])
        self.bones = skeleton.bone_index
        sides = [bone_side(bone) for bone in skeleton.bones]
        bone_weights = weights[self.bones[:, 1]]
        if needs_neck_line(skeleton):  # panels hold the middle of the shoulders as keypoint J
            self.bones = np.append(self.bones, [[len(skeleton), skeleton.find("Nose")]], 0)
            sides.append("middle")
            bone_weights = np.append(bone_weights, _NECK_LINE_WEIGHT)
        self.bone_colours = to_rgba_array(
            [INPUT_BONE if is_input else SIDE_COLOURS[side] for side in sides]
        )
        self.bone_widths = _BONE_WIDTH * scale * bone_weights * (0.7 if is_input else 1)
        self.gaps = _GAP * scale * bone_weights
        self.gap_colour = to_rgba_array(PANEL)
        self.dots = np.array(drawn_keypoints(skeleton), dtype=np.int64)
        self.dot_colours = to_rgba_array(
            [SIDE_COLOURS[keypoint_side(skeleton.keypoints[j])] for j in self.dots]
        )
        self.dot_areas = (_DIAMETER * scale * weights[self.dots]) ** 2
        self.hollow_rim = 0.7 * _GAP * scale
        # A rim would cut the bones of the fingers into dashes.
        self.dot_rims = np.where(weights[self.dots] < 0.5, 0.0, 0.4 * _GAP * scale)


class PanelDrawing:
    """Moving artists of one panel: bones, keypoints, shadow and note.

    Parameters
    ----------
    axes
        The axes of the panel.
    panel
        The content.
    style
        Widths and colours.
    notes
        True to write a note in frames with nothing to draw.
    """

    def __init__(self, axes: Axes, panel: Panel, style: SkeletonStyle, *, notes: bool) -> None:
        self.axes, self.panel, self.style, self.notes = axes, panel, style, notes
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
        """Artists that change from frame to frame, in drawing order."""
        return self.shadow, self.bones, self.dots, self.note

    def show(self, frame: int) -> None:
        """Move the artists to a frame; bones with a missing end are left out."""
        points, style = self.panel.points[frame], self.style
        ends = points[style.bones]
        visible = np.flatnonzero(~np.isnan(ends).any((1, 2)))
        # Far bones first. Each bone begins with a wider one in the colour of the panel, which
        # leaves a gap in the bones behind it.
        visible = visible[np.argsort(-ends[visible, :, 2].mean(1), kind="stable")]
        doubled = np.repeat(visible, 2)
        colours, widths = style.bone_colours[doubled], style.bone_widths[doubled]
        colours[::2] = style.gap_colour
        widths[::2] += 2 * style.gaps[visible]
        self.bones.set(segments=ends[doubled, :, :2], color=colours, linewidth=widths)
        if self.panel.shadow is not None:
            segments = self.panel.shadow[frame][style.bones[visible]]
            self.shadow.set(segments=segments, linewidth=0.8 * style.bone_widths[visible])
        dots = np.flatnonzero(~np.isnan(points[style.dots]).any(1))
        dots = dots[np.argsort(-points[style.dots[dots], 2], kind="stable")]
        self.dots.set_offsets(points[style.dots[dots], :2])
        self.dots.set_sizes(style.dot_areas[dots])
        faces, rims, edges = style.dot_colours[dots], style.dot_rims[dots], style.gap_colour
        if self.panel.completed is not None:
            # Hollow, in the colour of their side.
            hollow = self.panel.completed[frame, style.dots[dots]]
            edges = np.where(hollow[:, None], faces, style.gap_colour)
            faces = np.where(hollow[:, None], style.gap_colour, faces)
            rims = np.where(hollow, np.maximum(rims, style.hollow_rim), rims)
        self.dots.set(facecolor=faces, edgecolor=edges, linewidth=rims)
        note = ""
        if self.notes and not dots.size:
            note = "no depth\nknown" if self.panel.observed[frame] else "no keypoint\nobserved"
        self.note.set_text(note)


class SkeletonFigure:
    """Figure of a scene that shows one frame at a time.

    Parameters
    ----------
    scene
        The content.
    dpi
        Pixels per inch. Width and height in pixels are even, as video needs them.

    Attributes
    ----------
    figure
        The matplotlib figure, which needs no display.
    drawings
        The moving artists of each panel.
    """

    def __init__(self, scene: Scene, dpi: float) -> None:
        self.scene = scene
        layout = lay_out(scene)
        width, height = (2 * round(side * dpi / 2) for side in (layout.width, layout.height))
        self.figure: Figure = new_figure(width / dpi, height / dpi, dpi)
        styles = {
            is_input: SkeletonStyle(scene.skeleton, layout.panel_height, is_input=is_input)
            for is_input in (False, True)
        }
        # One panel of each group, the front view if there is one, has notes.
        with_notes = [
            next((panel for panel in group if panel.view == "front"), group[0])
            for group in scene.groups
        ]
        self.drawings = tuple(
            PanelDrawing(
                _add_axes(self.figure, panel, layout, number),
                panel,
                styles[panel.is_input],
                notes=panel in with_notes,
            )
            for number, panel in enumerate(scene.panels)
        )
        self._add_titles(layout)
        self.caption = self.figure.text(
            MARGIN / layout.width,
            (FOOTER - 0.07) / 2 / layout.height,
            "",
            color=MUTED,
            fontsize=8.5,
            va="center",
        )
        self._add_legend(layout)
        self._background: object = None

    def show(self, frame: int) -> Figure:
        """Show a frame (0 is the first) and return the figure."""
        for drawing in self.drawings:
            drawing.show(frame)
        text = f"frame {frame + 1} of {self.scene.frames}" if self.scene.frames > 1 else ""
        if text and self.scene.fps:
            text += f"  ·  {frame / self.scene.fps:.2f} s"
        self.caption.set_text(text)
        return self.figure

    def render(self, frame: int) -> UInt8[np.ndarray, "H W 4"]:
        """Render a frame as RGBA. The next call overwrites the array.

        The artists that do not move are drawn once and copied, which makes animations fast.
        """
        self.show(frame)
        canvas: Any = self.figure.canvas  # FigureCanvasAgg, whose methods have no types
        moving = [artist for drawing in self.drawings for artist in drawing.artists]
        moving.append(self.caption)
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

    def _add_titles(self, layout: Layout) -> None:
        if len(self.scene.groups) < 2:
            return
        number = 0
        for group in self.scene.groups:
            left, bottom, _, height = layout.boxes[number]
            self.figure.text(
                left / layout.width,
                (bottom + height + 0.09) / layout.height,
                group[0].title,
                color=INK,
                fontsize=11,
                fontweight="bold",
            )
            number += len(group)

    def _add_legend(self, layout: Layout) -> None:
        sides = [side for side in SIDE_COLOURS if side in self.scene.skeleton.sides]
        handles = [Line2D([], [], color=SIDE_COLOURS[side], linewidth=3) for side in sides]
        if any(panel.completed is not None for panel in self.scene.panels):
            handles.append(
                Line2D([], [], color=MUTED, marker="o", markerfacecolor=PANEL, linestyle="none")
            )
            sides.append(COMPLETED_LABEL)
        self.figure.legend(
            handles,
            sides,
            loc="center right",
            bbox_to_anchor=(1 - MARGIN / layout.width, (FOOTER - 0.07) / 2 / layout.height),
            ncols=len(handles),
            frameon=False,
            fontsize=8.5,
            labelcolor=MUTED,
            handlelength=1.1,
            handletextpad=0.5,
            columnspacing=1.3,
            borderaxespad=0,
            borderpad=0,
        )


def _add_axes(figure: Figure, panel: Panel, layout: Layout, number: int) -> Axes:
    """Add axes of equal scales with y down, and the grid and labels behind the skeleton."""
    left, bottom, width, height = layout.boxes[number]
    W, H = layout.width, layout.height
    axes = figure.add_axes((left / W, bottom / H, width / W, height / H), facecolor=PANEL)
    axes.set(xlim=panel.horizontal, ylim=panel.vertical[::-1], xticks=[], yticks=[])
    axes.set_aspect("equal")
    for spine in axes.spines.values():
        spine.set_visible(False)
    grid = LineCollection(list(panel.grid), colors=GRID, linewidths=0.7, zorder=1)
    axes.add_collection(grid, autolim=False)
    if panel.view == "side":
        axes.axvline(0, color=ZERO_LINE, linewidth=0.9, zorder=1.2)
        if panel.horizontal[0] < 0 < panel.horizontal[1]:
            axes.annotate(
                "0",
                (0, panel.vertical[1]),
                xytext=(2.5, 2.5),
                textcoords="offset points",
                color=MUTED,
                fontsize=7,
                zorder=1.2,
            )
    if not panel.is_input:
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
