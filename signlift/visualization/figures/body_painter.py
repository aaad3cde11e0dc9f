"""Moving artists of one panel: they are created once, and updated in each frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba_array

from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Bool, Float, Int
from signlift.visualization.body.face_lines import find_face_lines
from signlift.visualization.body.outlines import outline_circles, outline_ellipsoids
from signlift.visualization.body.parts import find_parts
from signlift.visualization.scene.panel import Panel
from signlift.visualization.theme import Theme, mix

#: Width of the gap that a part leaves to those behind it, in centimetres: of limbs and of fingers.
_GAP, _FINE_GAP = 0.8, 0.35

#: The lit side of a bone: its radius, and how far it is moved left and up, in radii of the bone.
_LIT_RADIUS, _LIT_SHIFT = 0.42, np.array([-0.22, -0.28])

#: How far the trunk is moved away in the drawing order, in centimetres, so that arms are before it.
_TRUNK_AWAY = 9.0

#: Lines on a face further away than the middle of the head, in centimetres, are behind it.
_FACE_AWAY = 1.0

#: Over an image bodies are thinner, so that the person is seen, and see-through.
_WIDTH_OVER_IMAGES, _ALPHA_OVER_IMAGES = 0.5, 0.85

#: Widths of lines in points, in a panel of the reference height in inches.
_LINE_WIDTHS = {"face": 0.8, "outline": 0.8, "reference": 1.0, "flat": 1.3, "fine": 0.6}
_REFERENCE_HEIGHT = 3.4


class BodyPainter:
    """Moving artists of a body in one panel.

    Parameters
    ----------
    axes
        The axes of the panel.
    panel
        The content.
    skeleton
        The skeleton of the body.
    theme
        Its colours.
    height
        Height of the panel in inches.
    """

    def __init__(
        self, axes: Axes, panel: Panel, skeleton: Skeleton, theme: Theme, height: float
    ) -> None:
        self.axes, self.panel, self.theme = axes, panel, theme
        self.parts, self.face = find_parts(skeleton), find_face_lines(skeleton)
        thickness = float(np.clip(height / _REFERENCE_HEIGHT, 0.35, 1.15))
        self.widths = {name: thickness * width for name, width in _LINE_WIDTHS.items()}
        sides = [theme.sides[side] for side in self.parts.sides]
        fills = np.where(self.parts.is_trunk, theme.head, sides)
        fills = np.where(self.parts.is_neck, mix(theme.head, theme.face, 0.25), fills).tolist()
        self.colours = {
            "fill": to_rgba_array(fills),
            "pale": to_rgba_array([theme.pale(colour) for colour in fills]),
            "lit": to_rgba_array([theme.lit(colour) for colour in fills]),
            "band": to_rgba_array([theme.band(colour) for colour in sides]),
            "gap": to_rgba_array([theme.panel] * len(sides)),
        }
        self.shadow = self._add(PolyCollection([], zorder=1.5, linewidths=0))
        self.bands = self._add(PolyCollection([], zorder=1.7, linewidths=0))
        self.far = self._add(PolyCollection([], zorder=2, linewidths=0))
        self.head = self._add(PolyCollection([], zorder=2.4))
        self.lines = self._add(LineCollection([], zorder=2.5, capstyle="round"))
        self.near = self._add(PolyCollection([], zorder=3, linewidths=0))
        self.reference = self._add(LineCollection([], zorder=4, colors=theme.ink))
        self.is_over = panel.image_size is not None
        if self.is_over:
            for collection in (self.far, self.near):
                collection.set_alpha(_ALPHA_OVER_IMAGES)

    def _add(self, collection: Any) -> Any:
        self.axes.add_collection(collection, autolim=False)
        return collection

    @property
    def artists(self) -> tuple[Artist, ...]:
        """Artists that change from frame to frame, in drawing order."""
        return (
            self.shadow, self.bands, self.far, self.head, self.lines, self.near, self.reference,
        )  # fmt: skip

    def show(self, frame: int) -> bool:
        """Move the artists to a frame. Return False if there is nothing to draw."""
        panel, parts = self.panel, self.parts
        points = panel.points[frame].astype(np.float64)
        corners = points[parts.corners]
        is_shown = ~np.isnan(corners).any((1, 2))
        if self.is_over:
            is_shown &= ~(parts.is_trunk | parts.is_neck)
        visible = np.flatnonzero(is_shown)
        detected = panel.detected[frame][parts.corners].all(1)
        away = corners[..., 2].mean(1) + _TRUNK_AWAY * panel.unit * parts.is_trunk
        head_away = float(panel.head_centres[frame, 0, 2])
        has_head = self._show_head(frame, points)
        # The neck is behind the head from all sides.
        away[parts.is_neck] = np.inf
        order = visible[np.argsort(-away[visible], kind="stable")]
        is_far = away[order] > head_away if has_head else np.zeros(len(order), bool)
        radii = parts.radii * panel.unit * panel.magnification[frame][parts.corners]
        radii *= _WIDTH_OVER_IMAGES if self.is_over else 1.0
        self._show_parts(self.far, order[is_far], corners, radii, detected)
        self._show_parts(self.near, order[~is_far], corners, radii, detected)
        if panel.uncertainty is not None:
            self._show_bands(order, corners, radii, panel.uncertainty[frame])
        if panel.shadow is not None:
            self._show_shadow(order, panel.shadow[frame].astype(np.float64), radii)
        if panel.reference is not None:
            ends = panel.reference[frame][parts.stick_ends]
            self.reference.set(
                segments=ends[~np.isnan(ends).any((1, 2))], linewidths=self.widths["reference"]
            )
        return bool(len(order)) or has_head

    def _show_parts(
        self,
        collection: Any,
        order: Int[np.ndarray, " n"],
        corners: Float[np.ndarray, "P C 3"],
        radii: Float[np.ndarray, "P C"],
        detected: Bool[np.ndarray, " P"],
    ) -> None:
        """Draw parts from far to near, each with a gap around it and light on it."""
        parts, unit = self.parts, self.panel.unit
        places, round_radii = corners[order, :, :2], np.repeat(radii[order, :, None], 2, -1)
        gaps = np.where(parts.is_fine[order], _FINE_GAP, _GAP) * unit
        has_light = detected[order] & parts.has_band[order]
        shift = radii[order, :, None] * _LIT_SHIFT
        shapes = np.stack(
            [
                outline_circles(places, round_radii + gaps[:, None, None]),
                outline_circles(places, round_radii),
                outline_circles(places + shift, _LIT_RADIUS * round_radii),
            ],
            1,
        )
        fill, pale, gap, lit = (
            self.colours[kind][order] for kind in ("fill", "pale", "gap", "lit")
        )
        colours = np.stack([gap, np.where(detected[order, None], fill, pale), lit], 1)
        kept = np.ones((len(order), 3), bool)
        kept[:, 2] = has_light
        _set_polygons(collection, shapes[kept], colours[kept])

    def _show_bands(
        self,
        order: Int[np.ndarray, " n"],
        corners: Float[np.ndarray, "P C 3"],
        radii: Float[np.ndarray, "P C"],
        uncertainty: Float[np.ndarray, " N"],
    ) -> None:
        """Draw how far along the depth axis the limbs may be."""
        across = uncertainty[self.parts.corners]
        banded = order[self.parts.has_band[order] & ~np.isnan(across[order]).any(1)]
        sizes = np.stack([across[banded] + radii[banded], radii[banded]], -1)
        shapes = outline_circles(corners[banded, :, :2], sizes)
        _set_polygons(self.bands, shapes, self.colours["band"][banded])

    def _show_shadow(
        self,
        order: Int[np.ndarray, " n"],
        shadow: Float[np.ndarray, "N 2"],
        radii: Float[np.ndarray, "P C"],
    ) -> None:
        sizes = np.stack([radii[order], 0.35 * radii[order]], -1)
        shapes = outline_circles(shadow[self.parts.corners[order]], sizes)
        _set_polygons(
            self.shadow, shapes, np.repeat(to_rgba_array([self.theme.grid]), len(order), 0)
        )

    def _show_head(self, frame: int, points: Float[np.ndarray, "N 3"]) -> bool:
        """Draw the head and the lines on the side of the face that is seen."""
        panel, theme = self.panel, self.theme
        centres = panel.head_centres[frame]
        if np.isnan(centres).any():
            self.head.set_verts([])
            self.lines.set_segments([])
            return False
        outline = outline_ellipsoids(centres[None, :, :2], panel.head_axes[frame][None])
        index = [self.parts.head_number]
        is_detected = bool(panel.detected[frame, index].all())
        fill = theme.head if is_detected else theme.pale(theme.head)
        self.head.set_verts(outline)
        if self.is_over:
            self.head.set(facecolor="none", edgecolor=fill, linewidth=1.5 * self.widths["outline"])
        else:
            self.head.set(facecolor=fill, edgecolor=theme.panel, linewidth=self.widths["outline"])
        limit = float(centres[0, 2]) + _FACE_AWAY * panel.unit
        segments, widths, colours = [], [], []
        line_colour = theme.light if self.is_over else theme.face
        outline_colour = mix(line_colour, theme.head, 0.5)
        for kind, lines in (
            ("outline", self.face.outline),
            ("face", (*self.face.features, self.face.mouth)),
        ):
            for line in lines:
                ends = points[line]
                ends = ends[~np.isnan(ends).any(1)]
                if len(ends) > 1 and ends[:, 2].mean() < limit:
                    segments.append(ends[:, :2])
                    widths.append(self.widths[kind])
                    colours.append(line_colour if kind == "face" else outline_colour)
        for dot in points[self.face.dots]:
            if dot[2] < limit:
                segments.append(np.array([dot[:2], dot[:2] + 0.05 * panel.unit]))
                widths.append(3.2 * self.widths["face"])
                colours.append(line_colour)
        self.lines.set(segments=segments, linewidths=widths, colors=colours)
        return True


def _set_polygons(
    collection: Any,
    shapes: Float[np.ndarray, "n K 2"],
    colours: Float[np.ndarray, "n 4"],
) -> None:
    """Replace the polygons of a collection."""
    collection.set_verts(shapes if len(shapes) else [])
    collection.set_facecolor(colours)
