"""Where the panels of a skeleton figure stand, in inches."""

from __future__ import annotations

from dataclasses import dataclass

from signlift.visualization.scene import Panel, Scene

#: The widest and narrowest figure, and the tallest panel when there is one row, and two.
WIDEST, NARROWEST, TALLEST, TALLEST_OF_TWO = 12.0, 3.7, 3.9, 2.9

MARGIN, BETWEEN_VIEWS, BETWEEN_GROUPS, HEADER, FOOTER = 0.16, 0.07, 0.26, 0.30, 0.34


@dataclass(frozen=True)
class Layout:
    """Width and height of a figure and, for each panel, left, bottom, width and height: inches."""

    width: float
    height: float
    places: tuple[tuple[float, float, float, float], ...]


def lay_out(scene: Scene) -> Layout:
    """Place the panels in one row, or true above predicted where that shows them larger."""
    bodies = [group for group in scene.groups if not group[0].flat]
    row = _place(scene, 1)
    if len(bodies) < 2:
        return row
    two = _place(scene, 2)
    return two if two.places[0][3] > 1.2 * row.places[0][3] else row


def _place(scene: Scene, rows: int) -> Layout:
    flat = [group for group in scene.groups if group[0].flat]
    bodies = [group for group in scene.groups if not group[0].flat]
    header = HEADER if len(scene.groups) > 1 else 0.0
    # Each line is the groups that stand beside each other on one row.
    lines = [bodies] if rows == 1 else [[group] for group in bodies]
    row = [*flat, *lines[0]]
    gaps = 2 * MARGIN + BETWEEN_GROUPS * (len(row) - 1)
    gaps += BETWEEN_VIEWS * sum(len(group) - 1 for group in row)
    units = sum(panel.size[0] for group in row for panel in group)
    tall = scene.panels[0].size[1]
    scale = min((WIDEST - gaps) / units, (TALLEST if rows == 1 else TALLEST_OF_TWO) / tall)
    panel_height = scale * tall
    width = max(NARROWEST, gaps + scale * units)
    height = MARGIN + rows * (header + panel_height) + (rows - 1) * MARGIN + FOOTER
    indent = (width - gaps - scale * units) / 2
    places: list[tuple[float, float, float, float]] = []

    def add(group: tuple[Panel, ...], left: float, bottom: float) -> float:
        for panel in group:
            places.append((left, bottom, scale * panel.size[0], panel_height))
            left += scale * panel.size[0] + BETWEEN_VIEWS
        return left - BETWEEN_VIEWS + BETWEEN_GROUPS

    left = MARGIN + indent
    top = height - MARGIN - header - panel_height
    for group in flat:  # beside two rows it stands in the upper one
        left = add(group, left, top)
    for number, line in enumerate(lines):
        across = left
        for group in line:
            across = add(group, across, top - number * (header + panel_height + MARGIN))
    return Layout(width, height, tuple(places))
