"""The viewer's pages in a browser, for tests."""

import io

import numpy as np
from PIL import Image

import signlift as sl

PATIENCE = 90_000


def recording_and_truth(frames=24):
    truth = sl.simulate_recording(seed=0, index=0, min_frames=frames, max_frames=frames)
    rng = np.random.default_rng(0)
    depth = truth.depth + rng.normal(0, 3, truth.depth.shape)
    spread = np.full(depth.shape, 6.0)
    confidence = np.ones(depth.shape)
    confidence[: frames // 2, truth.skeleton.index("LHand")] = 0
    recording = sl.Recording(
        truth.keypoints,
        depth=depth,
        depth_uncertainty=spread,
        confidence=confidence,
        fps=30,
        name="signer",
    )
    return recording, truth


def new_page(browser, width, height, **context):
    """Make a page that notes its errors and requests."""
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    page.set_default_timeout(PATIENCE)
    page.problems, page.requests = [], []
    page.on("console", lambda line: page.problems.append(line.text) if is_bad(line) else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("websocket", lambda socket: page.requests.append(socket.url))
    return page


def open_page(browser, path, width=900, height=640, **context):
    """Open a page of the viewer."""
    page = new_page(browser, width, height, **context)
    page.goto(path.as_uri())
    page.evaluate("() => signlift.players[0].ready")
    return page


def is_bad(line):
    # Chromium warns of its slow software rendering.
    return line.type == "error" or (line.type == "warning" and "GPU stall" not in line.text)


def player(page, expression):
    return page.evaluate(f"() => {{ const player = signlift.players[0]; return {expression}; }}")


def settle(page):
    """Wait until what has changed is on the screen."""
    page.evaluate(
        "() => new Promise((done) => { signlift.players[0].stage.drawNow();"
        " requestAnimationFrame(() => requestAnimationFrame(done)); })"
    )


def scene(page):
    """Return the pixels of the 3D view, [height, width, 3], as floats."""
    image = Image.open(io.BytesIO(page.locator(".sl-view").screenshot(timeout=PATIENCE)))
    return np.asarray(image.convert("RGB"), float)


def changed(first, second):
    """Return the fraction of the pixels that differ."""
    return float((np.abs(first - second).max(-1) > 24).mean())
