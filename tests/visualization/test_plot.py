import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from signlift.errors import InputError
from signlift.recording import Recording
from signlift.skeleton import COCO17, PANOPTIC26, PANOPTIC67, SKELETONS, Skeleton
from signlift.visualization import VIEWS, plot_3D_skeleton
from signlift.visualization.canvas import SkeletonFigure
from signlift.visualization.plot import _scene
from signlift.visualization.style import (
    IMAGE_SUFFIXES,
    SIDE_COLOURS,
    bone_side,
    drawn_keypoints,
    keypoint_weight,
)


def recording(frames=6, on=PANOPTIC26, seed=0, **fields):
    rng = np.random.default_rng(seed)
    points = rng.uniform(100, 500, (1, len(on), 3)) + rng.normal(0, 4, (frames, len(on), 3))
    return Recording(points[..., :2], on, depth=points[..., 2] - 300, **fields)


def drawn(body, frame=0, *, true=None, views=("front", "side"), show_input=None):
    figure = SkeletonFigure(_scene(body, true, None, views, show_input, None), 50)
    figure.show(frame)
    return figure


def bones_of(drawing):
    """The bones in a panel: the gap that each one lays comes before it."""
    return [path.vertices for path in drawing.bones.get_paths()[1::2]]


def test_a_picture_has_something_on_it(tmp_path):
    path = plot_3D_skeleton(recording(), tmp_path / "new" / "a.png", dpi=60)
    assert path == tmp_path / "new" / "a.png"
    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB"))
    assert (pixels[0, 0] == 255).all()
    for colour in SIDE_COLOURS.values():
        rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(pixels.astype(int) - rgb).max(-1) < 12).sum() > 20
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
def test_every_suffix_of_pictures(tmp_path, suffix):
    path = plot_3D_skeleton(recording(1), tmp_path / f"a{suffix.upper()}", dpi=30)
    assert path.stat().st_size > 500


def test_without_a_path_the_figure_comes_back():
    figure = plot_3D_skeleton(recording(fps=25), frame=-1)
    assert isinstance(figure, Figure)
    texts = [text.get_text() for text in figure.texts]
    assert "frame 6 of 6  ·  0.20 s" in texts


def test_true_and_predicted_stand_beside_each_other_under_one_scale():
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


@pytest.mark.parametrize("views", [("front",), ("side", "front"), VIEWS])
def test_an_inch_is_as_long_in_all_panels_and_y_goes_down(views):
    figure = drawn(recording(), views=views, show_input=True)
    size = figure.figure.get_size_inches()
    scales = []
    for drawing in figure.drawings:
        width, height = drawing.axes.get_position().size * size
        (left, right), (bottom, top) = drawing.axes.get_xlim(), drawing.axes.get_ylim()
        assert right > left
        assert bottom > top
        assert drawing.axes.get_aspect() == 1
        scales += [width / (right - left), height / (bottom - top)]
    assert scales == pytest.approx([scales[0]] * len(scales), rel=1e-3)


def test_panels_do_not_overlap_and_stay_on_the_page():
    wide = recording(frames=40)
    keypoints = wide.keypoints + np.linspace(0, 4000, 40)[:, None, None] * [1, 0]
    wide = replace(wide, keypoints=keypoints)
    for body in (recording(), wide):
        figure = drawn(body, true=body, views=VIEWS)
        boxes = [drawing.axes.get_position() for drawing in figure.drawings]
        for number, box in enumerate(boxes):
            assert 0 <= box.x0 < box.x1 <= 1
            assert 0 <= box.y0 < box.y1 <= 1
            for other in boxes[number + 1 :]:
                assert not box.overlaps(other)
        assert figure.figure.get_size_inches()[0] <= 12.1


def test_bones_lie_between_their_keypoints():
    body = recording()
    front, side = drawn(body, 2).drawings
    expected = {tuple(map(tuple, body.keypoints[2][bone])) for bone in PANOPTIC26.bone_index}
    assert {tuple(map(tuple, ends)) for ends in bones_of(front)} == expected
    seen = np.stack([body.depth[2], body.keypoints[2, :, 1]], -1)
    expected = {tuple(map(tuple, seen[bone])) for bone in PANOPTIC26.bone_index}
    assert {tuple(map(tuple, ends)) for ends in bones_of(side)} == expected


def test_near_bones_are_drawn_over_far_ones():
    body = recording()
    front = drawn(body, 2).drawings[0]
    depth = {tuple(xy): z for xy, z in zip(body.keypoints[2], body.depth[2], strict=True)}
    order = [np.mean([depth[tuple(end)] for end in ends]) for ends in bones_of(front)]
    assert order == sorted(order, reverse=True)


def test_a_missing_keypoint_takes_its_bones_with_it():
    body = recording()
    keypoints = body.keypoints.copy()
    neck = PANOPTIC26.index("Neck")
    keypoints[3, neck] = np.nan
    body = replace(body, keypoints=keypoints)
    figure = drawn(body, 3, views=VIEWS)
    touching = sum("Neck" in bone for bone in PANOPTIC26.bones)
    for drawing in figure.drawings:
        assert len(bones_of(drawing)) == len(PANOPTIC26.bones) - touching
        assert len(drawing.dots.get_offsets()) == 24
        assert not np.isnan(np.array(bones_of(drawing))).any()
    figure.show(2)
    assert len(bones_of(figure.drawings[0])) == len(PANOPTIC26.bones)


def test_without_depth_a_keypoint_stands_in_the_2d_input_only():
    body = recording()
    depth = body.depth.copy()
    depth[:, 4] = np.nan
    flat, front, side = drawn(body.with_depth(depth), show_input=True).drawings
    assert len(flat.dots.get_offsets()) == 25
    assert len(front.dots.get_offsets()) == len(side.dots.get_offsets()) == 24


def test_the_26th_keypoint_is_not_drawn_and_does_not_move_the_limits():
    body = recording()
    keypoints, depth = body.keypoints.copy(), body.depth.copy()
    keypoints[:, 25], depth[:, 25] = 2000, 2000
    figure = drawn(replace(body, keypoints=keypoints, depth=depth))
    assert len(figure.drawings[0].dots.get_offsets()) == 25
    assert figure.drawings[0].axes.get_xlim() == drawn(body).drawings[0].axes.get_xlim()
    assert len(drawn_keypoints(PANOPTIC26)) == 25


def test_colours_tell_the_sides_apart():
    front = drawn(recording()).drawings[0]
    bones = [to_hex(colour) for colour in front.bones.get_colors()[1::2]]
    dots = [to_hex(colour) for colour in front.dots.get_facecolors()]
    for side, colour in SIDE_COLOURS.items():
        colour = colour.lower()
        assert bones.count(colour) == sum(bone_side(b) == side for b in PANOPTIC26.bones)
        assert dots.count(colour) == PANOPTIC26.sides[:25].count(side)
    legend = front.axes.figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["left", "right", "middle"]


def test_a_bone_from_side_to_side_lies_in_the_middle():
    assert bone_side(("LHip", "RHip")) == "middle"
    assert bone_side(("Neck", "LShoulder")) == "left"
    assert bone_side(("RElbow", "RHand")) == "right"


def test_fingers_are_finer_than_arms():
    assert keypoint_weight("LIndex2") < keypoint_weight("LEye") < keypoint_weight("LElbow")


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


@pytest.mark.parametrize("views", [("front",), ("side",), VIEWS])
def test_a_frame_without_any_keypoint_is_a_panel_with_a_note(views):
    body = recording(3)
    keypoints = body.keypoints.copy()
    keypoints[1] = np.nan
    figure = drawn(replace(body, keypoints=keypoints), 1, views=views)
    for drawing in figure.drawings:
        assert not bones_of(drawing)
        assert not len(drawing.dots.get_offsets())
    notes = [drawing.note.get_text() for drawing in figure.drawings]
    assert notes == ["no keypoint\nobserved"] + [""] * (len(views) - 1)
    figure.show(0)
    assert not any(drawing.note.get_text() for drawing in figure.drawings)
    plot_3D_skeleton(np.full((26, 3), np.nan), views=views)


def test_a_frame_without_any_depth_says_so_beside_its_2d_input():
    body = recording(3)
    depth = body.depth.copy()
    depth[1] = np.nan
    figure = drawn(body.with_depth(depth), 1, true=body)
    notes = [drawing.note.get_text() for drawing in figure.drawings]
    assert notes == ["", "", "", "no depth\nknown", ""]


def test_the_note_of_an_empty_frame_is_gone_from_the_next_frame_of_a_clip():
    body = recording(2)
    keypoints = body.keypoints.copy()
    keypoints[1] = np.nan
    figure = SkeletonFigure(
        _scene(replace(body, keypoints=keypoints), None, None, ("front",), None, None), 60
    )
    full, empty, again = (figure.pixels(frame).copy() for frame in (0, 1, 0))
    assert (full == again).all()
    middle = empty[empty.shape[0] // 3 : 2 * empty.shape[0] // 3]
    assert (middle[..., :3].min(-1) < 180).any()


def test_the_side_view_says_where_depth_is_0():
    front, side = drawn(recording()).drawings
    (label,) = [text for text in side.axes.texts if text.get_text() == "0"]
    assert label.xy == (0, side.axes.get_ylim()[0])
    side.axes.figure.canvas.draw()
    box, inside = label.get_window_extent(), side.axes.bbox
    assert inside.x0 < box.x0 < box.x1 < inside.x1
    assert inside.y0 < box.y0 < box.y1 < inside.y1
    assert not [text for text in front.axes.texts if text.get_text() == "0"]
    away = recording().with_depth(recording().depth + 5000)
    assert "0" not in [text.get_text() for text in drawn(away).drawings[1].axes.texts]


def test_the_2d_input_stands_beside_the_upper_of_two_rows():
    wide = recording(frames=40)
    wide = replace(
        wide, keypoints=wide.keypoints + np.linspace(0, 4000, 40)[:, None, None] * [1, 0]
    )
    flat, true, predicted = (
        drawing.axes.get_position() for drawing in drawn(wide, true=wide, views=("front",)).drawings
    )
    assert true.y0 > predicted.y1
    assert (flat.y0, flat.y1) == pytest.approx((true.y0, true.y1))


def test_what_was_given_is_left_alone():
    body = recording()
    before = body.keypoints.copy(), body.depth.copy()
    plot_3D_skeleton(body, true=body, views=VIEWS)
    assert (body.keypoints == before[0]).all()
    assert (body.depth == before[1]).all()


def test_drawing_by_copying_gives_the_same_pixels_as_drawing_anew():
    body = recording()
    scene = _scene(body, body, None, VIEWS, None, None)
    clip = SkeletonFigure(scene, 60)
    for frame in (0, 3, 5):
        copied = clip.pixels(frame).astype(int)
    anew = SkeletonFigure(scene, 60)
    anew.show(5).canvas.draw()
    assert np.abs(copied - np.asarray(anew.figure.canvas.buffer_rgba())).max() <= 2
    assert copied.shape[0] % 2 == copied.shape[1] % 2 == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"body": np.zeros((4, 25, 3))}, r"body: expected shape \[T, 26, 3\] or .* \[4, 25, 3\]"),
        ({"body": np.zeros((4, 26, 2))}, r"found \[4, 26, 2\]"),
        ({"body": np.zeros((2, 4, 26, 3))}, r"found \[2, 4, 26, 3\]"),
        ({"body": np.zeros(3)}, r"found \[3\]"),
        ({"body": np.zeros((0, 26, 3))}, "body: expected at least one frame, found none"),
        ({"body": np.full((1, 26, 3), np.inf)}, "infinity"),
        ({"body": np.array([[["a"] * 3] * 26])}, "finite numbers or NaN, found dtype"),
        ({"body": recording(0)}, "at least one frame"),
        ({"body": recording().with_depth(None)}, "expected a recording with depth"),
        ({"skeleton": "coco17"}, "expected skeleton coco17, found panoptic26"),
        ({"skeleton": "octopus"}, "skeleton: expected one of .*octopus"),
        ({"true": recording(5)}, r"true: expected as many frames as predicted \(6\), found 5"),
        ({"true": recording(on=PANOPTIC67)}, "true .* found panoptic67"),
        ({"views": ("front", "back")}, "views: expected one or more of .* found 'back'"),
        ({"views": "front"}, "views: expected .* found 'front'"),
        ({"views": ()}, "views: expected .* found none"),
        ({"frame": 6}, "frame: expected .* found 6"),
        ({"frame": -7}, "frame: expected .* found -7"),
        ({"fps": 0}, "fps: expected a number above 0, found 0"),
        ({"frame": 1.5}, "frame: expected a whole number below 6, found 1.5"),
        ({"dpi": -1}, "dpi: expected a number of at least 20, found -1"),
        ({"dpi": 19}, "dpi: expected a number of at least 20, found 19"),
        ({"path": "a.docx"}, r"a.docx: expected a name that ends in .* found '.docx'"),
        ({"path": "a"}, "a: expected .* found no suffix"),
        ({"path": "a.gif", "frame": 2}, "frame: expected none for a clip"),
    ],
)
def test_wrong_input_is_said_in_one_line(arguments, message, tmp_path, monkeypatch):
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
