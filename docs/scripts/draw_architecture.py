"""Draw docs/images/architecture.svg: the layers of the package, and a recording's way through them.

    python docs/scripts/draw_architecture.py

The layers are those that import-linter checks ([tool.importlinter] in pyproject.toml).
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "docs/images/architecture.svg"

# What `signlift lift signer.pose -o signer.bvh` passes, in order: the package, and what it does.
STEPS = (
    ("cli", "parse"),
    ("pipeline", "convert"),
    ("io", "read"),
    ("lifting", "lift"),
    ("filtering", "smooth"),
    ("animation", "solve"),
    ("io", "write"),
)

# Filled boxes with white text, and lines of a middle grey, are readable on white and on black.
GROUPS = {
    "#7a4fa3": ("cli", "demos", "live", "pipeline"),
    "#b4540a": ("evaluation", "pretraining", "training", "datasets", "simulation"),
    "#0b6aa8": ("lifting", "model", "animation", "filtering", "visualization", "io", "viewer"),
    "#56616f": ("normalization", "geometry", "core", "utils", "samples", "errors", "_version"),
}
LEGEND = {
    "#7a4fa3": "programs",
    "#b4540a": "training and evaluation",
    "#0b6aa8": "from file to file",
    "#56616f": "foundations",
}
GREY = "#808a97"

ROW, TOP, LEFT, BOXES = 34, 84, 4, 330
STEP = 62
FONT = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"


def layers() -> list[list[str]]:
    """Read the packages of each layer, the highest layer first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = (
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    return [
        [name.strip().removeprefix("signlift.") for name in layer.split("|")]
        for layer in contract["layers"]
    ]


def colour(package: str) -> str:
    """Return the colour of a package's group."""
    return next(colour for colour, names in GROUPS.items() if package in names)


def text(x: float, y: float, words: str, fill: str = GREY, size: int = 14, **style: str) -> str:
    """Return a line of text; keywords are attributes."""
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    attributes = f'x="{x:g}" y="{y:g}" fill="{fill}" font-size="{size}"{attributes}'
    return f"<text {attributes}>{escape(words)}</text>"


def draw() -> str:
    """Return the image as SVG."""
    rows = layers()
    width = LEFT + BOXES + 32 + STEP * len(STEPS)
    bottom = TOP + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 56}" '
        f'font-family="{FONT}" role="img">',
        "<title>The layers of signlift, and the way of a recording through them</title>",
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="{GREY}"/></marker></defs>',
        text(LEFT, 28, "Layers", size=17, font_weight="600"),
        text(LEFT, 50, "A package imports only from the rows below it."),
        text(LEFT + BOXES + 24, 28, "A recording's way", size=17, font_weight="600"),
        text(
            LEFT + BOXES + 24,
            50,
            "signlift lift signer.pose -o signer.bvh",
            font_family="monospace",
        ),
    ]
    heights = {}
    for number, row in enumerate(rows):
        y = TOP + ROW * number
        parts.append(
            f'<path d="M{LEFT + BOXES + 12} {y + ROW / 2}H{width - 10}" stroke="{GREY}" '
            'stroke-opacity="0.25"/>'
        )
        box = (BOXES - 8 * (len(row) - 1)) / len(row)
        for place, package in enumerate(row):
            x = LEFT + place * (box + 8)
            heights[package] = y + ROW / 2
            parts.append(
                f'<rect x="{x:g}" y="{y + 3}" width="{box:g}" height="{ROW - 6}" rx="5" '
                f'fill="{colour(package)}"/>'
            )
            parts.append(
                text(x + box / 2, y + ROW / 2 + 5, package, "#ffffff", 15, text_anchor="middle")
            )
    points = [
        (LEFT + BOXES + 32 + STEP * (number + 0.3), heights[package])
        for number, (package, _) in enumerate(STEPS)
    ]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        parts.append(
            f'<path d="M{x0:g} {y0:g}C{middle:g} {y0:g} {middle:g} {y1:g} {x1 - 15:g} {y1:g}" '
            f'fill="none" stroke="{GREY}" stroke-width="2" marker-end="url(#head)"/>'
        )
    for number, ((x, y), (package, verb)) in enumerate(zip(points, STEPS, strict=True), start=1):
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="13" fill="{colour(package)}"/>')
        parts.append(text(x, y + 5, str(number), "#ffffff", 14, text_anchor="middle"))
        neighbours = points[max(number - 2, 0) : number + 1]
        below = all(height <= y for _, height in neighbours)  # where no line passes
        parts.append(text(x, y + 30 if below else y - 19, verb, text_anchor="middle"))
    for number, (fill, words) in enumerate(LEGEND.items()):
        x = LEFT + 200 * number
        parts.append(
            f'<rect x="{x}" y="{bottom + 25}" width="14" height="14" rx="3" fill="{fill}"/>'
        )
        parts.append(text(x + 22, bottom + 37, words))
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    IMAGE.write_text(draw())
