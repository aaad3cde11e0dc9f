"""Players of the best, the median and the worst recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signlift.evaluation.report_page.contents import Sample
from signlift.evaluation.report_page.markup import Markup, element, join
from signlift.evaluation.report_page.numbers import format_centimetres, format_count
from signlift.evaluation.report_values import TORSO_CM
from signlift.viewer import page_parts

#: Each player is made when it comes into view, as each draws with the graphics card.
_MOUNT = """
for (const place of document.querySelectorAll(".player")) {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    place.textContent = "";
    const payload = document.getElementById(place.dataset.payload);
    signlift.mount(place, JSON.parse(payload.textContent), { compact: true, view: "side" });
  }, { rootMargin: "200px" }).observe(place);
}
"""


@dataclass(frozen=True)
class Players:
    """Players of recordings.

    Attributes
    ----------
    places
        The places that they are shown in, with their titles.
    code
        Style, script and recordings, for the end of the page.
    """

    places: Markup
    code: Markup


def draw_players(samples: Sequence[Sample]) -> Players | None:
    """Make the players of recordings, true and predicted over each other; None without any."""
    if not samples:
        return None
    parts = [
        page_parts(sample.predicted, title=sample.error.name, truths=[sample.true])
        for sample in samples
    ]
    payloads = [
        element("script", Markup(part.payload), type="application/json", id=f"payload-{number}")
        for number, part in enumerate(parts)
    ]
    places = element(
        "div",
        element("h3", "To play"),
        element(
            "p",
            "Predicted depth in colours, true depth in grey, seen from the side: from the front "
            "both look the same. Drag to turn.",
        ),
        element("div", *map(_draw_place, range(len(samples)), samples), class_="players"),
        class_="to-play",
    )
    code = join(
        element("style", Markup(parts[0].style)),
        *payloads,
        element("script", Markup(parts[0].script)),
        element("script", Markup(_MOUNT)),
    )
    return Players(places, code)


def _draw_place(number: int, sample: Sample) -> Markup:
    error, frames = sample.error, len(sample.true)
    part = f"first {format_count(frames)} of " if frames < error.frames else ""
    return element(
        "figure",
        element(
            "figcaption",
            f"{sample.title.capitalize()}: ",
            element("span", error.name, class_="recording"),
            element(
                "small",
                f"{format_centimetres(error.error * TORSO_CM)} cm, {part}"
                f"{format_count(error.frames)} frames",
            ),
        ),
        element(
            "div", "The player needs JavaScript.", class_="player", data_payload=f"payload-{number}"
        ),
    )
