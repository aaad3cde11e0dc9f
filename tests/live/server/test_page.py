"""The live page in a real browser with a fake camera, from the page to the 3D skeleton.

In place of MediaPipe a detector gives the landmarks of a recording, so that the depth is known.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from browser_pages import changed, new_page, scene
from browsers import FAKE_CAMERA, open_browser
from live_server import LiveServer, landmarks, opener

import signlift as sl
from signlift.live.server.assets import page_files

#: Gives one frame after the other, over and over; waits where `hold` is set.
DETECTOR = """
window.signliftDetector = {
  device: "in a test",
  frames: %s,
  count: 0,
  hold: null,
  load: async () => {},
  async detect() {
    if (this.hold !== null && this.count >= this.hold)
      await new Promise((go) => { this.go = () => { this.go = null; go(); }; });
    // Software draws the page: there is no hurry.
    await new Promise((go) => setTimeout(go, this.count < 20 ? 0 : 100));
    return this.frames[this.count++ %% this.frames.length];
  },
};
"""


@pytest.fixture(scope="module")
def browser():
    with open_browser(*FAKE_CAMERA) as browser:
        yield browser


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    nothing = tmp_path_factory.mktemp("holistic") / "holistic.js"
    nothing.write_text("")
    return page_files() | {"holistic/holistic.js": nothing}


@pytest.fixture(scope="module")
def server(shipped, assets):
    with LiveServer(opener(shipped), assets) as server:
        yield server


def open_page(browser, server, script="", width=640, height=480, **context):
    """Open the live page."""
    page = new_page(browser, width, height, **context)
    page.add_init_script(DETECTOR % json.dumps(landmarks(24)) + script)
    page.goto(server.url)
    return page


def wait_for_frame(page, number=0):
    page.wait_for_function(f"() => signliftLive.newest?.frame >= {number}")


def message(page):
    return page.locator(".sl-message").inner_text()


@pytest.fixture(scope="module")
def page(browser, server):
    page = open_page(browser, server, reduced_motion="reduce")
    wait_for_frame(page)
    yield page
    page.context.close()


def test_the_signer_is_drawn_and_moves(page):
    page.wait_for_function("() => !Number.isNaN(signliftLive.meter.milliseconds.drawing)")
    first = scene(page)
    assert changed(first, np.median(first, (0, 1))) > 0.02
    assert page.locator(".sl-message").is_hidden()
    number = page.evaluate("() => signliftLive.newest.frame")
    wait_for_frame(page, number + 12)
    assert changed(first, scene(page)) > 0.003


def test_the_drawn_positions_are_those_of_the_answer(page):
    found = page.evaluate(
        "() => { const { newest, scene } = signliftLive, { figure } = scene;"
        " const joint = figure.motion.find('RElbow'), other = figure.motion.find('RShoulder');"
        " const p = figure.positions, { x, y, z } = newest;"
        " return { drawn: [0, 1, 2].map((i) => p[3 * joint + i] - p[3 * other + i]),"
        " sent: [x[joint] - x[other], y[other] - y[joint], z[other] - z[joint]],"
        " centimetres: 50 / newest.proportions.torso }; }"
    )
    expected = np.array(found["sent"]) * found["centimetres"]
    np.testing.assert_allclose(found["drawn"], expected, atol=1e-3 * np.abs(expected).max())


def test_nothing_but_the_page_is_asked_for(page, server):
    host = f"127.0.0.1:{server.port}/{server.token}/"
    assert all(url.partition("://")[2].startswith(host) for url in page.requests)
    names = {url.partition(host)[2].partition("?")[0] for url in page.requests}
    files = {"viewer.css", "live.css", "viewer.js", "live.js", "holistic/holistic.js"}
    assert names == {"", "formats", "socket", *files}


def test_images_are_not_sent(page):
    """A message to the server holds landmarks alone."""
    sent = page.evaluate(
        "() => new Promise((done) => { const send = WebSocket.prototype.send;"
        " WebSocket.prototype.send = function (text) { WebSocket.prototype.send = send;"
        " done(text); send.call(this, text); }; })"
    )
    names = {"type", "id", "time", "body", "face", "left_hand", "right_hand"}
    assert set(json.loads(sent)) == names
    assert len(sent) < 20_000


def test_latency_and_frame_rate_are_shown(page):
    page.wait_for_function("() => document.querySelector('.sl-rate').textContent")
    rows = page.locator(".sl-latency tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["detection", "network", "lifting", "drawing"]
    assert all(row.split()[1].replace(".", "").isdigit() and row.endswith("ms") for row in rows)
    assert page.locator(".sl-rate").inner_text().endswith(" frames/s")


def test_the_proportions_settle_visibly(page):
    bar = page.get_by_role("progressbar", name="How far the proportions have settled")
    page.wait_for_function("() => signliftLive.newest.settling > 0")
    page.wait_for_timeout(300)
    assert int(bar.get_attribute("aria-valuenow")) > 0
    assert bar.get_attribute("aria-valuetext").startswith(("settling, ", "settled"))


def test_proportions_are_saved_and_loaded(page, tmp_path):
    with page.expect_download() as caught:
        page.locator(".sl-chip", has_text="Save").click()
    caught.value.save_as(tmp_path / "me.json")
    assert sl.BodyProportions.read(tmp_path / "me.json").torso > 0
    page.locator("input[type=file]").set_input_files(tmp_path / "me.json")
    page.get_by_text("from a file").wait_for()
    (tmp_path / "wrong.json").write_text("{}")
    page.locator("input[type=file]").set_input_files(tmp_path / "wrong.json")
    page.get_by_role("alert").filter(has_text="proportions.json: expected").wait_for()
    page.locator(".sl-chip", has_text="New signer").click()
    page.get_by_text("from a file").wait_for(state="hidden")


def test_the_view_and_the_theme_follow_keys(page):
    for key, name in (("1", "front"), ("2", "side"), ("3", "top")):
        page.keyboard.press(key)
        button = page.get_by_role("button", name=f"View from the {name}")
        assert button.get_attribute("aria-pressed") == "true"
    page.keyboard.press("0")
    page.keyboard.press("m")
    assert page.locator(".signlift-viewer").get_attribute("data-theme") == "dark"
    page.keyboard.press("m")
    page.keyboard.press("x")
    assert page.locator(".sl-input-frame.sl-mirror").count() == 1
    page.keyboard.press("x")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Help").is_visible()
    page.keyboard.press("Escape")


def test_every_control_has_a_name(page):
    names = page.evaluate(
        "() => [...document.querySelectorAll('button, select, [role=img], [role=progressbar]')]"
        ".map((e) => e.getAttribute('aria-label') || e.textContent.trim())"
    )
    assert len(names) > 12
    assert all(names)


def test_depth_is_that_of_a_causal_lift_of_what_was_recorded(page, shipped, tmp_path):
    page.evaluate("() => { signliftDetector.hold = signliftDetector.count; }")
    page.wait_for_function("() => signliftDetector.go")
    page.locator(".sl-chip", has_text="New signer").click()  # the recording begins with frame 0
    page.keyboard.press("r")
    page.get_by_role("button", name="Stop").wait_for()
    page.evaluate("() => { signliftDetector.hold += 16; signliftDetector.go(); }")
    page.wait_for_function("() => signliftDetector.count >= signliftDetector.hold")
    page.wait_for_function("() => signliftLive.newest.recorded > 5")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Stop").click()
    recordings = []
    for name in ("npz", "openpose"):
        page.get_by_label("Format").select_option(name)
        with page.expect_download() as caught:
            page.locator(".sl-save").click()
        path = tmp_path / caught.value.suggested_filename
        caught.value.save_as(path)
        recordings.append(sl.read(path))
    page.evaluate("() => { signliftDetector.hold = null; signliftDetector.go(); }")
    recording, exported = recordings
    assert 5 < len(recording) <= 16
    plain = replace(recording, depth=None, depth_uncertainty=None)
    lifted = shipped.lift(plain, causal=True)
    scale = np.nanmax(np.abs(lifted.depth))
    np.testing.assert_allclose(recording.depth, lifted.depth, atol=1e-4 * scale)
    assert len(exported) == len(recording)


def test_of_frames_that_wait_the_newest_is_sent(page):
    page.evaluate("() => { signliftDetector.hold = signliftDetector.count; }")
    page.wait_for_function("() => signliftDetector.go && Number.isNaN(signliftLive.link.sent)")
    sent = page.evaluate(
        "async () => { const { link } = signliftLive, sent = [], { send } = WebSocket.prototype;"
        " WebSocket.prototype.send = function (text) { sent.push(JSON.parse(text).id);"
        " send.call(this, text); };"
        " const dropped = link.dropped, [frame] = signliftDetector.frames;"
        " for (let id = 1; id < 6; id++) link.send(frame, id);"
        " while (signliftLive.newest.id !== 5) await new Promise((go) => setTimeout(go, 20));"
        " WebSocket.prototype.send = send; return [sent, link.dropped - dropped]; }"
    )
    assert sent == [[1, 5], 3]
    page.evaluate("() => { signliftDetector.hold = null; signliftDetector.go(); }")


def test_it_fits_a_phone_in_the_dark(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.locator(".signlift-viewer[data-theme=dark]").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert page.locator(".sl-record").bounding_box()["height"] >= 36
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 640, "height": 480})


def test_no_test_has_left_an_error(page):
    assert [line for line in page.problems if "422" not in line] == []


def test_it_says_that_nobody_is_there(page):
    page.evaluate(
        "() => { signliftDetector.all = signliftDetector.frames; signliftDetector.frames ="
        " [{ body: null, face: null, left_hand: null, right_hand: null }]; }"
    )
    page.get_by_text("Nobody is in the picture.").wait_for()
    page.evaluate("() => { signliftDetector.frames = signliftDetector.all; }")
    page.locator(".sl-message").wait_for(state="hidden")


def test_a_camera_that_is_lost_or_refused_is_asked_for_again(page):
    track = "signliftLive.camera.video.srcObject.getVideoTracks()[0]"
    page.evaluate(f"() => {track}.dispatchEvent(new Event('ended'))")
    page.get_by_text("The camera was lost. Connect it again.").wait_for()
    page.evaluate(
        "() => { const { mediaDevices } = navigator; window.real = mediaDevices.getUserMedia;"
        " mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', window.refusal)); }"
    )
    for refusal, expected in (
        ("NotAllowedError", "The camera was refused. Allow it for this page"),
        ("NotFoundError", "No camera was found. Connect one."),
        ("NotReadableError", "The camera is in use by another program."),
    ):
        page.evaluate(f"() => {{ window.refusal = '{refusal}'; }}")
        page.get_by_role("button", name="Try again").click()
        page.get_by_text(expected).wait_for()
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = window.real; signliftLive.newest = null; }"
    )
    page.get_by_role("button", name="Try again").click()
    wait_for_frame(page)


def test_it_connects_again_and_says_so(page, server):
    assert page.locator(".sl-status").inner_text() == "connected"
    server.stop()
    page.get_by_text("connection lost, trying again").wait_for()
    assert message(page).startswith("signlift live does not answer.")
    assert page.locator(".sl-record").is_disabled()
    page.evaluate("() => { signliftLive.newest = null; }")
    server.start()
    wait_for_frame(page)
    assert page.locator(".sl-status").inner_text() == "connected"
    assert page.locator(".sl-message").is_hidden()


def test_a_server_with_another_token_is_another_one(page, server):
    server.stop()
    server.token = None
    server.start()
    page.get_by_text("signlift live was started anew, with another address").wait_for()
