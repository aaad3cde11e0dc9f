"""Numbers as the report page prints them, and round numbers for axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

#: The sign of a number that does not exist.
NONE = "–"


def format_value(value: float, digits: int = 3) -> str:
    """Format a number with some digits, without a power of ten; a dash for NaN.

    Examples
    --------
    >>> format_value(12.345), format_value(0.0123), format_value(1234.6), format_value(math.nan)
    ('12.3', '0.0123', '1235', '–')
    """
    if not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{decimals}f}"


def format_centimetres(value: float) -> str:
    """Format a length in cm: one decimal from 10 cm on, and two below.

    Examples
    --------
    >>> format_centimetres(3.456), format_centimetres(23.44)
    ('3.46', '23.4')
    """
    return NONE if not math.isfinite(value) else f"{value:.{1 if abs(value) >= 9.995 else 2}f}"


def format_percentage(fraction: float, *, signed: bool = False) -> str:
    """Format a fraction as a percentage.

    Examples
    --------
    >>> format_percentage(0.683), format_percentage(-0.25, signed=True)
    ('68 %', '−25 %')
    """
    if not math.isfinite(fraction):
        return NONE
    text = f"{100 * fraction:{'+' if signed else ''}.0f} %"
    return text.replace("-", "−").replace("+0 %", "0 %").replace("−0 %", "0 %")


def format_count(count: int) -> str:
    """Format a count with thin spaces between thousands.

    Examples
    --------
    >>> format_count(1234567).replace(chr(0x2009), "_")
    '1_234_567'
    """
    return f"{count:,}".replace(",", "\u2009")


def format_tick(value: float) -> str:
    """Format a round number as short as it is, with a true minus sign.

    Examples
    --------
    >>> format_tick(30.0), format_tick(-0.25), format_tick(0.0002)
    ('30', '−0.25', '0.0002')
    """
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return (text if text not in ("", "-0") else "0").replace("-", "−")


def round_ticks(low: float, high: float, steps: int = 5) -> list[float]:
    """Return round numbers from `low` to `high`, about `steps` steps apart.

    Examples
    --------
    >>> round_ticks(0, 7.3)
    [0.0, 2.0, 4.0, 6.0]
    >>> round_ticks(0, 0.9, 3)
    [0.0, 0.5]
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    step = round_up((high - low) / steps)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def round_up(value: float, factors: Sequence[float] = (1, 2, 5, 10)) -> float:
    """Return the smallest round number that is not below a number; 1 for 0.

    Parameters
    ----------
    value
        The number, not negative.
    factors
        The round numbers from 1 to 10; others are these times a power of ten.

    Examples
    --------
    >>> round_up(0.3), round_up(7), round_up(2.0)
    (0.5, 10.0, 2.0)
    >>> round_up(2.2, factors=(1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10))
    2.5
    """
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        round(factor * power, 12) for factor in factors if factor * power >= value * (1 - 1e-9)
    )
