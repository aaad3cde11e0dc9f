import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26, PANOPTIC67, SKELETONS
from signlift.errors import InputError
from signlift.geometry.canonical import canonical_rotation, rotate_skeleton, scale_axes

HIP, NECK, NOSE = (PANOPTIC26.index(name) for name in ("MidHip", "Neck", "Nose"))
HAND = PANOPTIC26.index("LHand")
seeds = st.integers(0, 2**32 - 1)


def bodies(*frames, on=PANOPTIC26, seed=0):
    return np.random.default_rng(seed).normal(size=(*frames, len(on), 3))


def body(hip=(0, 0, 0), neck=(0, 1, 0), nose=(0.5, 1.5, 0), dtype=np.float64):
    """One frame with these three points, and a hand at (1, 2, 3)."""
    points = np.zeros((26, 3), dtype)
    points[HIP], points[NECK], points[NOSE], points[HAND] = hip, neck, nose, (1, 2, 3)
    return points


def shortest_turn(source, target):
    axis = np.cross(source, target)
    angle = np.arctan2(np.linalg.norm(axis), source @ target)
    return Rotation.from_rotvec(axis / np.linalg.norm(axis) * angle)


def loop(frames, on):
    """Rotate as the original repository does: frame by frame, with two scipy rotations each."""
    out = np.empty(frames.shape)
    for number, frame in enumerate(frames.astype(np.float64)):
        hip, neck, nose = (on.point(frame, name) for name in ("MidHip", "Neck", "Nose"))
        first = shortest_turn(neck - hip, np.array([0.0, 1, 0]))
        face = first.apply(nose - neck) * [1, 0, 1]
        out[number] = shortest_turn(face, np.array([1.0, 0, 0])).apply(first.apply(frame - hip))
    return out


def distances(points):
    return np.linalg.norm(points[..., :, None, :] - points[..., None, :, :], axis=-1)


@pytest.mark.parametrize("on", SKELETONS, ids=lambda on: on.name)
def test_it_equals_two_scipy_rotations(on):
    frames = bodies(200, on=on)
    np.testing.assert_allclose(rotate_skeleton(frames, on), loop(frames, on), atol=1e-9)
    small = frames.astype(np.float32)
    np.testing.assert_allclose(rotate_skeleton(small, on), loop(small, on), atol=1e-6)


def test_rotated_bodies_of_known_numbers():
    # Filmed from the front, y down and z away: facing the camera, that is -z, becomes +x.
    points = body(hip=(10, 20, 5), neck=(10, 15, 5), nose=(10, 13, 3))
    points[HAND] = (12, 18, 4)  # to the right in the image, which is the person's left
    turned = rotate_skeleton(points, PANOPTIC26)
    np.testing.assert_allclose(turned[HIP], [0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(turned[NECK], [0, 5, 0], atol=1e-12)
    np.testing.assert_allclose(turned[NOSE], [2, 7, 0], atol=1e-12)
    np.testing.assert_allclose(turned[HAND], [1, 2, -2], atol=1e-12)
    expected = [[0, 0, -1], [0, -1, 0], [-1, 0, 0]]
    np.testing.assert_allclose(canonical_rotation(points, PANOPTIC26), expected, atol=1e-12)


def test_a_canonical_body_is_left_alone():
    points = body()
    np.testing.assert_array_equal(rotate_skeleton(points, PANOPTIC26), points)


def test_a_face_to_the_back_turns_by_180_degrees_about_y():
    turned = rotate_skeleton(body(nose=(-0.5, 1.5, 0)), PANOPTIC26)
    np.testing.assert_allclose(turned[NOSE], [0.5, 1.5, 0], atol=1e-12)
    np.testing.assert_allclose(turned[HAND], [-1, 2, -3], atol=1e-12)


def test_an_upside_down_trunk_turns_by_180_degrees():
    points = body(neck=(0, -1, 0), nose=(0.5, -1.5, 0))
    turned = rotate_skeleton(points, PANOPTIC26)
    np.testing.assert_allclose(turned[NECK], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(turned[NOSE], [0.5, 1.5, 0], atol=1e-12)
    np.testing.assert_allclose(turned[HAND], [1, -2, -3], atol=1e-12)


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("lean", [1e-3, 1e-7, 1e-9, 1e-12, 1e-30])
def test_it_is_accurate_where_the_trunk_is_almost_vertical(lean, way):
    points = body(neck=(lean, way, -lean), nose=(lean + 0.5, way * 1.5, -lean))
    rotation = canonical_rotation(points, PANOPTIC26)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-15)
    assert np.linalg.det(rotation) == pytest.approx(1, abs=1e-14)
    length = np.sqrt(1 + 2 * lean**2)
    turned = rotate_skeleton(points, PANOPTIC26)
    np.testing.assert_allclose(turned[NECK], [0, length, 0], atol=1e-15)
    # Facing x, the column leaning: the face is what is left of (0.5, way / 2, 0).
    up = np.array([lean, way, -lean]) / length
    nose = points[NOSE] - points[NECK]
    level = nose - nose @ up * up
    expected = [np.linalg.norm(level), length + nose @ up, 0]
    np.testing.assert_allclose(turned[NOSE], expected, atol=1e-15)
    # As the lean goes to nothing, so does what it changes.
    upright = rotate_skeleton(body(neck=(0, way, 0), nose=(0.5, way * 1.5, 0)), PANOPTIC26)
    np.testing.assert_allclose(turned, upright, atol=10 * lean + 1e-15)


@pytest.mark.parametrize("aside", [1e-3, 1e-7, 1e-10])
def test_it_is_accurate_where_the_face_is_almost_vertical(aside):
    turned = rotate_skeleton(body(nose=(0, 1.5, aside)), PANOPTIC26)
    np.testing.assert_allclose(turned[NOSE], [aside, 1.5, 0], atol=1e-15)
    np.testing.assert_allclose(turned[HAND], [3, 2, -1], atol=1e-12)


@pytest.mark.parametrize("aside", [1e-3, 1e-7, 1e-11])
def test_a_steep_face_over_a_leaning_column_still_gives_a_rotation(aside):
    neck = bodies(50)[:, 0]
    frames = np.stack([body(neck=each, nose=2 * each + [aside, 0, 0]) for each in neck])
    rotation = canonical_rotation(frames, PANOPTIC26)
    identity = np.broadcast_to(np.eye(3), (50, 3, 3))
    np.testing.assert_allclose(rotation @ rotation.swapaxes(-1, -2), identity, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_face_straight_above_the_neck_leaves_the_second_turn_out(dtype):
    turned = rotate_skeleton(body(nose=(0, 1.5, 0), dtype=dtype), PANOPTIC26)
    np.testing.assert_array_equal(turned[HAND], [1, 2, 3])
    neck = np.array([0.3, 0.4, -1.2])
    points = body(neck=neck, nose=neck * 1.7, dtype=dtype)
    only = shortest_turn(neck, np.array([0.0, 1, 0])).as_matrix()
    np.testing.assert_allclose(canonical_rotation(points, PANOPTIC26), only, atol=1e-6)
    upside_down = body(neck=(0, -1, 0), nose=(0, -1.5, 0), dtype=dtype)
    np.testing.assert_array_equal(rotate_skeleton(upside_down, PANOPTIC26)[HAND], [1, -2, -3])


@pytest.mark.parametrize("missing", [HIP, NECK, NOSE])
def test_a_frame_without_one_of_the_three_points_is_missing(missing):
    on = OPENPOSE25 if missing == NOSE else PANOPTIC26
    frames = bodies(3, on=on)
    gone = ["Nose"] if missing == NOSE else [PANOPTIC26.keypoints[missing], "LHip", "LShoulder"]
    frames[1, [on.index(name) for name in gone]] = np.nan
    turned = rotate_skeleton(frames, on)
    assert np.isnan(turned[1]).all()
    assert not np.isnan(turned[[0, 2]]).any()
    assert np.isnan(canonical_rotation(frames, on)[1]).all()


def test_a_trunk_without_length_gives_nan_without_a_warning():
    points = bodies(2)
    points[0, NECK] = points[0, HIP]
    with np.errstate(all="raise"):
        turned = rotate_skeleton(points, PANOPTIC26)
    assert np.isnan(turned[0]).all()
    assert not np.isnan(turned[1]).any()


def test_a_missing_keypoint_stays_missing_and_changes_no_other():
    frames = bodies(5)
    expected = rotate_skeleton(frames, PANOPTIC26)
    frames[2, HAND, 1] = frames[3, 25] = np.nan
    turned = rotate_skeleton(frames, PANOPTIC26)
    gone = np.zeros((5, 26), bool)
    gone[2, HAND] = gone[3, 25] = True
    assert np.isnan(turned[gone]).all()
    np.testing.assert_array_equal(turned[~gone], expected[~gone])


def test_shoulders_and_hips_stand_in_for_neck_and_midhip():
    frames = bodies(4)
    middles = {"Neck": ("LShoulder", "RShoulder"), "MidHip": ("LHip", "RHip")}
    for name, (left, right) in middles.items():
        left, right = PANOPTIC26.index(left), PANOPTIC26.index(right)
        frames[:, PANOPTIC26.index(name)] = (frames[:, left] + frames[:, right]) / 2
    expected = rotate_skeleton(frames, PANOPTIC26)
    frames[:, [NECK, HIP]] = np.nan
    turned = rotate_skeleton(frames, PANOPTIC26)
    assert np.isnan(turned[:, [NECK, HIP]]).all()
    others = np.setdiff1d(np.arange(26), [NECK, HIP])
    np.testing.assert_allclose(turned[:, others], expected[:, others], atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [(), (0,), (1,), (7,), (2, 3), (2, 0, 3)])
def test_shapes_and_types_of_rotated_bodies(lead, dtype):
    points = bodies(*lead, on=PANOPTIC67).astype(dtype)
    before = points.copy()
    turned = rotate_skeleton(points, PANOPTIC67)
    assert (turned.shape, turned.dtype) == (points.shape, dtype)
    rotation = canonical_rotation(points, PANOPTIC67)
    assert (rotation.shape, rotation.dtype) == ((*lead, 3, 3), dtype)
    np.testing.assert_array_equal(points, before)


def test_arrays_that_are_not_contiguous():
    frames = bodies(6)
    expected = rotate_skeleton(frames, PANOPTIC26)
    turned = rotate_skeleton(np.asfortranarray(frames)[::2], PANOPTIC26)
    np.testing.assert_allclose(turned, expected[::2], atol=1e-12)


def test_integers_are_accepted():
    assert rotate_skeleton(
        body().astype(np.int64) + np.eye(26, 3, dtype=int), PANOPTIC26
    ).dtype == (np.float64)


@pytest.mark.parametrize("call", [rotate_skeleton, canonical_rotation])
@pytest.mark.parametrize(
    ("points", "message"),
    [
        (
            np.zeros((4, 25, 3)),
            r"expected shape \[\.\.\., 26, 3\] \(panoptic26\), found shape \[4, 25, 3\]",
        ),
        (np.zeros((4, 26, 2)), r"found shape \[4, 26, 2\]"),
        (np.zeros(3), r"found shape \[3\]"),
        (np.zeros((26, 3), complex), "expected real numbers, found dtype complex128"),
    ],
)
def test_wrong_input_is_refused(call, points, message):
    with pytest.raises(InputError, match=message):
        call(points, PANOPTIC26)


@given(seeds)
def test_distances_and_handedness_are_kept(seed):
    frames = bodies(3, seed=seed)
    turned = rotate_skeleton(frames, PANOPTIC26)
    np.testing.assert_allclose(distances(turned), distances(frames), atol=1e-12)
    rotation = canonical_rotation(frames, PANOPTIC26)
    np.testing.assert_allclose(np.linalg.det(rotation), 1, atol=1e-12)
    centred = frames - frames[:, HIP, None]
    np.testing.assert_allclose(centred @ rotation.swapaxes(-1, -2), turned, atol=1e-12)


@given(seeds, st.floats(1e-3, 1e6))
def test_the_trunk_is_on_y_and_the_face_on_x(seed, size):
    turned = rotate_skeleton(bodies(3, on=COCO17, seed=seed) * size, COCO17) / size
    hip, neck, nose = (COCO17.point(turned, name) for name in ("MidHip", "Neck", "Nose"))
    np.testing.assert_allclose(hip, 0, atol=1e-12)
    np.testing.assert_allclose(neck[:, [0, 2]], 0, atol=1e-12)
    assert (neck[:, 1] > 0).all()
    np.testing.assert_allclose(nose[:, 2], 0, atol=1e-12)
    assert (nose[:, 0] >= 0).all()


@given(seeds)
def test_rotating_twice_is_rotating_once(seed):
    once = rotate_skeleton(bodies(3, seed=seed), PANOPTIC26)
    np.testing.assert_allclose(rotate_skeleton(once, PANOPTIC26), once, atol=1e-12)


@given(seeds)
def test_the_position_and_rotation_of_the_body_make_no_difference(seed):
    rng = np.random.default_rng(seed)
    frames = bodies(3, seed=seed)
    elsewhere = frames @ Rotation.random(random_state=rng).as_matrix().T + rng.normal(size=3) * 10
    np.testing.assert_allclose(
        rotate_skeleton(elsewhere, PANOPTIC26), rotate_skeleton(frames, PANOPTIC26), atol=1e-9
    )


def test_a_face_straight_above_is_recognised_for_any_rotation_of_the_body():
    upright = body(nose=(0, 1.5, 0))
    turns = Rotation.random(50, random_state=0).as_matrix()
    for dtype in (np.float32, np.float64):
        frames = (upright @ turns.swapaxes(-1, -2) + [300, 200, 900]).astype(dtype)
        neck = turns @ [0, 1, 0]
        only = [shortest_turn(each, np.array([0.0, 1, 0])).as_matrix() for each in neck]
        accuracy = 1e4 * np.finfo(dtype).eps
        np.testing.assert_allclose(canonical_rotation(frames, PANOPTIC26), only, atol=accuracy)


def test_scaled_bodies_of_known_numbers():
    points = np.zeros((2, 26, 3))
    points[0, NECK] = (3, 4, 12)  # the 12 is depth, which the length leaves out
    points[1, NECK], points[1, HIP] = (1, 0, 0), (1, 2, 0)
    points[:, 5] = (10, -5, 20)
    scaled = scale_axes(points, PANOPTIC26)
    np.testing.assert_allclose(scaled[0, NECK], [0.6, 0.8, 2.4])
    np.testing.assert_allclose(scaled[:, 5], [[2, -1, 4], [5, -2.5, 10]])


def test_scaling_equals_a_loop_over_frames():
    frames = bodies(20)
    for frame, scaled in zip(frames, scale_axes(frames, PANOPTIC26), strict=True):
        np.testing.assert_allclose(scaled, frame / np.linalg.norm((frame[NECK] - frame[HIP])[:2]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_trunk_that_is_missing_or_without_length_makes_its_frame_missing(dtype):
    frames = bodies(5).astype(dtype)
    frames[0, NECK, :2] = frames[0, HIP, :2]
    frames[1, [HIP, PANOPTIC26.index("LHip")]] = np.nan
    frames[2, HIP] = 0
    frames[2, NECK] = [np.finfo(dtype).smallest_subnormal, 0, 0]
    frames[3, NECK, 0] = np.inf
    with np.errstate(all="raise", under="ignore"):
        scaled = scale_axes(frames, PANOPTIC26)
    assert np.isnan(scaled[:4]).all()
    assert np.isfinite(scaled[4]).all()


def test_scaling_keeps_missing_keypoints_missing():
    frames = bodies(2)
    expected = scale_axes(frames, PANOPTIC26)
    frames[0, 7] = expected[0, 7] = np.nan
    np.testing.assert_array_equal(scale_axes(frames, PANOPTIC26), expected)


def test_scaling_a_skeleton_without_neck_and_midhip():
    scaled = scale_axes(bodies(4, on=COCO17), COCO17)
    column = COCO17.point(scaled, "Neck") - COCO17.point(scaled, "MidHip")
    np.testing.assert_allclose(np.linalg.norm(column[:, :2], axis=-1), 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [(), (0,), (1,), (2, 3)])
def test_shapes_and_types_of_scaled_bodies(lead, dtype):
    points = bodies(*lead).astype(dtype)
    scaled = scale_axes(points, PANOPTIC26)
    assert (scaled.shape, scaled.dtype) == (points.shape, dtype)


@pytest.mark.parametrize("shape", [(4, 25, 3), (4, 26, 2), (26,)])
def test_bodies_of_a_wrong_shape_are_not_scaled(shape):
    with pytest.raises(InputError, match=r"points: expected shape \[\.\.\., 26, 3\]"):
        scale_axes(np.zeros(shape), PANOPTIC26)


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e6))
def test_the_unit_makes_no_difference_to_scaling_and_scaling_twice_is_scaling_once(seed, unit):
    frames = bodies(3, seed=seed)
    scaled = scale_axes(frames, PANOPTIC26)
    np.testing.assert_allclose(scale_axes(frames * unit, PANOPTIC26), scaled, rtol=1e-9)
    np.testing.assert_allclose(scale_axes(scaled, PANOPTIC26), scaled, rtol=1e-12)
