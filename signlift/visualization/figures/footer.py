"""Footer of a skeleton figure: frame and time, scale bar, and legend of the colours."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from signlift.visualization.scene.person_scale import bar_length, describe_length, describe_size
from signlift.visualization.scene.scene import Scene
from signlift.visualization.theme import Theme

#: The label of pale parts, and of bands along the depth axis.
COMPLETED_LABEL, UNCERTAINTY_LABEL = "completed", "uncertainty of depth"

#: Sizes in inches: the margin at both sides, the height of a line and below the last one, the width
#: that a caption takes, and the distance of the scale bar from its length.
_MARGIN, _LINE, _BOTTOM, _CAPTION, _GAP = 0.16, 0.2, 0.14, 1.5, 0.07

#: Smallest width for a footer of one line, without and with a caption.
_ONE_LINE, _ONE_LINE_WITH_CAPTION = 6.4, 7.8

#: Size of letters in points.
_LETTERS = 7.5

#: Greatest length of a scale bar in inches.
_LONGEST_BAR = 1.1


def footer_height(width: float, *, has_caption: bool) -> float:
    """Return the height of a footer in inches: of one line, or of two in a narrow figure.

    Parameters
    ----------
    width
        Width of the figure in inches.
    has_caption
        Whether a frame and its time are named.
    """
    return _BOTTOM + _LINE * _count_lines(width, has_caption)


def _count_lines(width: float, has_caption: bool) -> int:
    return 1 if width >= (_ONE_LINE_WITH_CAPTION if has_caption else _ONE_LINE) else 2


def add_footer(figure: Figure, scene: Scene, theme: Theme, scale: float, *, caption: bool) -> Text:
    """Add the footer of a figure.

    Parameters
    ----------
    figure, scene, theme
        The figure, its content and its colours.
    scale
        Inches per unit of the keypoints in its panels.
    caption
        Leave a place for the frame and its time.

    Returns
    -------
    The caption, which is empty.
    """
    width, height = figure.get_size_inches()
    lines = _count_lines(width, caption)
    y = (_BOTTOM + (lines - 1) * _LINE) / height
    text = figure.text(
        _MARGIN / width, y, "", color=theme.muted, fontsize=_LETTERS, va="center", zorder=5
    )
    if any(panel.view != "turned" for panel in scene.panels):
        left = _MARGIN + (_CAPTION if caption else 0)
        _add_scale_bar(figure, scene, theme, scale, (left, y * height))
    x = 1 - _MARGIN / width if lines == 1 else _MARGIN / width
    _add_legend(figure, scene, theme, (x, _BOTTOM / height), at_right=lines == 1)
    return text


def describe_frame(scene: Scene, frame: int) -> str:
    """Name the frame that is shown, counted from 0, and its time; "" if there is one frame only."""
    if scene.frames < 2:
        return ""
    seconds = scene.seconds(frame)
    return f"frame {frame}" if seconds is None else f"frame {frame}  ·  {seconds:.2f} s"


def _add_scale_bar(
    figure: Figure, scene: Scene, theme: Theme, scale: float, place: tuple[float, float]
) -> None:
    """Draw a scale bar and its length, and what it assumes, from a place in inches."""
    width, height = figure.get_size_inches()
    inches_per_cm = scale / scene.scale.cm_per_unit
    length = bar_length(_LONGEST_BAR / inches_per_cm)
    left, y = place
    right = left + length * inches_per_cm
    bar = Line2D(
        [left / width, right / width],
        [y / height] * 2,
        color=theme.muted,
        linewidth=1.8,
        solid_capstyle="butt",
        transform=figure.transFigure,
    )
    figure.add_artist(bar)
    texts = [describe_length(length), describe_size(scene.scale)]
    figure.text(
        (right + _GAP) / width,
        y / height,
        "  ·  ".join(filter(None, texts)),
        color=theme.muted,
        fontsize=_LETTERS,
        va="center",
    )


def _add_legend(
    figure: Figure, scene: Scene, theme: Theme, place: tuple[float, float], *, at_right: bool
) -> None:
    """Add a legend of the colours, which begins or ends at a place of the figure."""
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
        loc="center right" if at_right else "center left",
        bbox_to_anchor=place,
        ncols=max(1, len(handles)),
        frameon=False,
        fontsize=_LETTERS,
        labelcolor=theme.muted,
        handlelength=1.1,
        handleheight=0.55,
        handletextpad=0.5,
        columnspacing=1.3,
        borderaxespad=0,
        borderpad=0,
    )
