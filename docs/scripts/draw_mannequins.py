"""Draw docs/images/mannequins.png: .glb files as three.js shows them in Chromium.

    python docs/scripts/draw_mannequins.py MOCAP.npz Help Thank_You Mom --letters A V Y

MOCAP.npz holds clips [T, 67, 3] with the names of signs, as aws.Help. Requires playwright, chromium
and the packages of tests/avatar_programs (npm ci).
"""

from __future__ import annotations

import argparse
import base64
import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from signlift.animation.avatar import solve_avatar
from signlift.core.skeleton import PANOPTIC67
from signlift.io.avatars.glb import write_glb_motion
from signlift.io.mocap.clip import view_from_front
from signlift.io.mocap.motion_clips import read_mocap

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "docs" / "images" / "mannequins.png"
PROGRAMS = ROOT / "tests" / "avatar_programs"
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SIZE = 300


def view(towards: list[float], at: list[float], height: float) -> dict[str, Any]:
    """Describe a view: its direction, centre and height in metres."""
    return {"from": towards, "at": at, "size": height, "width": SIZE, "height": SIZE}


def main() -> None:
    """Draw the image."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mocap", type=Path)
    parser.add_argument("signs", nargs="+")
    parser.add_argument("--letters", nargs="+", default=[])
    options = parser.parse_args()
    names = [*options.signs, *options.letters]
    clips = {clip.name.rpartition(".")[2]: clip for clip in read_mocap(options.mocap)}
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as driver:
        bundle = Path(directory) / "player.js"
        build = [PROGRAMS / "node_modules" / ".bin" / "esbuild", PROGRAMS / "player.js"]
        subprocess.run(
            [*build, "--bundle", "--format=iife", "--log-level=warning", f"--outfile={bundle}"],
            check=True,
        )
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        page.set_content("<body style='margin: 0'></body>")
        page.add_script_tag(path=bundle)
        columns = []
        for name in names:
            motion = solve_avatar(view_from_front(clips[name], PANOPTIC67)).motion
            path = write_glb_motion(motion, Path(directory) / "a.glb")
            data = base64.b64encode(path.read_bytes()).decode()
            page.evaluate("data => player.openGlb(data)", data)
            places = motion.forward_kinematics().positions / 100
            hands = [motion.names.index(f"{side}HandMiddle1") for side in ("Left", "Right")]
            number = max(hands, key=lambda joint: places[:, joint, 1].mean())
            frame = (
                int(places[:, number, 1].argmax()) if name in options.letters else len(motion) // 2
            )
            hand = places[frame, number].tolist()
            body = [places[frame, 0, 0], places[frame, motion.names.index("Spine1"), 1] + 0.16, 0.1]
            side = 0.8 if hand[0] > body[0] else -0.8
            views = (
                [view([0.0, 0.05, 1.0], body, 1.0), view([0.9, 0.15, 0.6], body, 1.0)]
                if name in options.signs
                else [view([0.0, 0.0, 1.0], hand, 0.3), view([side, 0.1, 0.6], hand, 0.3)]
            )
            columns.append([])
            for each in views:
                page.evaluate(
                    "([time, view]) => player.draw(time, view)", [frame / motion.fps, each]
                )
                shot = page.locator("canvas").screenshot()
                columns[-1].append(np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")))
        browser.close()
    image = Image.fromarray(np.concatenate([np.concatenate(each, 0) for each in columns], 1))
    image.quantize(256, kmeans=3).save(IMAGE, optimize=True)


if __name__ == "__main__":
    main()
