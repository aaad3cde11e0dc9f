"""Run the worked examples, and write the output and the images that they make into their pages.

    python docs/scripts/run_examples.py [NAME ...]

The tests check that the pages show the output of their code; this script renews it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from example_pages import PAGES, code_blocks, drawn_images, run_block  # noqa: E402

IMAGES = ROOT / "docs/images/examples"


def main(names: list[str]) -> None:
    """Renew the pages of these names, or all."""
    for page in PAGES:
        if not names or page.stem in names:
            print(page.stem, flush=True)
            renew(page)


def renew(page: Path) -> None:
    """Run a page in an empty directory, and renew its output and images."""
    text = page.read_text()
    pieces, end, namespace = [], 0, {"__name__": "example"}
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        for block in code_blocks(text):
            output = run_block(block, page, namespace)
            if block.output is not None:
                start, stop = block.span
                pieces += [text[end:start], output]
                end = stop
            elif output:
                print(f"  line {block.line} prints what the page does not show: {output[:60]!r}")
        for image in drawn_images(text):
            IMAGES.mkdir(exist_ok=True)
            (drawn,) = Path().rglob(image)
            shutil.copy(drawn, IMAGES / image)
        os.chdir(ROOT)
    page.write_text("".join([*pieces, text[end:]]))


if __name__ == "__main__":
    main(sys.argv[1:])
