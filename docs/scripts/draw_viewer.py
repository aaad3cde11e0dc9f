"""Draw docs/images/viewer.png: the viewer with the sample recording, in Chromium.

    python docs/scripts/draw_viewer.py

Needs playwright and chromium.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import signlift as sl
from signlift.viewer import write_page

IMAGE = Path(__file__).parents[1] / "images" / "viewer.png"
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def main() -> None:
    """Lift the sample recording, open its page and save an image of it."""
    lifted = sl.load().lift(sl.read(sl.sample_path()), complete=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        path = write_page(Path(name) / "signer.html", lifted, title="A signer")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(path.as_uri())
        page.evaluate("() => signlift.players[0].ready")
        page.evaluate("() => signlift.players[0].clock.seek(2)")
        page.wait_for_timeout(3000)
        page.screenshot(path=IMAGE)
        browser.close()


if __name__ == "__main__":
    main()
