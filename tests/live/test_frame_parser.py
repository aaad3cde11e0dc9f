import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, MEDIAPIPE33, MEDIAPIPE75, MEDIAPIPE543, OPENPOSE25
from signlift.errors import InputError
from signlift.live.frame_parser import parse_frame
from signlift.live.protocol import Hello

RNG = np.random.default_rng(0)
FLAT = RNG.uniform(100, 300, (17, 2)).round(2)


def parse(message, hello=None):
    return parse_frame(message, hello or Hello(COCO17), "line 2")


def line_of(message, hello=None):
    with pytest.raises(InputError) as caught:
        parse(message, hello)
    (line,) = caught.value.problems
    assert line.startswith("line 2") and "expected" in line and "found" in line
    return line


def landmarks(count, seed, visibility=None):
    rng = np.random.default_rng(seed)
    values = rng.uniform(0.2, 0.8, (count, 3)).round(4)
    points = [dict(zip("xyz", row, strict=True)) for row in values.tolist()]
    for point in points:
        if visibility is not None:
            point["visibility"] = visibility
    return points, values


@pytest.mark.parametrize("flat", [False, True])
def test_keypoints_are_nested_or_flat_numbers(flat):
    keypoints = FLAT.ravel() if flat else FLAT
    frame = parse({"keypoints": keypoints.tolist(), "time": 1.5, "id": "a"})
    np.testing.assert_array_equal(frame.keypoints, FLAT.astype(np.float32))
    assert frame.confidence is None and frame.depth is None
    assert (frame.time, frame.id) == (1.5, "a")


def test_confidence_is_a_third_number_or_a_list():
    confidence = RNG.uniform(0.5, 1, 17)
    three = parse({"keypoints": np.column_stack([FLAT, confidence]).ravel().tolist()})
    beside = parse({"keypoints": FLAT.tolist(), "confidence": confidence.tolist()})
    np.testing.assert_array_equal(three.confidence, confidence.astype(np.float32))
    np.testing.assert_array_equal(beside.confidence, three.confidence)


def test_null_and_low_confidence_are_missing_by_the_rule_of_the_detector():
    keypoints = FLAT.tolist()
    keypoints[3] = None
    keypoints[4] = [None, None]
    confidence = [1.0] * 17
    confidence[5], confidence[6] = 0.0, 0.2
    message = {"keypoints": keypoints, "confidence": confidence}
    missing = np.isnan(parse(message).keypoints[:, 0])
    assert np.flatnonzero(missing).tolist() == [3, 4, 5, 6]
    lenient = parse(message, Hello(COCO17, min_confidence=0.1))
    assert np.flatnonzero(np.isnan(lenient.keypoints[:, 0])).tolist() == [3, 4, 5]


def test_keypoints_far_outside_the_image_are_missing_for_detectors_that_guess_them():
    keypoints = FLAT.copy()
    keypoints[16] = (200, 900)
    hello = Hello(COCO17, size=(400, 400))
    assert np.isnan(parse({"keypoints": keypoints.tolist()}, hello).keypoints[16]).all()


def test_fractions_are_converted_by_the_size_of_the_image():
    hello = Hello(COCO17, size=(400, 200), unit="fraction")
    message = {"keypoints": (FLAT / [400, 400]).tolist(), "z": [0.5] * 17}
    frame = parse(message, hello)
    np.testing.assert_allclose(frame.keypoints, FLAT * [1, 0.5], rtol=1e-6)
    np.testing.assert_allclose(frame.depth, 200)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"time": 0.2},
        {"keypoints": None},
        {"keypoints": []},
        {"people": []},
        {"keypoints": [None] * 17},
    ],
)
def test_a_frame_may_hold_nobody(message):
    assert np.isnan(parse(message).keypoints).all()


def test_parts_are_those_of_mediapipe():
    body, at_body = landmarks(33, 0, visibility=0.9)
    left, at_left = landmarks(21, 1)
    face, at_face = landmarks(468, 2)
    hello = Hello(MEDIAPIPE543, size=(1000, 500))
    message = {"body": body, "left_hand": left, "right_hand": None, "face": face}
    frame = parse(message, hello)
    expected = np.concatenate([at_body, at_face, at_left, np.full((21, 3), np.nan)])
    np.testing.assert_allclose(frame.keypoints, expected[:, :2] * [1000, 500], rtol=1e-6)
    np.testing.assert_allclose(frame.depth, expected[:, 2] * 1000, rtol=1e-6)
    np.testing.assert_allclose(frame.confidence[:33], 0.9, rtol=1e-6)
    assert (frame.confidence[33 : 33 + 468] == 1).all() and (frame.confidence[-21:] == 0).all()


def test_parts_may_be_flat_lists_and_a_skeleton_without_a_face_leaves_it_out():
    body, at_body = landmarks(33, 0, visibility=0.9)
    left, at_left = landmarks(21, 1)
    right, at_right = landmarks(21, 2)
    hello = Hello(MEDIAPIPE75, size=(1000, 500))
    nested = parse({"body": body, "left_hand": left, "right_hand": right}, hello)
    flat = {
        "body": np.column_stack([at_body, np.full(33, 0.9)]).ravel().tolist(),
        "left_hand": at_left.ravel().tolist(),
        "right_hand": at_right.ravel().tolist(),
        "face": [0.5] * (478 * 3),
    }
    frame = parse(flat, hello)
    np.testing.assert_allclose(frame.keypoints, nested.keypoints, rtol=1e-6)
    np.testing.assert_allclose(frame.depth, nested.depth, rtol=1e-6)
    np.testing.assert_allclose(frame.confidence, nested.confidence, rtol=1e-6)


def test_frames_in_the_forms_of_detectors_are_read_as_in_files():
    numbers = RNG.uniform(100, 300, (25, 3)).round(1)
    numbers[:, 2] = 0.8
    openpose = {"version": 1.3, "people": [{"pose_keypoints_2d": numbers.ravel().tolist()}]}
    frame = parse(openpose, Hello(OPENPOSE25))
    np.testing.assert_allclose(frame.keypoints, numbers[:, :2], rtol=1e-6)
    body, places = landmarks(33, 3, visibility=0.9)
    frame = parse({"pose_landmarks": body}, Hello(MEDIAPIPE33, size=(640, 480)))
    np.testing.assert_allclose(frame.keypoints, places[:, :2] * [640, 480], rtol=1e-6)
    np.testing.assert_allclose(frame.depth, places[:, 2] * 640, rtol=1e-6)
    on_hands = parse({"pose_landmarks": body}, Hello(MEDIAPIPE75, size=(640, 480)))
    np.testing.assert_array_equal(on_hands.keypoints[:33], frame.keypoints)


def test_of_several_people_the_largest_is_lifted():
    small = {"keypoints": (FLAT / 3).tolist()}
    large = {"keypoints": FLAT.tolist()}
    frame = parse({"people": [small, large], "time": 0.5})
    np.testing.assert_array_equal(frame.keypoints, FLAT.astype(np.float32))
    assert frame.time == 0.5


def test_mistakes_give_one_line_each():
    assert "17 x 2 or 17 x 3 numbers (coco17), found 25 x 2" in line_of(
        {"keypoints": [[0, 0]] * 25}
    )
    assert "numbers" in line_of({"keypoints": "abc"})
    assert "numbers" in line_of({"keypoints": [[1, 2], [3]]})
    assert "finite" in line_of({"keypoints": [[1e300, 0]] * 17})
    assert "confidence: 17 numbers, found 3" in line_of(
        {"keypoints": FLAT.tolist(), "confidence": [1, 2, 3]}
    )
    assert "time: a number of seconds" in line_of({"keypoints": None, "time": "now"})
    assert "id: a string or a number, found a list" in line_of({"id": [1]})
    assert "MediaPipe" in line_of({"body": []})
    hello = Hello(MEDIAPIPE75, size=(640, 480))
    assert "33 landmarks, found 2" in line_of({"body": [[0, 0, 0], [0, 0, 0]]}, hello)
    assert "132 or 99 numbers, found 5" in line_of({"body": [1, 2, 3, 4, 5]}, hello)
    assert "a list of landmarks" in line_of({"body": "abc"}, hello)
    body, _ = landmarks(33, 0, 0.9)
    assert "size" in line_of({"body": body}, Hello(MEDIAPIPE75))
    assert "17 keypoints (coco17), found 25" in line_of(
        {"people": [{"pose_keypoints_2d": [100.0, 200.0, 0.5] * 25}]}
    )
    assert "2D keypoints" in line_of({"something": 5})


def test_small_numbers_are_fractions_as_in_files_or_need_the_size_of_the_image():
    message = {"keypoints": (FLAT / 400).tolist()}
    line = line_of(message)
    assert (
        'size` of the image in the hello, as x and y are fractions of it (or its unit "px"' in line
    )
    frame = parse(message, Hello(COCO17, size=(400, 200)))
    np.testing.assert_allclose(frame.keypoints, FLAT * [1, 0.5], rtol=1e-6)
    metres = parse(message, Hello(COCO17, unit="px"))
    np.testing.assert_allclose(metres.keypoints, FLAT / 400, rtol=1e-6)


def test_places_of_missing_keypoints_without_a_confidence_are_missing():
    keypoints = FLAT.copy()
    keypoints[[3, 9]] = 0
    frame = parse({"keypoints": keypoints.tolist()})
    assert np.flatnonzero(np.isnan(frame.keypoints[:, 0])).tolist() == [3, 9]


def test_confidence_in_per_cent_is_refused():
    message = {"keypoints": FLAT.tolist(), "confidence": [90.0] * 17}
    assert line_of(message) == "line 2: expected confidence from 0 to 1, found up to 90"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)
FIELDS = (
    "keypoints confidence z body left_hand face people time id x y pose_landmarks landmark "
    "pose_keypoints_2d instances type"
).split()


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), st.booleans())
def test_whatever_a_message_holds_it_is_a_frame_or_a_problem(message, mediapipe):
    skeleton = MEDIAPIPE75 if mediapipe else COCO17
    hello = Hello(skeleton, size=(640, 480))
    try:
        frame = parse(message, hello)
    except InputError as error:
        assert all("\n" not in line for line in error.problems)
    else:
        assert frame.keypoints.shape == (len(skeleton), 2)


@given(st.lists(st.floats(width=32) | st.none(), min_size=34, max_size=34))
def test_whatever_numbers_keypoints_are_they_are_finite_or_a_problem(numbers):
    try:
        frame = parse({"keypoints": numbers}, Hello(COCO17, unit="px"))
    except InputError:
        return
    assert not np.isinf(frame.keypoints).any()
