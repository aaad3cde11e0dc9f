from dataclasses import replace

import numpy as np
import pytest
from drawn_recordings import standing
from PIL import Image

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17
from signlift.errors import InputError
from signlift.visualization.figures import sheet_figure
from signlift.visualization.films.film import find_ffmpeg
from signlift.visualization.picture import PictureOptions, draw_recording

needs_ffmpeg = pytest.mark.skipif(find_ffmpeg() is None, reason="there is no ffmpeg")


@pytest.fixture
def sheets(monkeypatch):
    """The figures of frames that are drawn."""
    figures = []
    draw = sheet_figure.draw_sheet

    def record(*arguments):
        figures.append(draw(*arguments))
        return figures[-1]

    monkeypatch.setattr("signlift.visualization.picture.draw_sheet", record)
    return figures


def titles(figure):
    return [text.get_text() for text in figure.texts if text.get_text().startswith("frame")]


def test_a_picture_has_a_column_for_each_frame_and_a_row_for_each_view(tmp_path, sheets):
    options = PictureOptions(frames=(0, 5, -1), views=("front", "side"), dpi=40)
    draw_recording(standing(20, fps=10), tmp_path / "a.png", options)
    (figure,) = sheets
    assert titles(figure) == ["frame 0  ·  0.00 s", "frame 5  ·  0.50 s", "frame 19  ·  1.90 s"]
    boxes = [axes.get_position() for axes in figure.axes]
    assert len(boxes) == 6
    columns, rows = {round(box.x0, 6) for box in boxes}, {round(box.y0, 6) for box in boxes}
    assert (len(columns), len(rows)) == (3, 2)
    left, middle, right = sorted(columns)
    assert middle - left == pytest.approx(right - middle, abs=1e-5)
    assert len({(round(box.width, 6), round(box.height, 6)) for box in boxes}) == 1


def test_the_frames_of_a_picture_are_spread_over_those_with_a_person(tmp_path, sheets):
    body = standing(40)
    keypoints = body.keypoints.copy()
    keypoints[:20] = np.nan
    draw_recording(replace(body, keypoints=keypoints), tmp_path / "a.png", PictureOptions(dpi=40))
    assert titles(sheets[0]) == ["frame 22", "frame 27", "frame 32", "frame 37"]
    draw_recording(standing(2), tmp_path / "a.png", PictureOptions(count=3, dpi=40))
    assert titles(sheets[1]) == ["frame 0", "frame 1"]


def test_the_views_of_one_frame_are_beside_each_other(tmp_path, sheets):
    draw_recording(standing(), tmp_path / "a.png", PictureOptions(frames=(2,), dpi=40))
    with Image.open(tmp_path / "a.png") as image:
        assert image.width > 0.8 * image.height
    assert not sheets


@pytest.mark.parametrize(
    ("suffix", "head"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF-")]
)
def test_pictures(tmp_path, suffix, head):
    path = tmp_path / f"a.{suffix}"
    assert draw_recording(standing(), path, PictureOptions(count=1, dpi=40)) == path
    assert path.read_bytes().startswith(head)
    assert list(tmp_path.iterdir()) == [path]


def test_a_film_is_as_long_as_its_recording_and_its_first_frame_is_whole(tmp_path):
    """1.9 s at 24 frames per second, which hundredths of a second do not divide."""
    draw_recording(standing(45, fps=24), tmp_path / "a.gif", PictureOptions(dpi=72))
    with Image.open(tmp_path / "a.gif") as image:
        first = np.array(image.convert("RGB")).astype(int)
        durations = []
        for number in range(image.n_frames):
            image.seek(number)
            durations.append(image.info["duration"])
    assert sum(durations) / 1000 == pytest.approx(45 / 24, rel=0.01)
    for colour in ((0, 0x72, 0xB2), (0xE1, 0x69, 0x0E)):
        assert (np.abs(first - colour).max(-1) < 8).sum() > 100


def test_a_dark_picture(tmp_path):
    draw_recording(standing(), tmp_path / "a.png", PictureOptions(theme="dark", dpi=40))
    with Image.open(tmp_path / "a.png") as image:
        assert image.convert("L").getpixel((0, 0)) < 40


def test_truth_is_drawn_as_lines_over_the_body(tmp_path, sheets):
    body = standing()
    true = body.with_depth(body.depth + 20).convert(COCO17)
    draw_recording(body, tmp_path / "a.png", PictureOptions(count=2, dpi=40), true=true)
    (figure,) = sheets
    assert "true" in [text.get_text() for text in figure.legends[0].get_texts()]
    with pytest.raises(InputError, match=r"true: expected as many frames as predicted \(4\)"):
        draw_recording(body, tmp_path / "b.png", true=standing(3))


def test_the_front_view_is_drawn_over_images(tmp_path):
    red = np.full((60, 80, 3), (200, 30, 30), np.uint8)
    options = PictureOptions(count=1, views=("front",), dpi=60)
    draw_recording(
        standing(), tmp_path / "a.png", options, images=lambda _: red, image_size=(800, 600)
    )
    with Image.open(tmp_path / "a.png") as image:
        pixels = np.array(image.convert("RGB")).astype(int)
    assert (np.abs(pixels - (200, 30, 30)).max(-1) < 5).mean() > 0.4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"frames": (1,), "count": 2}, "count: expected `frames` or `count`, found both"),
        ({"count": 0}, "count: expected 1 to 12 frames, found 0"),
        ({"frames": tuple(range(13))}, "frames: expected 1 to 12 frames, found 13"),
        ({"dpi": 5}, "dpi: expected a number of at least 20, found 5"),
        ({"views": ("back",)}, "views: expected one or more of .* found 'back'"),
        ({"theme": "blue"}, "theme: expected one of light, dark"),
    ],
)
def test_wrong_options_are_one_line(arguments, message):
    with pytest.raises(InputError, match=message) as error:
        PictureOptions(**arguments)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("body", "name", "options", "message"),
    [
        (standing().with_depth(None), "a.png", {}, "recording: expected a recording with depth"),
        (Recording(np.empty((0, 26, 2)), depth=np.empty((0, 26))), "a.png", {}, "with depth"),
        (standing(), "a.doc", {}, r"expected a name that ends in .* found '.doc'"),
        (standing(), "a.png", {"frames": (4,)}, "frames: expected .* from -4 to 3, found 4"),
        (standing(), "a.gif", {"frames": (1,)}, "frames: expected none for .gif"),
        (standing(), "a.mp4", {"count": 2}, "count: expected none for .mp4"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(body, name, options, message, tmp_path):
    with pytest.raises(InputError, match=message) as error:
        draw_recording(body, tmp_path / name, PictureOptions(**options))
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())
