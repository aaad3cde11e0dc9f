"""Drawing of a body with the error of each keypoint, as SVG that follows the theme of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, sqrt

from signlift.core.skeleton import Skeleton, common_name, side
from signlift.evaluation.report_page.body_layout import LABELS, place_keypoints
from signlift.evaluation.report_page.markup import Markup, element, join
from signlift.evaluation.report_page.numbers import format_centimetres, format_tick, round_up
from signlift.visualization.style import keypoint_weight

#: Number of colours of the scale, from small to large errors.
LEVELS = 6

_SCALE = 1.5
_WIDTH, _TOP, _LEGEND = 460.0, 96.0, 62.0

#: Largest radius of a circle; those of fingers, feet and face are smaller.
_RADIUS = 14.0


@dataclass(frozen=True)
class HeatScale:
    """Colours and sizes of errors.

    Attributes
    ----------
    step
        Width in cm of the errors of one colour.
    """

    step: float

    @classmethod
    def of(cls, errors: Mapping[str, float]) -> HeatScale:
        """Make a scale that holds all errors."""
        largest = max((error for error in errors.values() if isfinite(error)), default=0.0)
        return cls(round_up(largest / LEVELS, (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)))

    def level(self, error: float) -> int:
        """Return the number of the colour of an error, from 0."""
        return min(int(error / self.step), LEVELS - 1)

    def size(self, error: float) -> float:
        """Return the relative radius of the circle of an error; its area grows as the error."""
        return max(sqrt(min(error / (self.step * LEVELS), 1.0)), 0.28)


def draw_body(skeleton: Skeleton, errors: Mapping[str, float], title: str) -> Markup:
    """Draw a body from the front, with a circle for the error of each keypoint.

    Parameters
    ----------
    skeleton
        The skeleton of the keypoints.
    errors
        The error in cm by name of the keypoint; NaN where it is unknown, which is drawn as a small
        ring.
    title
        The name of the drawing.

    Returns
    -------
    An svg element.
    """
    places = {
        name: (_WIDTH / 2 + _SCALE * x, _TOP + 22 + _SCALE * y)
        for name, (x, y) in place_keypoints(skeleton).items()
    }
    scale = HeatScale.of({name: errors.get(name, float("nan")) for name in places})
    lowest = max((y for _, y in places.values()), default=_TOP)
    height = lowest + 34 + _LEGEND
    ranked = sorted(
        (name for name in places if isfinite(errors.get(name, float("nan")))),
        key=lambda name: -errors[name],
    )
    largest = ", ".join(f"{name} {format_centimetres(errors[name])} cm" for name in ranked[:5])
    # Large circles first, so that they do not hide small ones.
    order = [*ranked, *(name for name in places if name not in ranked)]
    return element(
        "svg",
        element("title", title),
        element("desc", f"The largest errors: {largest}." if largest else "No error is known."),
        element("text", "person’s right", x=10, y=20, class_="axis-label"),
        element("text", "person’s left", x=_WIDTH - 10, y=20, class_="axis-label end"),
        *_draw_silhouette(),
        *_draw_bones(skeleton, places),
        *(_draw_keypoint(name, places[name], errors.get(name), scale) for name in order),
        *(_draw_label(name, places[name], errors[name], scale) for name in ranked),
        _draw_legend(scale, height - _LEGEND + 10),
        viewBox=f"0 0 {_WIDTH:g} {height:.0f}",
        role="img",
        class_="body-map",
    )


def _draw_silhouette() -> list[Markup]:
    """Draw the outline of head and trunk, which skeletons leave open."""

    def points(*places: tuple[float, float]) -> str:
        return " ".join(
            f"{_WIDTH / 2 + _SCALE * x:g},{_TOP + 22 + _SCALE * y:g}" for x, y in places
        )

    half = [(9, -20), (9, -4), (37, 2), (31, 50), (24, 104)]
    mirrored = [(-x, y) for x, y in reversed(half)]
    x, y = _WIDTH / 2, _TOP + 22 - _SCALE * 44
    return [
        element("polygon", points=points(*half, *mirrored), class_="silhouette"),
        element("ellipse", cx=x, cy=y, rx=_SCALE * 22, ry=_SCALE * 31, class_="silhouette"),
    ]


def _draw_bones(skeleton: Skeleton, places: Mapping[str, tuple[float, float]]) -> list[Markup]:
    return [
        element(
            "line",
            x1=places[start][0],
            y1=places[start][1],
            x2=places[end][0],
            y2=places[end][1],
            class_="bone" if keypoint_weight(end) == 1 else "thin-bone",
        )
        for start, end in skeleton.bones
        if start in places and end in places
    ]


def _draw_keypoint(
    name: str, place: tuple[float, float], error: float | None, scale: HeatScale
) -> Markup:
    if error is None or not isfinite(error):
        text = element("title", f"{name}: no true depth")
        return element("circle", text, cx=place[0], cy=place[1], r=2.2, class_="unknown")
    return element(
        "circle",
        element("title", f"{name}: {format_centimetres(error)} cm"),
        cx=place[0],
        cy=place[1],
        r=_RADIUS * keypoint_weight(name) * scale.size(error),
        class_=f"heat-{scale.level(error)}",
    )


def _draw_label(
    name: str, place: tuple[float, float], error: float, scale: HeatScale
) -> Markup | None:
    which = side(common_name(name))
    part = LABELS.get(common_name(name) if which == "middle" else common_name(name)[1:])
    if part is None:
        return None
    # Beside the body on its outer side; of the nose, on the right.
    away = -1 if which == "right" else 1
    gap = 6 + (_SCALE * 28 if which == "middle" else _RADIUS * scale.size(error))
    return element(
        "text",
        f"{part} ",
        element("tspan", format_centimetres(error), class_="value"),
        x=place[0] + away * gap,
        y=place[1] + 4.5,
        class_="end" if away < 0 else None,
    )


def _draw_legend(scale: HeatScale, top: float) -> Markup:
    """Draw a circle of each colour with the errors that it stands for."""
    spacing = (_WIDTH - 40) / LEVELS
    content = [element("text", "mean error in cm", x=20, y=top, class_="axis-label")]
    for level in range(LEVELS):
        x = 20 + spacing * (level + 0.5)
        high = format_tick(scale.step * (level + 1))
        content += [
            element(
                "circle",
                cx=x,
                cy=top + 21,
                r=_RADIUS * scale.size(scale.step * (level + 0.75)),
                class_=f"heat-{level}",
            ),
            element("text", f"to {high}", x=x, y=top + 48, class_="tick middle"),
        ]
    return element("g", join(*content))
