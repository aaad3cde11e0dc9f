"""Figure of skeletons, whose artists are created once and updated in each frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from signlift.utils.array_types import UInt8
from signlift.visualization.figures.footer import add_footer, describe_frame
from signlift.visualization.figures.layout import lay_out
from signlift.visualization.figures.panel_drawing import PanelDrawing
from signlift.visualization.scene.scene import Scene
from signlift.visualization.style import new_figure
from signlift.visualization.theme import LIGHT, Theme


class SkeletonFigure:
    """Figure of a scene that shows one frame at a time.

    Parameters
    ----------
    scene
        The content.
    dpi
        Pixels per inch. Width and height in pixels are even, as video needs them.
    theme
        The colours.
    images
        Returns the image that the front view of a frame is drawn over.

    Attributes
    ----------
    figure
        The matplotlib figure, which needs no display.
    drawings
        The moving artists of each panel.
    """

    def __init__(
        self,
        scene: Scene,
        dpi: float,
        theme: Theme = LIGHT,
        images: Callable[[int], UInt8[np.ndarray, "H W 3"]] | None = None,
    ) -> None:
        self.scene, self.theme, self.images = scene, theme, images
        layout = lay_out(scene)
        width, height = (2 * round(side * dpi / 2) for side in (layout.width, layout.height))
        self.figure: Figure = new_figure(width / dpi, height / dpi, dpi, theme.paper)
        # One panel of each group, the front view if there is one, has notes.
        with_notes = [
            next((panel for panel in group if panel.view == "front"), group[0])
            for group in scene.groups
        ]
        self.drawings = tuple(
            PanelDrawing(
                self.figure,
                layout.boxes[number],
                panel,
                scene.skeleton,
                theme,
                notes=panel in with_notes,
            )
            for number, panel in enumerate(scene.panels)
        )
        self._add_titles(layout.boxes)
        inches_per_unit = layout.panel_height / scene.panels[0].size[1]
        self.caption = add_footer(
            self.figure, scene, theme, inches_per_unit, caption=scene.frames > 1
        )
        self._background: object = None

    def show(self, frame: int) -> Figure:
        """Show a frame (0 is the first) and return the figure."""
        for drawing in self.drawings:
            if self.images is not None:
                drawing.set_image(self.images(frame))
            drawing.show(frame)
        self.caption.set_text(describe_frame(self.scene, frame))
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

    def _add_titles(self, boxes: tuple[tuple[float, float, float, float], ...]) -> None:
        if len(self.scene.groups) < 2:
            return
        width, height = self.figure.get_size_inches()
        number = 0
        for group in self.scene.groups:
            left, bottom, _, panel_height = boxes[number]
            self.figure.text(
                left / width,
                (bottom + panel_height + 0.08) / height,
                group[0].title,
                color=self.theme.ink,
                fontsize=9.5,
                fontweight="bold",
            )
            number += len(group)
