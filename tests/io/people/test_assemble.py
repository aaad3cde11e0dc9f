import numpy as np
import pytest
from detected import body

from signlift.core.skeleton import COCO17, COCO18, HALPE26, MEDIAPIPE33, OPENPOSE25, WHOLEBODY133
from signlift.errors import InputError
from signlift.io.people.assemble import (
    FileMetadata,
    Person,
    assemble_people,
    stack_people,
)
from signlift.io.people.observation import mask_missing
from signlift.io.reader import ReadOptions

OPTIONS = ReadOptions()


def assemble_recording(*arguments, **options):
    (recording,) = assemble_people(*arguments, **options)
    return recording


def frames_of(*people, skeleton=COCO17):
    return [
        (t, [Person(skeleton, person[t].astype(np.float32)) for person in people])
        for t in range(len(people[0]))
    ]


def test_frames_without_a_person_are_nan():
    person = body(17, 5)
    frames = frames_of(person)
    del frames[2]
    metadata = FileMetadata(size=(640, 480))
    recording = assemble_recording(frames[::-1], 7, "clip", ReadOptions(fps=25), metadata)
    assert (len(recording), recording.fps, recording.size) == (7, 25, (640, 480))
    assert recording.skeleton is COCO17 and recording.notes == ()
    missing = np.isnan(recording.keypoints).all((1, 2))
    assert missing.tolist() == [False, False, True, False, False, True, True]
    np.testing.assert_allclose(recording.keypoints[[0, 1, 3, 4]], person[[0, 1, 3, 4], :, :2], 1e-6)
    np.testing.assert_allclose(recording.confidence[3], person[3, :, 2], 1e-6)
    assert (recording.confidence[2] == 0).all()


def test_one_of_several_people():
    main, other = body(17, 9, size=150), body(17, 9, at=(600, 200), size=80, seed=1)
    frames = frames_of(other, main)
    recording = assemble_recording(frames, 9, "clip", OPTIONS)
    assert recording.notes == ("person 0 of 2",)
    np.testing.assert_allclose(recording.keypoints, main[..., :2], 1e-5)
    recording = assemble_recording(frames, 9, "clip", ReadOptions(person=1))
    assert recording.notes == ("person 1 of 2",)
    np.testing.assert_allclose(recording.keypoints, other[..., :2], 1e-5)
    with pytest.raises(InputError, match="clip: expected a person from 0 to 1, found person 2"):
        assemble_recording(frames, 9, "clip", ReadOptions(person=2))


def test_all_people_are_recordings_of_their_own():
    main, other = body(17, 9, size=150), body(17, 9, at=(600, 200), size=80, seed=1)
    everyone = assemble_people(frames_of(other, main), 9, "clip", ReadOptions(person="all"))
    assert [person.name for person in everyone] == ["clip/person0", "clip/person1"]
    assert [person.notes for person in everyone] == [("person 0 of 2",), ("person 1 of 2",)]
    for person, values in zip(everyone, (main, other), strict=True):
        np.testing.assert_allclose(person.keypoints, values[..., :2], 1e-5)
    (alone,) = assemble_people(frames_of(main), 9, "clip", ReadOptions(person="all"))
    assert (alone.name, alone.notes) == ("clip", ())


def test_missing_keypoints_are_nan_and_confidence_is_limited():
    person = body(17, 3)
    person[1, 4] = 0
    person[2, 5] = (0, 7, 0)
    person[0, 0, 2], person[0, 1, 2] = 5.5, -0.2
    recording = assemble_recording(frames_of(person), 3, "clip", OPTIONS)
    assert np.argwhere(np.isnan(recording.keypoints[..., 0])).tolist() == [[0, 1], [1, 4], [2, 5]]
    assert recording.confidence[0, :2].tolist() == [1, 0]
    person[..., 2] = np.nan
    assert assemble_recording(frames_of(person), 3, "clip", OPTIONS).confidence is None


def test_no_person_at_all():
    with pytest.raises(InputError, match="expected a frame with a person, found none in 4 frames"):
        assemble_recording([(0, [])], 4, "clip", OPTIONS)
    with pytest.raises(InputError, match="a frame with a keypoint, found none in 2 frames"):
        assemble_recording(frames_of(np.zeros((2, 17, 3))), 2, "clip", OPTIONS)


def test_fractions_of_the_image_need_its_size():
    person = body(17, 3, at=(0.5, 0.5), size=0.4, move=0.001)
    with pytest.raises(InputError, match="clip: expected `size`, the width and height"):
        assemble_recording(frames_of(person), 3, "clip", OPTIONS)
    for options, metadata in (
        (ReadOptions(size=(640, 480)), FileMetadata()),
        (ReadOptions(size=(1, 1)), FileMetadata(size=(640, 480))),
    ):
        recording = assemble_recording(frames_of(person), 3, "clip", options, metadata)
        np.testing.assert_allclose(recording.keypoints, person[..., :2] * [640, 480], 1e-5)
        assert recording.size == (640, 480)
    with pytest.raises(InputError, match="clip: expected `size`, the width and height"):
        assemble_recording(frames_of(person), 3, "clip", OPTIONS, fractions=False)
    small = frames_of(person + np.float32(1))
    recording = assemble_recording(small, 3, "clip", OPTIONS, fractions=False)
    assert 1 < recording.keypoints.max() < 2
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


def test_half_a_keypoint_is_missing():
    values = np.array([[1, np.nan, 0.5], [0, 0, 0], [0, 0, 0.1]], np.float32)
    mask_missing(values)
    np.testing.assert_array_equal(np.isnan(values[:, 0]), [True, True, False])
    assert values[:, 2].tolist() == [0, 0, np.float32(0.1)]
