"""Colours of a drawing, on light or dark paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from signlift.errors import InputError, parameter_problem
from signlift.visualization.style import GRID, INK, MUTED, PANEL, PAPER, SIDE_COLOURS


@dataclass(frozen=True)
class Theme:
    """Colours of a drawing, as "#RRGGBB".

    Attributes
    ----------
    name
        "light" or "dark".
    paper, panel
        The page, and the panels on it.
    ink, muted, grid
        Titles, labels, and the lines behind a body.
    sides
        The person's left, right and middle.
    head, face
        Fill of the head, and the lines on it.
    light
        Colour of the side of a bone that the light falls on.
    """

    name: str
    paper: str
    panel: str
    ink: str
    muted: str
    grid: str
    head: str
    face: str
    light: str
    sides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(SIDE_COLOURS))

    def pale(self, colour: str) -> str:
        """Return the colour of a part that was completed, not detected."""
        return mix(colour, self.panel, 0.68)

    def band(self, colour: str) -> str:
        """Return the colour of the uncertainty of a part."""
        return mix(colour, self.panel, 0.84)

    def lit(self, colour: str) -> str:
        """Return the colour of a part where the light falls on it."""
        return mix(colour, self.light, 0.3)


LIGHT = Theme(
    "light", PAPER, PANEL, INK, MUTED, GRID, head="#D5DAE2", face="#5B6573", light="#FFFFFF"
)
DARK = Theme(
    "dark",
    paper="#14181F",
    panel="#1D232C",
    ink="#EDF0F4",
    muted="#98A2B0",
    grid="#2C343F",
    head="#4A5463",
    face="#C3CBD6",
    light="#FFFFFF",
    sides=MappingProxyType({"left": "#3E9FDB", "right": "#F2873C", "middle": "#8E99A8"}),
)

#: Themes by name.
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def get_theme(name: str | Theme) -> Theme:
    """Look up a theme by its name.

    Raises
    ------
    InputError
        There is no such theme.

    Examples
    --------
    >>> get_theme("dark").paper
    '#14181F'
    """
    if isinstance(name, Theme):
        return name
    if name not in THEMES:
        expected = f"one of {', '.join(THEMES)}"
        raise InputError(parameter_problem("theme", expected=expected, found=repr(name)))
    return THEMES[name]


@lru_cache(maxsize=64)
def mix(colour: str, other: str, share: float) -> str:
    """Mix two colours: `share` of the other one.

    Examples
    --------
    >>> mix("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    first, second = np.array(to_rgb(colour)), np.array(to_rgb(other))
    red, green, blue = (1 - share) * first + share * second
    return to_hex((red, green, blue))
