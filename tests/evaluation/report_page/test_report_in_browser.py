"""The report page in a real browser, as software draws it."""

import numpy as np
import pytest

import signlift as sl

PATIENCE = 90_000


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    recordings = [
        sl.simulate_recording(seed=0, index=n, min_frames=8, max_frames=8) for n in (0, 1)
    ]
    out = tmp_path_factory.mktemp("results")
    sl.evaluate(recordings, out=out)
    return out / "report.html"


def test_the_report_opens_offline_plays_recordings_and_fits_a_phone(browser, report):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, color_scheme="dark", offline=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    problems, requests = [], []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report.as_uri())
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert np.mean([int(value) for value in background[4:-1].split(",")]) < 60  # dark
    # Wide tables scroll by themselves; the page does not.
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    places = page.query_selector_all(".player")
    assert len(places) == 2
    assert page.evaluate("signlift.players.length") < 2  # they wait until they are seen
    for place in places:
        place.scroll_into_view_if_needed()
    page.wait_for_function("signlift.players.length === 2")
    page.evaluate("() => Promise.all(signlift.players.map((player) => player.ready))")
    assert page.query_selector_all(".player canvas")
    assert problems == []
    assert [url for url in requests if not url.startswith(("data:", "blob:"))] == [report.as_uri()]
    context.close()
