import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from drawn_recordings import bones_of, drawn, recording
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from signlift.core.skeleton import COCO17, PANOPTIC67, SKELETONS, Skeleton
from signlift.errors import InputError
from signlift.visualization import VIEWS, plot_3D_skeleton
from signlift.visualization.style import (
    IMAGE_SUFFIXES,
    SIDE_COLOURS,
)


def test_an_image_shows_the_colours_of_the_sides(tmp_path):
    path = tmp_path / "new" / "a.png"
    assert isinstance(plot_3D_skeleton(recording(), path, dpi=60), Figure)
    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB"))
    assert (pixels[0, 0] == 255).all()
    for colour in SIDE_COLOURS.values():
        rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(pixels.astype(int) - rgb).max(-1) < 12).sum() > 20
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
def test_every_suffix_of_images(tmp_path, suffix):
    path = tmp_path / f"a{suffix.upper()}"
    plot_3D_skeleton(recording(1), path, dpi=30)
    assert path.stat().st_size > 500


def test_without_a_path_the_figure_is_returned():
    figure = plot_3D_skeleton(recording(fps=25), frame=-1)
    assert isinstance(figure, Figure)
    texts = [text.get_text() for text in figure.texts]
    assert "frame 6 of 6  ·  0.20 s" in texts


def test_true_and_predicted_share_one_scale():
    predicted = recording()
    true = predicted.with_depth(predicted.depth * 3)
    figure = drawn(predicted, true=true, views=VIEWS)
    titles = [text.get_text() for text in figure.figure.texts]
    assert [t for t in titles if t in ("2D input", "true", "predicted")] == [
        "2D input",
        "true",
        "predicted",
    ]
    panels = figure.scene.panels
    assert [panel.view for panel in panels] == ["front", *VIEWS, *VIEWS]
    axes = [drawing.axes for drawing in figure.drawings]
    for one, other in zip(axes[1:4], axes[4:], strict=True):
        assert one.get_xlim() == other.get_xlim()
        assert one.get_ylim() == other.get_ylim()
        assert one.get_position().size == pytest.approx(other.get_position().size)
    assert axes[0].get_xlim() == axes[1].get_xlim()
    # Depth is thrice as long in the true panel, and still fits.
    low, high = axes[2].get_xlim()
    assert low < true.depth[:, :25].min()
    assert true.depth[:, :25].max() < high


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda s: s.name)
def test_every_skeleton(skeleton):
    figure = drawn(recording(2, skeleton), views=VIEWS)
    for drawing in figure.drawings:
        assert len(bones_of(drawing)) == len(skeleton.bones) + ("Neck" not in skeleton.keypoints)


def test_a_skeleton_without_a_neck_gets_a_thin_line_from_the_shoulders_to_the_nose():
    body = recording(2, COCO17)
    left, right, nose = (COCO17.index(name) for name in ("LShoulder", "RShoulder", "Nose"))
    middle = body.points[1, [left, right]].mean(0)
    flat, front, side = drawn(body, 1, show_input=True).drawings
    for drawing, xy in ((flat, [0, 1]), (front, [0, 1]), (side, [2, 1])):
        ends = [middle[xy], body.points[1, nose][xy]]
        (number,) = [n for n, bone in enumerate(bones_of(drawing)) if np.allclose(bone, ends)]
        widths = drawing.bones.get_linewidths()[1::2]
        assert widths[number] < 0.7 * max(widths)
        if drawing is not flat:
            colour = to_hex(drawing.bones.get_colors()[1::2][number])
            assert colour == SIDE_COLOURS["middle"].lower()


@pytest.mark.parametrize("name", ["LShoulder", "RShoulder", "Nose"])
def test_without_an_end_there_is_no_neck_line(name):
    body = recording(2, COCO17)
    keypoints = body.keypoints.copy()
    keypoints[1, COCO17.index(name)] = np.nan
    figure = drawn(replace(body, keypoints=keypoints), 1, views=VIEWS)
    touching = sum(name in bone for bone in COCO17.bones)
    for drawing in figure.drawings:
        assert len(bones_of(drawing)) == len(COCO17.bones) - touching


def test_a_custom_skeleton_without_shoulders_or_nose_has_no_neck_line():
    arms = Skeleton("arms", ("LShoulder", "RShoulder"), (("LShoulder", "RShoulder"),))
    head = Skeleton("head", ("Nose", "LEye", "REye"), (("Nose", "LEye"), ("Nose", "REye")))
    for skeleton in (arms, head):
        (front,) = drawn(recording(1, skeleton), views=("front",)).drawings
        assert len(bones_of(front)) == len(skeleton.bones)


def test_arrays_of_one_and_of_many_frames():
    points = recording(3, COCO17).points
    for array, name in ((points, "coco"), (points[0], COCO17), (points.astype(float), COCO17)):
        assert isinstance(plot_3D_skeleton(array, skeleton=name), Figure)
    assert isinstance(plot_3D_skeleton(recording(1).points[0]), Figure)


def test_arguments_are_not_changed():
    body = recording()
    before = body.keypoints.copy(), body.depth.copy()
    plot_3D_skeleton(body, true=body, views=VIEWS)
    assert (body.keypoints == before[0]).all()
    assert (body.depth == before[1]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"body": np.zeros((4, 25, 3))}, r"body: expected shape \[T, 26, 3\] or .* \[4, 25, 3\]"),
        ({"body": np.zeros((4, 26, 2))}, r"found shape \[4, 26, 2\]"),
        ({"body": np.zeros((2, 4, 26, 3))}, r"found shape \[2, 4, 26, 3\]"),
        ({"body": np.zeros(3)}, r"found shape \[3\]"),
        ({"body": np.zeros((0, 26, 3))}, "body: expected at least one frame, found none"),
        ({"body": np.full((1, 26, 3), np.inf)}, "infinity"),
        ({"body": np.array([[["a"] * 3] * 26])}, "finite numbers or NaN, found dtype"),
        ({"body": recording(0)}, "at least one frame"),
        ({"body": recording().with_depth(None)}, "expected a recording with depth"),
        ({"skeleton": "coco17"}, "expected skeleton coco17, found panoptic26"),
        ({"skeleton": "octopus"}, "skeleton: expected one of .*octopus"),
        ({"true": recording(5)}, r"true: expected as many frames as predicted \(6\), found 5"),
        ({"true": recording(skeleton=PANOPTIC67)}, "true .* found panoptic67"),
        ({"views": ("front", "back")}, "views: expected one or more of .* found 'back'"),
        ({"views": "front"}, "views: expected .* found 'front'"),
        ({"views": ()}, "views: expected .* found none"),
        ({"frame": 6}, "frame: expected .* found 6"),
        ({"frame": -7}, "frame: expected a whole number from -6 to 5, found -7"),
        ({"fps": 0}, "fps: expected a number above 0, found 0"),
        ({"dpi": -1}, "dpi: expected a number of at least 20, found -1"),
        ({"dpi": 19}, "dpi: expected a number of at least 20, found 19"),
        ({"path": "a.docx"}, r"a.docx: expected a name that ends in .* found '.docx'"),
        ({"path": "a"}, "a: expected .* found no suffix"),
        ({"path": "a.gif", "frame": 2}, "frame: expected none for an animation"),
    ],
)
def test_wrong_input_is_one_line(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=message) as error:
        plot_3D_skeleton(**{"body": recording(), **arguments})
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_no_display_and_no_pyplot_are_needed(tmp_path):
    code = (
        "import sys, numpy as np\n"
        "from signlift.visualization import plot_3D_skeleton, plot_losses\n"
        "points = np.random.default_rng(0).normal(size=(3, 26, 3))\n"
        "for name in ('a.png', 'a.pdf', 'a.svg', 'a.gif'): plot_3D_skeleton(points, name, dpi=30)\n"
        "plot_losses([{'epoch': 1, 'train_loss': 1.0}], 'b.png')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    environment = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert {path.name for path in tmp_path.glob("*.*")} >= {"a.png", "a.pdf", "a.gif", "b.png"}
