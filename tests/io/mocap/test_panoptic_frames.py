import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio import body_scene, hand_scene

from signlift.errors import InputError
from signlift.io.mocap.panoptic_frames import parse_bodies, parse_hands

RNG = np.random.default_rng(0)
JOINTS = RNG.uniform(-100, 100, (26, 4)) * [1, 1, 1, 0] + [0, 0, 0, 0.5]
HAND = RNG.uniform(-100, 100, (21, 4)) * [1, 1, 1, 0] + [0, 0, 0, 0.8]


def test_bodies():
    other = JOINTS.copy()
    other[3, 3] = -1
    frame = parse_bodies(body_scene({0: JOINTS, 7: other}, time=12.5), "a")
    assert list(frame.bodies) == [0, 7] and frame.milliseconds == 12.5
    np.testing.assert_allclose(frame.bodies[0], JOINTS, 1e-6)
    assert np.isnan(frame.bodies[7][3, :3]).all() and frame.bodies[7][3, 3] == 0


def test_nineteen_joints_are_the_first_of_twenty_six():
    body = parse_bodies(body_scene({0: JOINTS[:19]}, "joints19"), "a").bodies[0]
    np.testing.assert_allclose(body[:19], JOINTS[:19], 1e-6)
    assert np.isnan(body[19:]).all()


def test_no_person_and_two_of_one_id():
    assert parse_bodies(body_scene({}), "a") == ({}, None)
    twice = json.loads(body_scene({0: JOINTS}))
    twice["bodies"].append({"id": 0, "joints26": [1.0] * 104})
    np.testing.assert_allclose(
        parse_bodies(json.dumps(twice).encode(), "a").bodies[0], JOINTS, 1e-6
    )


def test_hands():
    lost = HAND.copy()
    lost[5] = [0, 0, 0, 0]
    lost[6, 3] = -1
    people = parse_hands(hand_scene({2: {"left_hand": HAND, "right_hand": lost}, 3: {}}), "a")
    np.testing.assert_allclose(people[2][1], HAND, 1e-6)
    assert np.isnan(people[2][0, :, 0]).nonzero()[0].tolist() == [5, 6]
    assert np.isnan(people[3]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "expected JSON, found an empty file"),
        (b"[]", "with a list of bodies, found other JSON"),
        (b'{"bodies": 3}', "with a list of bodies"),
        (b'{"bodies": [3]}', "bodies 0: expected an object with an id"),
        (b'{"bodies": [{"id": true}]}', "an object with an id"),
        (b'{"bodies": [{"id": 1, "joints15": []}]}', "joints26 or joints19, found joints15"),
        (b'{"bodies": [{"id": 1}]}', "joints26 or joints19, found neither"),
        (b'{"bodies": [{"id": 1, "joints19": [1, 2]}]}', "76 numbers in joints19, found 2"),
        (b'{"bodies": [{"id": 1, "joints19": ["x"]}]}', "joints19: numbers"),
        (b'{"bodies": [{"id": 1, "joints19": [1e999]}]}', "finite numbers"),
        (b'{"bodies":' + b"[" * 100_000, "nested too deeply"),
    ],
)
def test_invalid_bodies(text, message):
    with pytest.raises(InputError, match=message):
        parse_bodies(text, "a")


@pytest.mark.parametrize(
    ("hand", "message"),
    [
        (3, "an object left_hand"),
        ({"landmarks": [1.0] * 63}, "21 numbers in averageScore, found 0"),
        ({"landmarks": [1.0] * 60, "averageScore": [1.0] * 21}, "63 numbers in landmarks"),
    ],
)
def test_invalid_hands(hand, message):
    text = json.dumps({"people": [{"id": 0, "left_hand": hand}]}).encode()
    with pytest.raises(InputError, match=message):
        parse_hands(text, "a")


@settings(max_examples=30)
@given(data=st.data(), hands=st.booleans())
def test_damage_is_an_input_error(data, hands):
    text = bytearray(hand_scene({0: {"left_hand": HAND}}) if hands else body_scene({0: JOINTS}))
    for _ in range(data.draw(st.integers(1, 6))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    text = text[: data.draw(st.integers(0, len(text)))]
    try:
        parsed = parse_hands(bytes(text), "a") if hands else parse_bodies(bytes(text), "a")
    except InputError as error:
        assert "expected" in error.problems[0]
    else:
        assert isinstance(parsed, dict | tuple)
