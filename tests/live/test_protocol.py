import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import COCO17
from signlift.errors import InputError
from signlift.live.live_frame import LiveFrame
from signlift.live.messages import MAX_BYTES, format_message, parse_message, to_json_numbers
from signlift.live.protocol import (
    VERSION,
    Hello,
    error_message,
    frame_message,
    hello_message,
    message_type,
    parse_hello,
)


def lines_of(message):
    with pytest.raises(InputError) as caught:
        parse_hello(message)
    return list(caught.value.problems)


@given(arrays.arrays(np.float32, 20, elements=st.floats(width=32)))
def test_numbers_come_back_as_they_were_and_others_become_null(values):
    numbers = json.loads(format_message({"x": to_json_numbers(values)}))["x"]
    back = np.array([np.nan if number is None else number for number in numbers], np.float32)
    np.testing.assert_array_equal(back, np.where(np.isfinite(values), values, np.nan))


@pytest.mark.parametrize("mark", [10**40, "\ud800", 0.5, "frame 7"])
def test_every_id_comes_back(mark):
    assert json.loads(format_message({"id": mark})) == {"id": mark}


def test_arrays_of_rows_become_lists_of_lists():
    assert to_json_numbers(np.array([[1, np.nan], [2, 3.5]])) == [[1, None], [2, 3.5]]


def test_a_hello_holds_skeleton_rate_size_unit_and_smallest_confidence():
    hello = parse_hello(
        {
            "type": "hello",
            "version": 1,
            "skeleton": "coco17",
            "fps": 25,
            "size": [640, 480],
            "unit": "fraction",
            "min_confidence": 0.1,
            "camera": "a field of a later version",
        }
    )
    assert hello == Hello(COCO17, 25.0, (640.0, 480.0), "fraction", 0.1)


def test_a_hello_without_fields_takes_those_of_the_command_line():
    defaults = Hello(COCO17, 50.0, (640.0, 480.0))
    assert parse_hello({}, defaults) == defaults
    assert parse_hello({"fps": 25}, defaults).fps == 25
    assert parse_hello({"skeleton": "openpose25"}, defaults).skeleton.name == "openpose25"


def test_a_newer_version_is_refused_in_one_line():
    line = (
        "hello: version: expected version 1 of the messages or an earlier one (a newer signlift "
        "reads newer ones), found 2"
    )
    assert lines_of({"version": VERSION + 1, "skeleton": "coco17"}) == [line]
    assert lines_of({"version": "1"}) == [
        "hello: version: expected version 1 of the messages, found '1'"
    ]


def test_all_problems_of_a_hello_are_listed():
    wrong = {"skeleton": "smpl", "fps": -1, "size": [0, 5], "unit": "cm", "min_confidence": 2}
    lines = lines_of(wrong)
    assert [line.split(":")[1] for line in lines] == [
        " skeleton",
        " fps",
        " size",
        " unit",
        " min_confidence",
    ]
    assert all("expected" in line and "found" in line for line in lines)
    assert lines_of({}) == [
        "hello: skeleton: expected the name of a skeleton, such as coco17, found none"
    ]
    assert lines_of({"skeleton": "coco17", "unit": "fraction"}) == [
        "hello: size: expected the size of the image, as x and y are fractions of it, found none"
    ]


def test_messages_are_told_apart_by_their_type_or_their_fields():
    assert message_type({"type": "hello"}) == "hello"
    assert message_type({"version": 1}) == "hello"
    assert message_type({"keypoints": [], "fps": 3}) == "frame"
    assert message_type({"people": []}) == message_type({}) == "frame"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "an empty file"),
        ("[1]", "list"),
        ("null", "null"),
        ('{"x": ', "damaged JSON"),
        (b"\xff\xfe\xfa", ""),
        ("[" * 100000, "nested"),
        ('"' + "x" * MAX_BYTES + '"', "bytes"),
    ],
)
def test_damaged_messages_give_one_line(text, found):
    with pytest.raises(InputError) as caught:
        parse_message(text, "line 7")
    (line,) = caught.value.problems
    assert line.startswith("line 7: expected") and found in line


def test_a_lifted_frame_becomes_a_line_of_json():
    frame = LiveFrame(
        4,
        0.25,
        np.array([[1, 2], [np.nan, np.nan]], np.float32),
        np.array([0.5, 0], np.float32),
        None,
        np.array([0.5, -1.5], np.float32),
        np.array([0.1, 0.2], np.float32),
        BodyProportions(torso=50.0, uncertainties={"torso": 0.05}),
        0.5,
        False,
        0.0012,
        id=17,
    )
    assert json.loads(format_message(frame_message(frame))) == {
        "type": "frame",
        "frame": 4,
        "time": 0.25,
        "x": [1, None],
        "y": [2, None],
        "confidence": [0.5, 0],
        "z": [0.5, -1.5],
        "uncertainty": [0.1, 0.2],
        "proportions": {"torso": 50.0, "uncertainties": {"torso": 0.05}},
        "settling": 0.5,
        "settled": False,
        "latency_ms": 1.2,
        "id": 17,
    }


def test_the_answer_begins_with_what_the_frames_hold(shipped):
    from signlift.live.session import LiveSession

    message = hello_message(LiveSession(shipped, "coco17", 25, size=(640, 480)))
    assert message["version"] == VERSION and message["skeleton"] == "coco17"
    assert message["keypoints"] == list(COCO17.keypoints) and message["fps"] == 25
    assert message["bones"][0] == COCO17.bone_index[0].tolist()
    assert json.loads(format_message(message)) == message


def test_an_error_says_what_was_expected_and_what_was_found():
    error = InputError("line 3: expected JSON, found nothing")
    assert error_message(error, "line 3") == {
        "type": "error",
        "message": "line 3: expected JSON, found nothing",
        "where": "line 3",
    }
