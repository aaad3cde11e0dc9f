"""Charts of curves, as SVG that follows the theme of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, log10

from signlift.evaluation.report_page.markup import Markup, element, join
from signlift.evaluation.report_page.numbers import format_tick, round_ticks, round_up

WIDTH, HEIGHT = 340.0, 236.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 12.0, 24.0, 40.0

#: Room above and below the axis for the points at its ends.
_MARGIN = 4.0

#: Part of the height that the bars of counts take.
_BARS = 0.2


@dataclass(frozen=True)
class Curve:
    """A curve through points; points that are NaN interrupt it.

    Attributes
    ----------
    label
        Its name, which the texts of its points begin with.
    x, y
        Coordinates of the points.
    style
        Class of the style sheet: "model", "constant", or "series-1" to "series-5".
    texts
        A description of each point; its x and y by default.
    weak
        True for points of too few values, which are drawn hollow.
    markers
        Draw the points.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    style: str = "model"
    texts: Sequence[str] | None = None
    weak: Sequence[bool] | None = None
    markers: bool = True


@dataclass(frozen=True)
class Axis:
    """An axis.

    Attributes
    ----------
    label
        Its quantity and unit.
    low, high
        Its ends.
    ticks
        Its ticks; round numbers by default.
    format
        The text of a tick.
    logarithmic
        Place values by their logarithm.
    """

    label: str
    low: float
    high: float
    ticks: Sequence[float] | None = None
    format: Callable[[float], str] = format_tick
    logarithmic: bool = False

    def fraction(self, value: float) -> float:
        """Return the place of a value: 0 at the low end of the axis, 1 at the high end."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = log10(low), log10(high), log10(value)
        return (value - low) / (high - low) if high > low else 0.5

    def marks(self, steps: int = 5) -> Sequence[float]:
        """Return the values of the ticks."""
        if self.ticks is not None:
            return self.ticks
        if not self.logarithmic:
            return round_ticks(self.low, self.high, steps)
        powers = range(int(log10(self.low)) - 2, int(log10(self.high)) + 3)
        factors = (1, 2, 5) if self.high / self.low < 1000 else (1,)
        marks = [round(factor * 10.0**power, 12) for power in powers for factor in factors]
        return [mark for mark in marks if self.low <= mark <= self.high]


def axis_from_zero(label: str, values: Sequence[float]) -> Axis:
    """Make an axis from zero to a round number above the largest value."""
    largest = max((value for value in values if isfinite(value)), default=0.0) or 1.0
    step = round_up(largest / 5)
    steps = int(-(-largest // step))
    ticks = [round(step * number, 12) for number in range(steps + 1)]
    return Axis(label, 0.0, ticks[-1], ticks)


def draw_chart(
    title: str,
    description: str,
    curves: Sequence[Curve],
    x: Axis,
    y: Axis,
    *,
    bars: Sequence[tuple[float, float, int]] = (),
    diagonal: bool = False,
    marks: Sequence[tuple[float, str]] = (),
) -> Markup:
    """Draw curves on axes.

    Parameters
    ----------
    title, description
        Its name, and a sentence about its content for readers who do not see it.
    curves
        The curves; later ones are drawn above.
    x, y
        The axes.
    bars
        Left end, right end, and count of bars behind the curves, as tall as the counts in
        proportion.
    diagonal
        Draw the line on which both coordinates are equal.
    marks
        Values of x that a line is drawn at, with their text.

    Returns
    -------
    An svg element.
    """
    plot = _Plot(x, y)
    content = [
        element("title", title),
        element("desc", description),
        *_draw_bars(plot, bars),
        *_draw_grid(plot),
    ]
    if diagonal:
        low, high = max(x.low, y.low), min(x.high, y.high)
        ends = [plot.place(low, low), plot.place(high, high)]
        content.append(element("path", d=_path(ends), class_="diagonal"))
    for value, text in marks:
        left = plot.place(value, y.low)[0]
        content.append(element("line", x1=left, x2=left, y1=_TOP, y2=plot.base, class_="mark"))
        aside, anchor = (-4, " end") if x.fraction(value) > 0.5 else (4, "")
        content.append(
            element("text", text, x=left + aside, y=plot.base - 6, class_=f"mark-text{anchor}")
        )
    content.append(plot.clip(*(_draw_curve(plot, curve) for curve in curves)))
    return element("svg", *content, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", class_="chart")


@dataclass(frozen=True)
class _Plot:
    """The area between the axes, in the coordinates of the drawing."""

    x: Axis
    y: Axis

    @property
    def base(self) -> float:
        """The place of the horizontal axis."""
        return HEIGHT - _BOTTOM

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point; x beyond the axis is drawn at its end."""
        across = min(max(self.x.fraction(x), 0.0), 1.0)
        up = self.y.fraction(y)
        return (
            _LEFT + across * (WIDTH - _RIGHT - _LEFT),
            self.base - up * (self.base - _TOP),
        )

    def clip(self, *content: Markup) -> Markup:
        """Cut off what is above or below the axis, so that curves leave the chart there."""
        top, height = _TOP - _MARGIN, self.base - _TOP + 2 * _MARGIN
        box = f"0 {top:g} {WIDTH:g} {height:g}"
        return element("svg", *content, x=0, y=top, width=WIDTH, height=height, viewBox=box)


def _draw_grid(plot: _Plot) -> list[Markup]:
    content = []
    for value in plot.y.marks(4):
        _, top = plot.place(plot.x.low, value)
        content.append(element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=top, y2=top, class_="grid"))
        text = plot.y.format(value)
        content.append(element("text", text, x=_LEFT - 6, y=top + 3.5, class_="tick end"))
    for value in plot.x.marks():
        left, _ = plot.place(value, plot.y.low)
        content.append(
            element("line", x1=left, x2=left, y1=plot.base, y2=plot.base + 4, class_="tick-line")
        )
        text = plot.x.format(value)
        content.append(element("text", text, x=left, y=plot.base + 15, class_="tick middle"))
    middle = (_LEFT + WIDTH - _RIGHT) / 2
    content += [
        element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=plot.base, y2=plot.base, class_="axis"),
        element("text", plot.x.label, x=middle, y=HEIGHT - 7, class_="axis-label middle"),
        element("text", plot.y.label, x=2, y=9, class_="axis-label"),
    ]
    return content


def _draw_bars(plot: _Plot, bars: Sequence[tuple[float, float, int]]) -> list[Markup]:
    tallest = max((count for *_, count in bars), default=0)
    content = []
    for start, end, count in bars:
        if not count:
            continue
        left, right = plot.place(start, plot.y.low)[0], plot.place(end, plot.y.low)[0]
        height = max(1.0, _BARS * (plot.base - _TOP) * count / tallest)
        content.append(
            element(
                "rect",
                x=left + 0.75,
                y=plot.base - height,
                width=max(right - left - 1.5, 0.5),
                height=height,
                class_="bar",
            )
        )
    return content


def _draw_curve(plot: _Plot, curve: Curve) -> Markup:
    """Draw the lines of a curve, and above them its points with their texts."""
    parts: list[list[tuple[float, float]]] = [[]]
    points = []
    for number, (x, y) in enumerate(zip(curve.x, curve.y, strict=True)):
        if not (isfinite(x) and isfinite(y)):
            parts.append([])
            continue
        place = plot.place(x, y)
        parts[-1].append(place)
        text = (
            f"{plot.x.format(x)}: {plot.y.format(y)}"
            if curve.texts is None
            else curve.texts[number]
        )
        weak = curve.weak is not None and curve.weak[number]
        if curve.markers:
            points.append(
                element(
                    "circle",
                    element("title", f"{curve.label}, {text}"),
                    cx=place[0],
                    cy=place[1],
                    r=2.6,
                    class_="weak" if weak else None,
                )
            )
    lines = [element("path", d=_path(part), class_="curve") for part in parts if len(part) > 1]
    return element("g", join(*lines), join(*points), class_=curve.style)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
