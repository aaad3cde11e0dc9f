"""Draw docs/images/live.png: the live page at work in Chromium, with a film in place of a camera.

    python docs/scripts/draw_live.py

The film shows the mannequin, which moves as the signer of the sample. Needs playwright, chromium,
signlift-holistic (pip install ./holistic) and the packages of tests/avatar_programs (npm ci).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import signlift as sl

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from live_server import LiveServer, opener  # noqa: E402
from mannequin_camera import film_mannequin  # noqa: E402

from signlift.live.server.assets import find_assets  # noqa: E402

ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def main() -> None:
    """Film the mannequin, open the page before it, and save an image of the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "docs" / "images" / "live.png")
    parser.add_argument("--frames", type=int, default=40, help="lifted frames before the image")
    options = parser.parse_args()
    path = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        film = film_mannequin(browser, name, first=30, last=62)
        browser.close()
        film_option = f"--use-file-for-fake-video-capture={film}"
        arguments = [*ARGUMENTS, *CAMERA, film_option]
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        with LiveServer(opener(sl.load()), find_assets()) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(600_000)
            page.goto(server.url)
            page.wait_for_function("() => signliftLive.newest")
            page.keyboard.press("r")
            page.wait_for_function(f"() => signliftLive.newest.frame >= {options.frames}")
            page.screenshot(path=options.out)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
