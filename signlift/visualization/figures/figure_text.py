"""Captions and legends of skeleton figures."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from signlift.visualization.scene.scene import Scene
from signlift.visualization.theme import Theme

#: The label of pale parts, and of bands along the depth axis.
COMPLETED_LABEL, UNCERTAINTY_LABEL = "completed", "uncertainty of depth"


def describe_frame(scene: Scene, frame: int) -> str:
    """Name the frame that is shown, counted from 0, and its time; "" if there is one frame only."""
    if scene.frames < 2:
        return ""
    seconds = scene.seconds(frame)
    return f"frame {frame}" if seconds is None else f"frame {frame}  ·  {seconds:.2f} s"


def add_legend(figure: Figure, scene: Scene, theme: Theme, corner: tuple[float, float]) -> None:
    """Add a legend of the colours, with its right end at a place of the figure.

    Parameters
    ----------
    figure, scene, theme
        The figure, its content and its colours.
    corner
        Right end and middle of the legend, as fractions of the figure.
    """
    bodies = [panel for panel in scene.panels if not panel.is_input]
    sides = [side for side in ("left", "right") if side in scene.skeleton.sides]
    handles: list[Patch | Line2D] = [Patch(color=theme.sides[side]) for side in sides]
    labels: list[str] = list(sides)
    if any(panel.has_completed for panel in bodies):
        handles.append(Patch(color=theme.pale(theme.sides["left"])))
        labels.append(COMPLETED_LABEL)
    if any(
        panel.uncertainty is not None and not np.isnan(panel.uncertainty).all() for panel in bodies
    ):
        handles.append(Patch(color=theme.band(theme.sides["left"])))
        labels.append(UNCERTAINTY_LABEL)
    if any(panel.reference is not None for panel in bodies):
        handles.append(Line2D([], [], color=theme.ink, linewidth=1))
        labels.append("true")
    figure.legend(
        handles,
        labels,
        loc="center right",
        bbox_to_anchor=corner,
        ncols=max(1, len(handles)),
        frameon=False,
        fontsize=7.5,
        labelcolor=theme.muted,
        handlelength=1.1,
        handleheight=0.55,
        handletextpad=0.5,
        columnspacing=1.3,
        borderaxespad=0,
        borderpad=0,
    )
