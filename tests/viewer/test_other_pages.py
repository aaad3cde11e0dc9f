"""Pages with a video, on a phone, and of several players, in a real browser."""

import io
from dataclasses import replace

import numpy as np
import pytest
from browser_pages import changed, open_page, player, recording_and_truth, scene, settle
from PIL import Image

import signlift as sl
from signlift.viewer import page_parts, write_page


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
