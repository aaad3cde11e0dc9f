from dataclasses import replace

import numpy as np
import pytest
from drawn_recordings import bones_of, drawn, recording
from matplotlib.colors import to_rgba

from signlift.core.skeleton import PANOPTIC26
from signlift.visualization import VIEWS, plot_3D_skeleton
from signlift.visualization.plot_skeleton import prepare_scene
from signlift.visualization.skeleton_figure import COMPLETED_LABEL, SkeletonFigure
from signlift.visualization.style import PANEL, drawn_keypoints


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


def test_bones_of_a_missing_keypoint_are_not_drawn():
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


def test_a_keypoint_without_depth_is_drawn_in_the_2d_input_only():
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


@pytest.mark.parametrize("views", [("front",), ("side",), VIEWS])
def test_a_frame_without_keypoints_has_a_note(views):
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
    body = recording()
    scene = prepare_scene(body, body, views=VIEWS)
    animation = SkeletonFigure(scene, 60)
    for frame in (0, 3, 5):
        copied = animation.render(frame).astype(int)
    anew = SkeletonFigure(scene, 60)
    anew.show(5).canvas.draw()
    assert np.abs(copied - np.asarray(anew.figure.canvas.buffer_rgba())).max() <= 2
    assert copied.shape[0] % 2 == copied.shape[1] % 2 == 0


def test_completed_keypoints_of_the_2d_input_are_hollow_and_have_a_label():
    confidence = np.ones((6, 26))
    confidence[:, [3, 4]] = 0  # as Lifter.lift(complete=True) leaves them
    figure = drawn(recording(confidence=confidence), show_input=True)
    flat, front, _ = figure.drawings
    background = to_rgba(PANEL)
    faces = flat.dots.get_facecolors()
    assert [tuple(face) == background for face in faces].count(True) == 2
    assert not any(tuple(face) == background for face in front.dots.get_facecolors())
    hollow = [tuple(face) == background for face in faces]
    assert not any(tuple(edge) == background for edge in flat.dots.get_edgecolors()[hollow])
    (legend,) = figure.figure.legends
    assert [text.get_text() for text in legend.get_texts()][-1] == COMPLETED_LABEL
    (legend,) = drawn(recording(), show_input=True).figure.legends
    assert COMPLETED_LABEL not in [text.get_text() for text in legend.get_texts()]
