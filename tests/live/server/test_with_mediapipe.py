"""The live page with MediaPipe: from the images of a camera to a signer in 3D.

The camera shows signlift's mannequin, in which MediaPipe finds body, hands and face.

    npm ci --prefix tests/avatar_programs
    pip install ./holistic
"""

import numpy as np
import pytest
from browsers import FAKE_CAMERA, open_browser
from live_server import LiveServer, opener
from mannequin_camera import ESBUILD, film_mannequin

import signlift as sl
from signlift.live.server.assets import find_assets

PATIENCE = 240_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(shipped, tmp_path_factory):
    """The page, after it has lifted some frames."""
    pytest.importorskip("signlift_holistic", reason="needs pip install ./holistic")
    if not ESBUILD.exists():
        pytest.skip("needs npm ci in tests/avatar_programs")
    with open_browser() as browser:
        film = film_mannequin(browser, tmp_path_factory.mktemp("film"), 3, first=36, last=54)
    with (
        open_browser(*FAKE_CAMERA, f"--use-file-for-fake-video-capture={film}") as browser,
        LiveServer(opener(shipped), find_assets()) as server,
    ):
        page = browser.new_page(viewport={"width": 640, "height": 480})
        page.set_default_timeout(PATIENCE)
        page.server, page.requests, page.problems = server, [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(server.url)
        page.wait_for_function("() => signliftLive.newest?.frame >= 4", timeout=PATIENCE)
        yield page
        page.close()


def test_body_hands_and_face_are_lifted(page):
    newest = page.evaluate("() => signliftLive.newest")
    names = sl.get_skeleton("mediapipe543").keypoints
    found = [x is not None for x in newest["x"]]
    assert sum(found[33 : 33 + 468]) == 468  # the face
    assert sum(found[-42:]) == 42  # both hands
    assert all(found[names.index(name)] for name in ("Nose", "LShoulder", "RElbow", "LWrist"))
    assert all(newest["z"][number] is not None for number, here in enumerate(found) if here)


def test_raised_hands_are_in_front_of_the_body(page):
    newest = page.evaluate("() => signliftLive.newest")
    names = sl.get_skeleton("mediapipe543").keypoints
    centimetres = 50 / newest["proportions"]["torso"]
    depth = np.array(newest["z"], float) * centimetres
    for side in "LR":
        wrist, shoulder = (depth[names.index(side + name)] for name in ("Wrist", "Shoulder"))
        assert -60 < wrist - shoulder < -8
    assert abs(depth[names.index("LShoulder")] - depth[names.index("RShoulder")]) < 15


def test_mediapipe_loads_nothing_from_elsewhere(page):
    assert all(url.startswith((page.server.url, "blob:", "data:")) for url in page.requests)
    assert any(url.endswith("holistic_solution_simd_wasm_bin.wasm") for url in page.requests)
    assert page.problems == []
    page.locator(".sl-note", has_text="MediaPipe on the processor").wait_for()
