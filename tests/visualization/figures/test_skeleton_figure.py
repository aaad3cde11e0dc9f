from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from drawn_recordings import completed, drawn, recording, shapes_of, standing
from matplotlib.lines import Line2D

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.visualization import VIEWS, plot_3D_skeleton
from signlift.visualization.figures.footer import COMPLETED_LABEL, UNCERTAINTY_LABEL
from signlift.visualization.figures.skeleton_figure import SkeletonFigure
from signlift.visualization.plot_skeleton import prepare_scene


def legend_of(figure):
    return [text.get_text() for text in figure.figure.legends[0].get_texts()]


@pytest.mark.parametrize("views", [("front",), ("side", "front"), VIEWS])
def test_all_panels_have_one_scale_and_y_down(views):
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


def test_the_body_fills_the_panel():
    """From the top of the head to the feet, and from hand to hand."""
    for body in (standing(), standing(skeleton=COCO17)):
        figure = drawn(body, views=("front",))
        (left, right), (bottom, top) = (
            figure.drawings[0].axes.get_xlim(),
            figure.drawings[0].axes.get_ylim(),
        )
        outlines = np.concatenate([shape for shape, _ in shapes_of(figure.drawings[0])])
        assert left < outlines[:, 0].min() < left + 0.35 * (right - left)
        head = figure.drawings[0].body.head.get_paths()[0].vertices
        assert np.ptp([head[:, 1].min(), outlines[:, 1].max()]) > 0.8 * (bottom - top)


def test_people_from_the_waist_up_fill_the_panel_although_their_hips_are_completed():
    hips = ("MidHip", "LHip", "RHip", "LKnee", "RKnee", "LAnkle", "RAnkle")
    toes = [side + toe for side in "LR" for toe in ("BigToe", "SmallToe", "Heel")]
    whole, upper = drawn(standing()), drawn(completed(standing(), *hips, *toes))
    (bottom, top), (lower, upper_end) = (
        figure.drawings[0].axes.get_ylim() for figure in (whole, upper)
    )
    assert lower - upper_end < 0.6 * (bottom - top)
    # The trunk is there, pale and cut off; legs that nobody has seen are not.
    colours = Counter(colour for _, colour in shapes_of(upper.drawings[0]))
    assert colours["pale trunk"] == 1
    assert colours["left"] == colours["right"] == 3
    assert not colours["pale left"]


def test_parts_lie_about_their_keypoints():
    body = standing()
    front, side = drawn(body, 2).drawings
    elbow, wrist = (body.points[2, PANOPTIC26.find(name)] for name in ("LElbow", "LWrist"))
    for drawing, axes in ((front, [0, 1]), (side, [2, 1])):
        ends = np.stack([elbow[axes], wrist[axes]])
        # 3.1 and 2 cm, at 2 px per cm.
        expected = [ends.min(0) - 6.2, ends.max(0) + 6.2]
        boxes = [(shape.min(0), shape.max(0)) for shape, _ in shapes_of(drawing)]
        assert any(np.abs(np.array(box) - expected).max() < 2.5 for box in boxes)


def test_each_side_has_its_colour():
    colours = Counter(colour for _, colour in shapes_of(drawn(standing()).drawings[0]))
    # Collar, upper arm, forearm, thigh, shank, heel and two toes.
    assert colours == {"left": 8, "right": 8, "trunk": 1}
    assert legend_of(drawn(standing())) == ["left", "right"]


def test_near_parts_are_drawn_over_far_ones():
    body = standing()
    side = drawn(body).drawings[1]
    order = [colour for _, colour in shapes_of(side)]
    # The camera is at the person's left.
    assert order.index("right") < order.index("trunk") < len(order) - 1 - order[::-1].index("left")
    assert "right" not in order[order.index("trunk") :]


def test_parts_of_a_missing_keypoint_are_not_drawn():
    body = standing()
    keypoints = body.keypoints.copy()
    keypoints[3, PANOPTIC26.index("LElbow")] = np.nan
    figure = drawn(replace(body, keypoints=keypoints), 3, views=VIEWS)
    for drawing in figure.drawings:
        assert len(shapes_of(drawing)) == 15
        assert not np.isnan(np.concatenate([shape for shape, _ in shapes_of(drawing)])).any()
    figure.show(2)
    assert len(shapes_of(figure.drawings[0])) == 17


def test_a_keypoint_without_depth_is_drawn_in_the_2d_input_only():
    body = standing()
    depth = body.depth.copy()
    depth[:, PANOPTIC26.index("LElbow")] = np.nan
    flat, front, side = drawn(body.with_depth(depth), show_input=True).drawings
    assert len(flat.body.scatter.get_offsets()) == 25
    assert len(shapes_of(front)) == len(shapes_of(side)) == 15


def test_the_26th_keypoint_is_not_drawn_and_does_not_move_the_limits():
    body = recording()
    keypoints, depth = body.keypoints.copy(), body.depth.copy()
    keypoints[:, 25], depth[:, 25] = 2000, 2000
    figure = drawn(replace(body, keypoints=keypoints, depth=depth))
    assert figure.drawings[0].axes.get_xlim() == drawn(body).drawings[0].axes.get_xlim()


@pytest.mark.parametrize("views", [("front",), ("side",), VIEWS])
def test_a_frame_without_keypoints_has_a_note(views):
    body = recording(3)
    keypoints = body.keypoints.copy()
    keypoints[1] = np.nan
    figure = drawn(replace(body, keypoints=keypoints), 1, views=views)
    for drawing in figure.drawings:
        assert not shapes_of(drawing)
        assert not len(drawing.body.head.get_paths())
    notes = [drawing.note.get_text() for drawing in figure.drawings]
    assert notes == ["no keypoint\nobserved"] + [""] * (len(views) - 1)
    figure.show(0)
    assert not any(drawing.note.get_text() for drawing in figure.drawings)
    plot_3D_skeleton(np.full((26, 3), np.nan), views=views)


def test_a_frame_without_depth_has_a_note_beside_its_2d_input():
    body = recording(3)
    depth = body.depth.copy()
    depth[1] = np.nan
    figure = drawn(body.with_depth(depth), 1, true=body)
    notes = [drawing.note.get_text() for drawing in figure.drawings]
    assert notes == ["", "", "", "no depth\nknown", ""]


def test_the_note_of_an_empty_frame_is_not_in_the_next_frame():
    body = recording(2)
    keypoints = body.keypoints.copy()
    keypoints[1] = np.nan
    figure = SkeletonFigure(prepare_scene(replace(body, keypoints=keypoints), views=("front",)), 60)
    full, empty, again = (figure.render(frame).copy() for frame in (0, 1, 0))
    assert (full == again).all()
    middle = empty[empty.shape[0] // 3 : 2 * empty.shape[0] // 3]
    assert (middle[..., :3].min(-1) < 180).any()


def test_the_side_view_marks_depth_0():
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


def test_the_2d_input_is_beside_the_upper_of_two_rows():
    wide = recording(frames=40)
    wide = replace(
        wide, keypoints=wide.keypoints + np.linspace(0, 4000, 40)[:, None, None] * [1, 0]
    )
    flat, true, predicted = (
        drawing.axes.get_position() for drawing in drawn(wide, true=wide, views=("front",)).drawings
    )
    assert true.y0 > predicted.y1
    assert (flat.y0, flat.y1) == pytest.approx((true.y0, true.y1))


def test_a_copied_background_gives_the_same_pixels_as_a_full_drawing():
    body = standing(6)
    scene = prepare_scene(body, body, views=VIEWS)
    animation = SkeletonFigure(scene, 60)
    for frame in (0, 3, 5):
        copied = animation.render(frame).astype(int)
    anew = SkeletonFigure(scene, 60)
    anew.show(5).canvas.draw()
    assert np.abs(copied - np.asarray(anew.figure.canvas.buffer_rgba())).max() <= 2
    assert copied.shape[0] % 2 == copied.shape[1] % 2 == 0


def test_completed_parts_are_pale_and_have_a_label():
    figure = drawn(completed(standing(), "LWrist"), show_input=True)
    flat, front, _ = figure.drawings
    colours = Counter(colour for _, colour in shapes_of(front))
    assert (colours["left"], colours["pale left"]) == (7, 1)
    assert COMPLETED_LABEL in legend_of(figure)
    # The input is what the detector gave.
    assert len(flat.body.scatter.get_offsets()) == 24
    assert COMPLETED_LABEL not in legend_of(drawn(standing(), show_input=True))


def test_the_uncertainty_is_a_band_along_the_depth_axis_of_the_side_view():
    body = standing()
    uncertain = body.with_depth(body.depth, np.full_like(body.depth, 20))
    figure = drawn(uncertain)
    front, side = figure.drawings
    assert not front.body.bands.get_paths()
    bands = [path.vertices for path in side.body.bands.get_paths()]
    assert len(bands) == 16
    forearm = body.points[0, [PANOPTIC26.find("LElbow"), PANOPTIC26.find("LWrist")], 2]
    expected = np.ptp(forearm) + 2 * 20 + 6.2 + 4.0
    assert min(abs(np.ptp(band[:, 0]) - expected) for band in bands) < 0.05 * expected
    assert UNCERTAINTY_LABEL in legend_of(figure)
    assert not drawn(body).drawings[1].body.bands.get_paths()


def test_the_scale_bar_is_true_and_says_what_it_assumes():
    figure = drawn(standing())
    (front, _), children = figure.drawings, figure.figure.get_children()
    (line,) = [child for child in children if isinstance(child, Line2D)]
    (left, right), width = front.axes.get_xlim(), np.ptp(line.get_xdata())
    (label,) = [text.get_text() for text in figure.figure.texts if " cm" in text.get_text()]
    length, assumed = label.split("  ·  ")
    inches = width * figure.figure.get_size_inches()[0]
    units = inches / front.box[2] * (right - left)
    assert units == pytest.approx(2 * float(length[:-3]), rel=1e-6)  # 2 px per cm
    assert assumed == "a torso of 50 cm assumed"
    known = drawn(replace(standing(), unit="cm"))
    assert not any("assumed" in text.get_text() for text in known.figure.texts)


def test_a_narrow_figure_has_its_legend_in_a_line_of_its_own():
    for views in (("front",), VIEWS):
        figure = drawn(standing(40, fps=25), 30, views=views, show_input=len(views) > 1)
        figure.figure.canvas.draw()
        texts = [text for text in figure.figure.texts if text.get_text()]
        boxes = [text.get_window_extent() for text in texts]
        boxes.append(figure.figure.legends[0].get_window_extent())
        for number, box in enumerate(boxes):
            assert 0 <= box.x0 < box.x1 <= figure.figure.bbox.x1
            assert not any(box.overlaps(other) for other in boxes[number + 1 :])
