"""Positions of the panels of a skeleton figure, in inches."""

from __future__ import annotations

from dataclasses import dataclass

from signlift.visualization.figures.footer import footer_height
from signlift.visualization.scene.panel import Panel
from signlift.visualization.scene.scene import Scene

#: Maximum and minimum width of a figure.
MAX_WIDTH, MIN_WIDTH = 12.0, 4.6

#: Maximum height of a panel in a figure of one row, and of two rows.
MAX_PANEL_HEIGHT, MAX_PANEL_HEIGHT_OF_TWO_ROWS = 3.9, 2.9

MARGIN, GAP_BETWEEN_VIEWS, GAP_BETWEEN_GROUPS, HEADER = 0.16, 0.07, 0.26, 0.30


@dataclass(frozen=True)
class Layout:
    """Size of a figure and positions of its panels, in inches.

    Attributes
    ----------
    width, height
        Size of the figure.
    boxes
        Left, bottom, width and height of each panel.
    """

    width: float
    height: float
    boxes: tuple[tuple[float, float, float, float], ...]

    @property
    def panel_height(self) -> float:
        """Height of a panel; it is the same for all."""
        return self.boxes[0][3]


def lay_out(scene: Scene) -> Layout:
    """Place the panels in one row, or true above predicted if that makes them larger."""
    one_row = _lay_out_rows(scene, 1)
    if sum(not group[0].is_input for group in scene.groups) < 2:
        return one_row
    two_rows = _lay_out_rows(scene, 2)
    return two_rows if two_rows.panel_height > 1.2 * one_row.panel_height else one_row


def _lay_out_rows(scene: Scene, rows: int) -> Layout:
    input_groups = [group for group in scene.groups if group[0].is_input]
    bodies = [group for group in scene.groups if not group[0].is_input]
    header = HEADER if len(scene.groups) > 1 else 0.0
    body_rows = [bodies] if rows == 1 else [[group] for group in bodies]
    widest_row = [*input_groups, *body_rows[0]]
    gaps = 2 * MARGIN + GAP_BETWEEN_GROUPS * (len(widest_row) - 1)
    gaps += GAP_BETWEEN_VIEWS * sum(len(group) - 1 for group in widest_row)
    units_across = sum(panel.size[0] for group in widest_row for panel in group)
    units_down = scene.panels[0].size[1]
    max_height = MAX_PANEL_HEIGHT if rows == 1 else MAX_PANEL_HEIGHT_OF_TWO_ROWS
    scale = min((MAX_WIDTH - gaps) / units_across, max_height / units_down)
    panel_height = scale * units_down
    width = max(MIN_WIDTH, gaps + scale * units_across)
    height = MARGIN + rows * (header + panel_height) + (rows - 1) * MARGIN
    height += footer_height(width, has_caption=scene.frames > 1)
    indent = (width - gaps - scale * units_across) / 2
    boxes: list[tuple[float, float, float, float]] = []

    def place_group(group: tuple[Panel, ...], left: float, bottom: float) -> float:
        """Place the panels of a group, and return the left edge of the next one."""
        for panel in group:
            boxes.append((left, bottom, scale * panel.size[0], panel_height))
            left += scale * panel.size[0] + GAP_BETWEEN_VIEWS
        return left - GAP_BETWEEN_VIEWS + GAP_BETWEEN_GROUPS

    left = MARGIN + indent
    top = height - MARGIN - header - panel_height
    for group in input_groups:  # if there are two rows, in the upper one
        left = place_group(group, left, top)
    for row, groups in enumerate(body_rows):
        group_left = left
        for group in groups:
            bottom = top - row * (header + panel_height + MARGIN)
            group_left = place_group(group, group_left, bottom)
    return Layout(width, height, tuple(boxes))
