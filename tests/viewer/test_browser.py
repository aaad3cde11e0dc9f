"""The page in a real browser. One browser and few pages, as software rendering is slow."""

import numpy as np
import pytest
from browser_pages import changed, open_page, player, recording_and_truth, scene, settle
from PIL import Image

from signlift.viewer import write_page


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
