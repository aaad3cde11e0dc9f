"""Elements of HTML and SVG as text. Text is escaped; elements are not escaped twice."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is HTML or SVG already."""

    __slots__ = ()


#: A piece of a page: markup; or text, which is escaped; or None, which is left out.
Piece = str | None

#: Elements without an end tag.
_VOID = frozenset({"meta", "link", "br", "hr", "input"})


def element(tag: str, *content: Piece, **attributes: str | float | None) -> Markup:
    """Make an element.

    Parameters
    ----------
    tag
        Its name.
    content
        What it holds, in order.
    attributes
        Its attributes. An underscore stands for a hyphen, and one at the end is dropped (`class_`).
        Numbers are rounded to two decimals. Attributes that are None are left out.

    Examples
    --------
    >>> element("p", "a < b ", element("b", "bold"), class_="note")
    '<p class="note">a &lt; b <b>bold</b></p>'
    >>> element("circle", cx=1.0, cy=2.504, data_error=None)
    '<circle cx="1" cy="2.5"></circle>'
    """
    parts = [tag]
    for name, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else format_number(value)
        parts.append(f'{name.rstrip("_").replace("_", "-")}="{escape(text)}"')
    start = f"<{' '.join(parts)}>"
    return Markup(start if tag in _VOID else f"{start}{join(*content)}</{tag}>")


def join(*content: Piece) -> Markup:
    """Join pieces, and escape those that are plain text."""
    return Markup(
        "".join(
            piece if isinstance(piece, Markup) else escape(piece, quote=False)
            for piece in content
            if piece is not None
        )
    )


def format_number(value: float) -> str:
    """Format a coordinate with at most two decimals.

    Raises
    ------
    ValueError
        The number is not finite; no page may hold one.
    """
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"expected a finite number, found {value}")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
