import numpy as np
import pytest
from detected import body

from signlift.core.skeleton import COCO17, COCO18, HALPE26, MEDIAPIPE33, OPENPOSE25, WHOLEBODY133
from signlift.errors import InputError
from signlift.io.people.assemble import (
    FileFacts,
    Person,
    assemble,
    choose_person,
    clear_missing,
    in_pixels,
    numbers_of,
    stack_people,
)
from signlift.io.reader import ReadOptions

OPTIONS = ReadOptions()


def people(*bodies, skeleton=COCO17):
    T = len(bodies[0])
    return [(t, [Person(skeleton, one[t].astype(np.float32)) for one in bodies]) for t in range(T)]


def test_frames_without_a_person_are_nan():
    one = body(17, 5)
    frames = people(one)
    del frames[2]
    recording = assemble(frames, 7, "clip", ReadOptions(fps=25), FileFacts(size=(640, 480)))
    assert (len(recording), recording.fps, recording.size) == (7, 25, (640, 480))
    assert recording.skeleton is COCO17 and recording.notes == ()
    gone = np.isnan(recording.keypoints).all((1, 2))
    assert gone.tolist() == [False, False, True, False, False, True, True]
    np.testing.assert_allclose(recording.keypoints[[0, 1, 3, 4]], one[[0, 1, 3, 4], :, :2], 1e-6)
    np.testing.assert_allclose(recording.confidence[3], one[3, :, 2], 1e-6)
    assert (recording.confidence[2] == 0).all()


def test_one_of_several_people():
    main, other = body(17, 9, size=150), body(17, 9, at=(600, 200), size=80, seed=1)
    frames = people(other, main)
    recording = assemble(frames, 9, "clip", OPTIONS)
    assert recording.notes == ("person 0 of 2",)
    np.testing.assert_allclose(recording.keypoints, main[..., :2], 1e-5)
    recording = assemble(frames, 9, "clip", ReadOptions(person=1))
    assert recording.notes == ("person 1 of 2",)
    np.testing.assert_allclose(recording.keypoints, other[..., :2], 1e-5)
    with pytest.raises(InputError, match="clip: expected a person from 0 to 1, found 2"):
        assemble(frames, 9, "clip", ReadOptions(person=2))
    with pytest.raises(InputError, match="expected person 0, found -1"):
        choose_person([np.arange(3)], -1, "clip")


def test_what_was_not_found_is_nan_and_confidence_is_limited():
    one = body(17, 3)
    one[1, 4] = 0
    one[2, 5] = (0, 7, 0)
    one[0, 0, 2], one[0, 1, 2] = 5.5, -0.2
    recording = assemble(people(one), 3, "clip", OPTIONS)
    assert np.argwhere(np.isnan(recording.keypoints[..., 0])).tolist() == [[1, 4]]
    assert recording.keypoints[2, 5].tolist() == [0, 7]
    assert recording.confidence[0, :2].tolist() == [1, 0]
    one[..., 2] = np.nan
    assert assemble(people(one), 3, "clip", OPTIONS).confidence is None


def test_nobody_at_all():
    with pytest.raises(InputError, match="clip: expected a person in a frame, found none in 4"):
        assemble([(0, [])], 4, "clip", OPTIONS)
    with pytest.raises(InputError, match="expected a keypoint in a frame, found none in 2 frames"):
        assemble(people(np.zeros((2, 17, 3))), 2, "clip", OPTIONS)


def test_fractions_of_the_picture_need_its_size():
    one = body(17, 3, at=(0.5, 0.5), size=0.4, move=0.001)
    with pytest.raises(InputError, match="clip: expected the picture's size"):
        assemble(people(one), 3, "clip", OPTIONS)
    for options, facts in (
        (ReadOptions(size=(640, 480)), FileFacts()),
        (ReadOptions(size=(1, 1)), FileFacts(size=(640, 480))),
    ):
        recording = assemble(people(one), 3, "clip", options, facts)
        np.testing.assert_allclose(recording.keypoints, one[..., :2] * [640, 480], 1e-5)
        assert recording.size == (640, 480)
    with pytest.raises(InputError, match="clip: expected the picture's size"):
        assemble(people(one), 3, "clip", OPTIONS, fractions=False)
    small = one + np.float32(1)
    assert 1 < assemble(people(small), 3, "clip", OPTIONS, fractions=False).keypoints.max() < 2
    pixels = np.array([[300.0, 200.0], [1.0, np.nan]], np.float32)
    np.testing.assert_array_equal(in_pixels(pixels, (640, 480), "clip", required=True), pixels)
    around = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)
    with pytest.raises(InputError, match=r"clip: expected x and y .* found small ones around 0"):
        in_pixels(around, (640, 480), "clip", required=False)
    np.testing.assert_array_equal(in_pixels(around, None, "clip", required=False), around)
    with pytest.raises(InputError, match="size: expected a width and a height above 0"):
        ReadOptions(size=(640, 0))


def test_people_are_put_on_the_skeleton_that_has_all():
    ones = np.ones((1, 133, 3), np.float32)
    skeleton, values = stack_people(
        [Person(COCO18, ones[0, :18]), Person(OPENPOSE25, ones[0, :25] * 2)], "clip"
    )
    assert skeleton is OPENPOSE25
    assert np.isnan(values[0, OPENPOSE25.index("MidHip")]).all()
    assert values[0, OPENPOSE25.index("LEar")].tolist() == [1, 1, 1] and (values[1] == 2).all()
    skeleton, _ = stack_people([Person(COCO17, ones[0, :17]), Person(WHOLEBODY133, ones[0])], "c")
    assert skeleton is WHOLEBODY133
    with pytest.raises(InputError, match="people on one skeleton, found halpe26 and mediapipe33"):
        stack_people([Person(HALPE26, ones[0, :26]), Person(MEDIAPIPE33, ones[0, :33])], "clip")


def test_numbers():
    assert np.isnan(numbers_of([1, None], "a", "x")[1])
    for bad in (["a"], [[1], [1, 2]], {"a": 1}, [{}], [10**400]):
        with pytest.raises(InputError, match="a: expected x: numbers"):
            numbers_of(bad, "a", "x")
    for bad in (float("inf"), 1e300, -2e18):
        with pytest.raises(InputError, match="a: expected x: finite numbers"):
            numbers_of([1, bad, None], "a", "x")


def test_half_a_keypoint_is_none():
    values = np.array([[1, np.nan, 0.5], [0, 0, 0], [0, 0, 0.1]], np.float32)
    clear_missing(values)
    np.testing.assert_array_equal(np.isnan(values[:, 0]), [True, True, False])
    assert values[:, 2].tolist() == [0, 0, np.float32(0.1)]
