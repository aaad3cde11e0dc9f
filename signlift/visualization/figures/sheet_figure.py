"""Figure of chosen frames in a row, with the views below each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from signlift.utils.array_types import UInt8
from signlift.visualization.figures.footer import add_footer, describe_frame, footer_height
from signlift.visualization.figures.layout import MARGIN, MIN_WIDTH
from signlift.visualization.figures.panel_drawing import PanelDrawing
from signlift.visualization.scene.panel import Panel
from signlift.visualization.scene.scene import Scene
from signlift.visualization.style import new_figure
from signlift.visualization.theme import LIGHT, Theme

#: Sizes in inches: the largest width of a figure, the largest and smallest width of a column, and
#: the distances between panels and above them.
_MAX_WIDTH, _MAX_COLUMN, _MIN_COLUMN, _MAX_HEIGHT = 12.0, 3.2, 1.5, 3.6
_GAP, _HEADER = 0.07, 0.24


def draw_sheet(
    scene: Scene,
    frames: Sequence[int],
    dpi: float,
    theme: Theme = LIGHT,
    images: Callable[[int], UInt8[np.ndarray, "H W 3"]] | None = None,
) -> Figure:
    """Draw frames of a scene beside each other, and the views of each below each other.

    Parameters
    ----------
    scene
        The content.
    frames
        Numbers of the frames; 0 is the first.
    dpi
        Pixels per inch.
    theme
        The colours.
    images
        Returns the image that the front view of a frame is drawn over.

    Returns
    -------
    A figure with a column for each frame and a row for each panel of the scene.
    """
    panels = _with_equal_widths(scene.panels)
    rows, columns = len(panels), len(frames)
    units = panels[0].size
    widest = (_MAX_WIDTH - 2 * MARGIN - _GAP * (columns - 1)) / columns
    column = min(max(widest, _MIN_COLUMN), _MAX_COLUMN, _MAX_HEIGHT * units[0] / units[1])
    height = column * units[1] / units[0]
    panels_width = columns * column + _GAP * (columns - 1)
    total_width = max(MIN_WIDTH, 2 * MARGIN + panels_width)
    total_height = MARGIN + _HEADER + rows * height + _GAP * (rows - 1)
    total_height += footer_height(total_width, has_caption=False)
    figure = new_figure(total_width, total_height, dpi, theme.paper)
    for position, frame in enumerate(frames):
        left = (total_width - panels_width) / 2 + position * (column + _GAP)
        top = total_height - MARGIN - _HEADER
        for row, panel in enumerate(panels):
            box = (left, top - (row + 1) * height - row * _GAP, column, height)
            drawing = PanelDrawing(
                figure,
                box,
                panel,
                scene.skeleton,
                theme,
                notes=row == 0,
                label=None if position == 0 else "",
            )
            if images is not None:
                drawing.set_image(images(frame))
            drawing.show(frame)
        _write_frame(figure, scene, frame, theme, (left, top + 0.07))
    add_footer(figure, scene, theme, height / units[1], caption=False)
    return figure


def _with_equal_widths(panels: Sequence[Panel]) -> list[Panel]:
    """Widen all panels to the width of the widest, about their middles."""
    width = max(panel.size[0] for panel in panels)
    widened = []
    for panel in panels:
        margin = (width - panel.size[0]) / 2
        (left, right), vertical = panel.window
        widened.append(replace(panel, window=((left - margin, right + margin), vertical)))
    return widened


def _write_frame(
    figure: Figure, scene: Scene, frame: int, theme: Theme, place: tuple[float, float]
) -> None:
    """Write the number and the time of a frame above its column."""
    width, height = figure.get_size_inches()
    x, y = place[0] / width, place[1] / height
    text = describe_frame(scene, frame)
    figure.text(x, y, text, color=theme.ink, fontsize=8.5, fontweight="bold")
