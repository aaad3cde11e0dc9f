"""Tables of the report page."""

from __future__ import annotations

from collections.abc import Sequence

from signlift.evaluation.report_page.markup import Markup, Piece, element


def draw_table(
    head: Sequence[Piece],
    rows: Sequence[Sequence[Piece]],
    *,
    caption: str,
    visible_caption: bool = False,
) -> Markup:
    """Draw a table whose first column names the rows; the others hold numbers.

    Parameters
    ----------
    head
        The head of each column.
    rows
        The cells of each row. A row of one cell is a heading over the rows below it.
    caption
        The name of the table.
    visible_caption
        Print the name; otherwise it is there for screen readers alone.

    Returns
    -------
    A div that scrolls sideways where the table is wider than the screen.
    """
    columns = len(head)
    first, *others = head
    body = []
    for row in rows:
        if len(row) == 1:
            heading = element("th", row[0], colspan=columns, scope="colgroup")
            body.append(element("tr", heading, class_="heading"))
            continue
        name, *cells = row
        body.append(
            element(
                "tr",
                element("th", name, scope="row"),
                *(element("td", cell) for cell in cells),
            )
        )
    table = element(
        "table",
        element("caption", caption, class_=None if visible_caption else "unseen"),
        element(
            "thead",
            element(
                "tr",
                element("th", first, scope="col"),
                *(element("th", cell, scope="col") for cell in others),
            ),
        ),
        element("tbody", *body),
    )
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=caption)


def fold(summary: str, *content: Piece) -> Markup:
    """Hide content behind a line that opens it."""
    return element("details", element("summary", summary), *content, class_="fold")
