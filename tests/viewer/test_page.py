import json
import re

import numpy as np
import pytest

from signlift import InputError, Recording
from signlift.viewer import page_parts, write_page


def recording(name="wave", frames=3):
    return Recording(np.zeros((frames, 26, 2)), depth=np.zeros((frames, 26)), name=name)


def payload_of(page):
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="payload">(.*?)</script>', text, re.DOTALL)[1])


def test_a_page_holds_the_recordings_and_their_names(tmp_path):
    page = write_page(tmp_path / "two.html", [recording("a"), recording("b")], layout="overlay")
    payload = payload_of(page)
    assert payload["title"] == "a · b"
    assert payload["layout"] == "overlay"
    assert [each["name"] for each in payload["recordings"]] == ["a", "b"]


def test_a_page_names_no_other_host(tmp_path):
    text = write_page(tmp_path / "wave.html", recording()).read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", text)
    assert "default-src 'none'" in text


def test_a_name_cannot_end_the_script(tmp_path):
    name = "</script><script>alert(1)</script>"
    page = write_page(tmp_path / "wave.html", recording(name), title=name)
    assert "alert(1)</script>" not in page.read_text(encoding="utf-8")
    assert payload_of(page)["title"] == name


def test_the_same_recording_gives_the_same_bytes(tmp_path):
    first, second = (write_page(tmp_path / name, recording()) for name in ("a.html", "b.html"))
    assert first.read_bytes() == second.read_bytes()


def test_a_video_is_named_relative_to_the_page(tmp_path):
    video = tmp_path / "my video.mp4"
    video.write_bytes(b"film")
    page = write_page(tmp_path / "out" / "wave.html", recording(), videos=[video])
    assert payload_of(page)["recordings"][0]["video"] == "../my%20video.mp4"


def test_a_video_is_embedded_where_that_is_asked_for(tmp_path):
    video = tmp_path / "wave.webm"
    video.write_bytes(b"film")
    page = write_page(tmp_path / "wave.html", recording(), videos=[video], embed_video=True)
    assert payload_of(page)["recordings"][0]["video"] == "data:video/webm;base64,ZmlsbQ=="


def test_all_problems_are_listed_at_once(tmp_path):
    without = Recording(np.zeros((3, 26, 2)), name="flat")
    with pytest.raises(InputError) as caught:
        page_parts([without, recording()], videos=[None, tmp_path / "none.mp4"])
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("flat: expected a recording with depth")
    assert lines[1] == f"{tmp_path / 'none.mp4'}: expected a video, found no such file"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            {"layout": "stack"},
            "layout: expected one of side-by-side, overlay, image, found 'stack'",
        ),
        ({"truths": [None, None]}, "truths: expected a list of 1, one for each recording, found 2"),
        ({"videos": "a.mp4"}, "videos: expected a list of 1, one for each recording, found str"),
    ],
)
def test_a_wrong_argument_is_named(arguments, line):
    with pytest.raises(InputError, match=re.escape(line)):
        page_parts(recording(), **arguments)


def test_no_recording_is_refused():
    with pytest.raises(InputError, match="recordings: expected at least one, found none"):
        page_parts([])
