import numpy as np
import pytest
from matplotlib.colors import to_rgb

from signlift.errors import InputError
from signlift.visualization.theme import DARK, LIGHT, get_theme


def luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_sides_and_words_can_be_seen_on_their_paper(theme):
    for side in ("left", "right"):
        assert contrast(theme.sides[side], theme.panel) > 3
    assert contrast(theme.ink, theme.paper) > 7
    assert contrast(theme.muted, theme.paper) > 3.5
    left = theme.sides["left"]
    assert contrast(left, theme.panel) > contrast(theme.pale(left), theme.panel)
    assert contrast(theme.pale(left), theme.panel) > contrast(theme.band(left), theme.panel)


def test_an_unknown_theme_is_one_line():
    assert get_theme(DARK) is DARK
    with pytest.raises(InputError, match="theme: expected one of light, dark, found 'blue'"):
        get_theme("blue")
