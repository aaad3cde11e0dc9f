"""The frame of a section, a figure and a legend."""

from __future__ import annotations

from signlift.evaluation.report_page.markup import Markup, Piece, element


def section(name: str, title: str, *content: Piece) -> Markup:
    """Make a section with its heading, which the contents of the page link to."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *content, id=name, aria_labelledby=f"{name}-title")


def figure(drawing: Markup, title: str, *note: Piece) -> Markup:
    """Make a figure with its title above and a note below."""
    return element(
        "figure",
        element("figcaption", title),
        drawing,
        element("p", *note, class_="note") if note else None,
    )


def legend(*entries: tuple[str, str]) -> Markup:
    """Make a legend of curves.

    Parameters
    ----------
    entries
        The class of the style sheet and the text of each curve.
    """
    items = [
        element("li", element("span", class_=f"key {style}", aria_hidden="true"), text)
        for style, text in entries
    ]
    return element("ul", *items, class_="legend")


def grid(*figures: Piece) -> Markup:
    """Place figures side by side as far as the screen is wide."""
    return element("div", *figures, class_="grid-of-figures")
