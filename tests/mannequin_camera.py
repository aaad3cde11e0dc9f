"""Films of signlift's own mannequin for a fake camera, in which MediaPipe finds somebody."""

import base64
import io
import subprocess
from pathlib import Path

from PIL import Image

import signlift as sl
from signlift.animation.avatar import solve_avatar
from signlift.io.avatars.glb import write_glb_motion

PROGRAMS = Path(__file__).parent / "avatar_programs"
ESBUILD = PROGRAMS / "node_modules" / ".bin" / "esbuild"
WIDTH, HEIGHT = 640, 480


def film_mannequin(browser, directory, step=1, first=0, last=None):
    """Let the mannequin move as the signer of the sample, and film it.

    Returns the path of a .mjpeg file: one JPEG after the other.
    """
    bundle, glb = Path(directory) / "player.js", Path(directory) / "signer.glb"
    build = [ESBUILD, PROGRAMS / "player.js", "--bundle", "--format=iife", "--log-level=warning"]
    subprocess.run([*build, f"--outfile={bundle}"], check=True)
    lifted = sl.load().lift(sl.read(sl.sample_path("openpose")), complete=True)
    motion = solve_avatar(lifted).motion
    write_glb_motion(motion, glb)
    places = motion.forward_kinematics().positions / 100
    spine = motion.names.index("Spine1")
    middle = [float(places[:, 0, 0].mean()), float(places[:, spine, 1].mean()) + 0.2, 0.1]
    view = {"from": [0, 0.05, 1], "at": middle, "size": 1.2, "width": WIDTH, "height": HEIGHT}
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.set_content("<body style='margin: 0'></body>")
    page.add_script_tag(path=bundle)
    page.evaluate("data => player.openGlb(data)", base64.b64encode(glb.read_bytes()).decode())
    images = []
    for frame in range(first, last or len(motion), step):
        page.evaluate("([time, view]) => player.draw(time, view)", [frame / motion.fps, view])
        shot = Image.open(io.BytesIO(page.locator("canvas").screenshot())).convert("RGB")
        image = io.BytesIO()
        shot.save(image, "JPEG", quality=92)
        images.append(image.getvalue())
    page.close()
    path = Path(directory) / "camera.mjpeg"
    path.write_bytes(b"".join(images))
    return path
