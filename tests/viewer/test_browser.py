"""The page in a real browser. One browser and few pages, as software rendering is slow."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import signlift as sl
from signlift.viewer import page_parts, write_page

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


def open_page(browser, path, width=900, height=640, **context):
    """Open a page, and note its errors and requests."""
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    page.set_default_timeout(PATIENCE)
    page.problems, page.requests = [], []
    page.on("console", lambda line: page.problems.append(line.text) if is_bad(line) else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("() => signlift.players[0].ready")
    return page


def is_bad(line):
    # Chromium warns of its slow software rendering.
    return line.type == "error" or (line.type == "warning" and "GPU stall" not in line.text)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    recording, truth = recording_and_truth()
    path = tmp_path_factory.mktemp("viewer") / "signer.html"
    write_page(path, recording, truths=[truth], title="A signer")
    page = open_page(browser, path, reduced_motion="reduce")
    yield page
    page.context.close()


@pytest.fixture(autouse=True)
def at_the_beginning(request):
    """Show the first frame again, as the tests share a page."""
    if "page" in request.fixturenames:
        page = request.getfixturevalue("page")
        page.evaluate(
            "() => { const p = signlift.players[0]; p.clock.pause(); p.clock.setLoop(null);"
            " p.clock.setSpeed(1); p.clock.seek(0); document.activeElement.blur(); }"
        )


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


def test_it_opens_without_errors_and_loads_nothing(page):
    assert page.problems == []
    assert [url for url in page.requests if not url.startswith(("blob:", "data:"))] == [page.url]
    assert page.title() == "A signer"


def test_the_scene_is_not_blank_and_the_skeleton_moves(page):
    first = scene(page)
    assert changed(first, np.median(first, (0, 1))) > 0.02
    player(page, "player.clock.seek(0.7)")
    settle(page)
    assert changed(first, scene(page)) > 0.003


def test_it_plays_and_pauses(page):
    page.keyboard.press("Space")
    page.wait_for_function("() => signlift.players[0].clock.time > 0.1")
    assert page.get_by_role("button", name="Pause", exact=True).count() == 1
    page.keyboard.press("Space")
    assert player(page, "player.clock.playing") is False


def test_it_steps_and_scrubs(page):
    page.keyboard.press("ArrowRight")
    assert page.locator(".sl-frame").inner_text() == "2 of 24"
    assert "Frame 2" in page.locator(".sl-live").inner_text()
    page.keyboard.press("End")
    assert page.locator(".sl-frame").inner_text() == "24 of 24"
    slider = page.get_by_role("slider", name="Frame", exact=True)
    slider.fill("11")
    assert page.locator(".sl-frame").inner_text() == "12 of 24"
    assert slider.get_attribute("aria-valuetext").startswith("frame 12 of 24")


def test_it_loops_a_range_at_another_speed(page):
    page.keyboard.press("ArrowRight")
    page.keyboard.press("[")
    player(page, "player.clock.seek(0.3)")
    page.keyboard.press("]")
    loop = player(page, "player.clock.loop")
    np.testing.assert_allclose(loop, [1 / 30, 0.3], atol=1e-6)
    page.get_by_label("Speed").select_option("0.5")
    assert player(page, "player.clock.speed") == 0.5


def test_it_switches_views(page):
    images = []
    for key, name in (("1", "front"), ("2", "side"), ("3", "top")):
        page.keyboard.press(key)
        button = page.get_by_role("button", name=f"View from the {name}")
        assert button.get_attribute("aria-pressed") == "true"
        settle(page)
        images.append(scene(page))
    assert changed(images[0], images[1]) > 0.01
    assert changed(images[1], images[2]) > 0.01
    page.keyboard.press("0")


def test_depth_is_to_the_right_in_the_side_view(page):
    page.keyboard.press("2")
    settle(page)
    places = player(
        page,
        "[0, -50].map((z) => player.stage.project(player.stage.controls.target.clone().setZ(z)).x)",
    )
    assert places[1] > places[0]  # z of the scene is towards the camera
    page.keyboard.press("0")


def test_a_click_chooses_a_keypoint(page):
    page.keyboard.press("1")
    settle(page)
    x, y = player(
        page,
        "(() => { const at = player.stage.controls.target.clone();"
        " player.crowd.keypointPlace(0, 'LElbow', at);"
        " const { x, y } = player.stage.project(at); return [x, y]; })()",
    )
    box = page.locator(".sl-view").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    assert page.locator(".sl-strip-name", has_text="left elbow").count() == 1
    assert page.locator(".sl-live").inner_text().startswith("left elbow: ")
    page.get_by_role("button", name="Remove left elbow").click()
    assert page.locator(".sl-strip-name", has_text="left elbow").count() == 0
    page.keyboard.press("0")


def test_depth_is_shown_with_uncertainty_and_truth(page):
    recording, truth = recording_and_truth()
    scale = 50 / float(player(page, "50 / player.subjects[0].packed.centimetres"))
    joint = truth.skeleton.index("RHand")
    row = page.locator(".sl-strip", has_text="right wrist").locator(".sl-strip-value").inner_text()
    depth, true = recording.depth[0, joint] * scale, truth.depth[0, joint] * scale
    expected = f"{depth:.1f} ± {6 * scale:.1f} cm, true {true:.1f}".replace("-", "−")
    assert row == expected


def test_completed_keypoints_and_the_truth_can_be_hidden(page):
    first = scene(page)
    for name in ("True depth", "Uncertainty", "Completed"):
        page.locator(".sl-chips").get_by_role("button", name=name, exact=True).click()
    settle(page)
    assert changed(first, scene(page)) > 0.0005
    for name in ("True depth", "Uncertainty", "Completed"):
        page.locator(".sl-chips").get_by_role("button", name=name, exact=True).click()


def test_errors_are_colours_on_the_body(page):
    first = scene(page)
    page.get_by_role("button", name="Error", exact=True).click()
    settle(page)
    assert changed(first, scene(page)) > 0.003
    assert "cm or more" in page.locator(".sl-legend").inner_text()
    page.get_by_role("button", name="Side", exact=True).click()


def test_dark_and_light(page):
    page.keyboard.press("m")
    assert page.locator(".signlift-viewer").get_attribute("data-theme") == "dark"
    settle(page)
    assert scene(page).mean() < 60
    page.keyboard.press("m")
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        page.locator(f".signlift-viewer[data-theme={theme}]").wait_for()


def test_help_opens_and_closes(page):
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Help").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Help").is_visible()


def test_a_png_is_saved(page, tmp_path):
    with page.expect_download() as caught:
        page.keyboard.press("p")
    caught.value.save_as(tmp_path / "view.png")
    assert caught.value.suggested_filename == "A-signer.png"
    image = np.asarray(Image.open(tmp_path / "view.png").convert("RGB"), float)
    assert changed(image, np.median(image, (0, 1))) > 0.02


def test_a_film_is_saved(page, tmp_path):
    player(page, "player.clock.setLoop([0, 0.3])")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save the clip as a film").click()
    caught.value.save_as(tmp_path / "clip.webm")
    content = (tmp_path / "clip.webm").read_bytes()
    assert content[:4] == b"\x1a\x45\xdf\xa3"  # the first element of WebM
    assert len(content) > 1000


def test_every_control_has_a_name(page):
    names = page.evaluate(
        "() => [...document.querySelectorAll('button, select, input, [role=slider], [role=img]')]"
        ".map((e) => e.getAttribute('aria-label') || e.textContent.trim())"
    )
    assert len(names) > 15
    assert all(names)


def test_no_test_has_left_an_error(page):
    assert page.problems == []


def test_the_video_shows_the_frame_of_the_keypoints(browser, tmp_path):
    av = pytest.importorskip("av")
    video = tmp_path / "grey.webm"
    with av.open(video, "w") as container:
        stream = container.add_stream("libvpx", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.bit_rate = 500_000
        for frame in range(24):
            image = np.full((64, 64, 3), 10 * frame, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image)))
        container.mux(stream.encode())
    depth = np.zeros((24, 26))
    keypoints = np.full((24, 26, 2), 1.0)
    recording = sl.Recording(keypoints, depth=depth, fps=30, size=(64, 64))
    path = write_page(tmp_path / "film.html", recording, videos=[video], embed_video=True)
    page = open_page(browser, path)
    for frame in (5, 17):
        page.wait_for_function("() => document.querySelector('video').readyState >= 2")
        player(page, f"player.clock.seek({frame} / 30)")
        page.wait_for_function("() => !document.querySelector('video').seeking")
        settle(page)
        image = Image.open(io.BytesIO(page.locator(".sl-input-frame").screenshot()))
        grey = np.asarray(image.convert("L"), float)[-60:-40, -60:-40].mean()
        assert abs(grey - 10 * frame) < 5
    assert page.problems == []
    page.context.close()


def test_a_video_that_is_gone_is_named(browser, tmp_path):
    recording, _ = recording_and_truth(2)
    video = tmp_path / "my film.mp4"
    video.write_bytes(b"")
    path = write_page(tmp_path / "gone.html", recording, videos=[video])
    video.unlink()
    page = open_page(browser, path)
    page.get_by_text("Video not found: my film.mp4").wait_for()
    page.context.close()


def test_it_fits_a_phone(browser, tmp_path):
    recording, _ = recording_and_truth()
    keypoints = recording.keypoints.copy()
    keypoints[:, recording.skeleton.index("MidHip")] = np.nan
    recordings = [recording, replace(recording, keypoints=keypoints)]
    path = write_page(tmp_path / "phone.html", recordings)
    page = open_page(browser, path, 390, 844, color_scheme="dark", has_touch=True)
    assert page.locator(".signlift-viewer").get_attribute("data-theme") == "dark"
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        "() => [...document.querySelectorAll('.sl-transport button, .sl-tools button')]"
        ".filter((e) => e.getBoundingClientRect().width < 36).length"
    )
    assert small == 0
    both = scene(page)
    page.locator(".sl-chips").get_by_role("button", name="signer").first.click()
    page.evaluate("() => window.scrollTo(0, 0)")
    settle(page)
    assert player(page, "[...player.state.hidden]") == [0]
    assert changed(both, scene(page)) > 0.005
    # Both are placed by the Neck, as one has no MidHip: an overlay shows the same person twice.
    first, second = player(page, "player.subjects.map(({origin}) => [origin.x, origin.y])")
    assert first == pytest.approx(second, abs=0.1)
    assert page.problems == []
    page.context.close()


def test_several_players_are_on_one_page(browser, tmp_path):
    recording, _ = recording_and_truth(3)
    parts = page_parts(recording)
    path = tmp_path / "report.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><style>{parts.style}</style>"
        "<div id=a style='height: 300px'></div><div id=b></div>"
        f"<script type=application/json id=payload>{parts.payload}</script>"
        f"<script>{parts.script}</script><script>"
        "const payload = JSON.parse(document.getElementById('payload').textContent);"
        "for (const id of ['a', 'b'])"
        " signlift.mount(document.getElementById(id), payload, { compact: true, theme: 'light' });"
        "</script>",
        encoding="utf-8",
    )
    page = open_page(browser, path, 700, 800)
    page.evaluate("() => signlift.players[1].ready")
    assert page.locator(".sl-view canvas").count() == 2
    assert page.locator(".sl-strip").count() == 0
    page.locator(".sl-view").nth(1).click(position={"x": 300, "y": 10})
    page.keyboard.press("ArrowRight")
    assert page.locator(".sl-frame").all_inner_texts() == ["1 of 3", "2 of 3"]
    assert page.problems == []
    page.context.close()
