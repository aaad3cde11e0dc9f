import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from drawn_recordings import drawn, recording, shapes_of, standing
from matplotlib.figure import Figure
from PIL import Image

from signlift.core.hands import HAND_NAMES
from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, MEDIAPIPE75, PANOPTIC67, SKELETONS, Skeleton
from signlift.errors import InputError
from signlift.visualization import VIEWS, plot_3D_skeleton
from signlift.visualization.style import (
    IMAGE_SUFFIXES,
    SIDE_COLOURS,
)
from signlift.visualization.theme import LIGHT


def test_an_image_shows_the_colours_of_the_sides(tmp_path):
    path = tmp_path / "new" / "a.png"
    assert isinstance(plot_3D_skeleton(recording(), path, dpi=60), Figure)
    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB"))
    assert (pixels[0, 0] == 255).all()
    for colour in (SIDE_COLOURS["left"], SIDE_COLOURS["right"], LIGHT.head):
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
    assert any(text.get_text().startswith("frame 5  ·  0.20 s") for text in figure.texts)


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
def test_every_skeleton_has_trunk_arms_and_head(skeleton):
    figure = drawn(recording(2, skeleton), views=VIEWS)
    for drawing in figure.drawings:
        colours = Counter(colour for _, colour in shapes_of(drawing))
        assert colours["trunk"] == 1
        assert colours["left"] == colours["right"] >= 5
        assert len(drawing.body.head.get_paths()) == 1


@pytest.mark.parametrize("skeleton", [COCO17, MEDIAPIPE75], ids=lambda s: s.name)
def test_shoulders_are_connected_without_a_neck(skeleton):
    body = standing(skeleton=skeleton)
    (front,) = drawn(body, views=("front",)).drawings
    left, right = (body.points[0, skeleton.index(name)] for name in ("LShoulder", "RShoulder"))
    boxes = [(shape.min(0), shape.max(0)) for shape, _ in shapes_of(front)]
    halves = [(low, high) for low, high in boxes if low[1] < left[1] < high[1] < left[1] + 10]
    assert len(halves) == 2
    assert min(low[0] for low, _ in halves) < right[0]
    assert max(high[0] for _, high in halves) > left[0]


def test_a_hand_is_drawn_at_its_forearm_even_if_the_wrist_of_the_body_is_missing():
    skeleton = MEDIAPIPE75
    body = standing(skeleton=skeleton)
    points = body.points.astype(float)
    wrist = points[:, skeleton.index("LWrist")].copy()
    for number, name in enumerate(HAND_NAMES):
        points[:, skeleton.index("L" + name)] = wrist + np.array(
            [number % 5, -2 * (number % 7), -number]
        )
    points[:, skeleton.index("LWrist")] = np.nan
    body = Recording(points[..., :2], skeleton, depth=points[..., 2])
    (front,) = drawn(body, views=("front",)).drawings
    colours = Counter(colour for _, colour in shapes_of(front))
    # On the right, collar, upper arm, forearm, thigh, shank and heel; 20 bones and a palm more.
    assert colours["left"] == colours["right"] + 21 + 1
    elbow = body.points[0, skeleton.index("LElbow")]
    boxes = [(shape.min(0), shape.max(0)) for shape, _ in shapes_of(front)]
    assert any(
        (low <= np.minimum(elbow[:2], wrist[0, :2])).all()
        and (np.maximum(elbow[:2], wrist[0, :2]) <= high).all()
        for low, high in boxes
    )


def test_a_custom_skeleton_is_drawn_bone_by_bone():
    arms = Skeleton("arms", ("LShoulder", "RShoulder"), (("LShoulder", "RShoulder"),))
    tail = Skeleton("tail", ("Root", "Tip", "LFin", "RFin"), (("Root", "Tip"), ("Tip", "LFin")))
    (front,) = drawn(recording(1, tail), views=("front",)).drawings
    assert len(front.body.near.get_paths()) == 3 * 2
    (front,) = drawn(recording(1, arms), views=("front",)).drawings
    assert Counter(colour for _, colour in shapes_of(front)) == {"left": 1, "right": 1}


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
