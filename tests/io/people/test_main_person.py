from pathlib import Path

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person, save
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pose_files import OPENPOSE, make_pose, to_bytes

import signlift as sl
from signlift.core.skeleton import COCO17, OPENPOSE25, OPENPOSE67
from signlift.errors import InputError
from signlift.io.people.main_person import choose_people, find_people, rank_people


def shuffle(people, seed=0):
    """Detections of people [T, J, 3] in random order, and who each is."""
    rng = np.random.default_rng(seed)
    order = np.stack([rng.permutation(len(people)) for _ in people[0]])
    rows = [(t, number) for t in range(len(order)) for number in order[t]]
    rows = [(t, n) for t, n in rows if not np.isnan(people[n][t, :, 0]).all()]
    values = np.array([people[number][t] for t, number in rows], np.float32)
    return np.array([t for t, _ in rows]), values, np.array([n for _, n in rows])


def find(people):
    """For each person that is found, who it is."""
    frames, values, owners = shuffle(people)
    return [
        set(owners[rows]) for rows in find_people(frames, values[..., :2], values[..., 2], COCO17)
    ]


def test_the_main_person_is_large_and_observed_all_the_time():
    steady = body(17, 100, (200, 200), 100)
    larger = body(17, 100, (500, 200), 150, seed=1)
    larger[20:] = np.nan
    passing = body(17, 100, (800, 200), 100, seed=2)
    passing[2:] = np.nan
    assert find([larger, passing, steady]) == [{2}, {0}]  # two frames are too few
    small = body(17, 100, (200, 500), 50, seed=3)
    assert find([small, steady]) == [{1}, {0}]


def test_confident_detections_come_first():
    one, other = body(17, 30, (100, 100)), body(17, 30, (400, 100))
    one[..., 2], other[..., 2] = 0.3, 0.9
    assert find([one, other]) == [{1}, {0}]


def test_people_whose_frames_are_given_have_the_same_order():
    people = [body(17, 40, (200 * n, 100), size) for n, size in enumerate((60, 120, 90))]
    people[1][10:] = np.nan
    values = np.stack(people)
    expected = [number for (number,) in find(people)]
    assert rank_people(values[..., :2], values[..., 2], COCO17) == expected == [2, 0, 1]


def test_people_who_are_never_observed_are_left_out():
    def rank(keypoints):
        return rank_people(keypoints, np.full(keypoints.shape[:3], np.nan), COCO17)

    assert rank(np.full((2, 3, 17, 2), np.nan)) == []
    assert rank(np.empty((2, 0, 17, 2))) == []
    assert rank(np.empty((0, 3, 17, 2))) == []
    one = np.full((2, 3, 17, 2), np.nan)
    one[1, 1, 2] = 7  # a single keypoint, once
    assert rank(one) == [1]


def test_hands_alone_count_where_there_is_one_person():
    values = np.full((3, 67, 3), np.nan, np.float32)
    values[:2, :25] = body(25, 2)
    values[2, 30:40] = 5
    (rows,) = find_people(np.arange(3), values[..., :2], values[..., 2], OPENPOSE67)
    assert rows.tolist() == [0, 1, 2]


def test_choosing():
    path = Path("a.pose")
    chosen = [choose_people("ab", number, path) for number in (None, 0, 1, "all")]
    assert chosen == [{0: "a"}, {0: "a"}, {1: "b"}, {0: "a", 1: "b"}]
    with pytest.raises(InputError, match="expected a person from 0 to 1, found person -1"):
        choose_people("ab", -1, path)
    with pytest.raises(InputError, match=r"person 0 \(there is only one\), found person 1"):
        choose_people("a", 1, path)
    with pytest.raises(InputError, match=r"a\.pose: expected a frame with a keypoint, found none"):
        choose_people("", None, path)


def save_scene(directory, people, seed):
    """The same detections of people [T, 25, 3] as .pose, OpenPose JSON and an array."""
    rng = np.random.default_rng(seed)
    scene = np.stack(people, 1)  # [T, P, J, 3]
    for frame in scene:
        frame[:] = frame[rng.permutation(len(frame))]
    pose = make_pose(OPENPOSE[:1], frames=len(scene), people=scene.shape[1])
    pose.body.data[:] = np.nan_to_num(scene[..., :2])
    pose.body.confidence[:] = np.nan_to_num(scene[..., 2])
    (directory / "scene.pose").write_bytes(to_bytes(pose))
    frames = [
        openpose_frame(*(openpose_person(np.nan_to_num(person)) for person in frame))
        for frame in scene
    ]
    save(directory / "scene.json", frames)
    np.save(directory / "scene.npy", scene.astype(np.float32))
    return [directory / f"scene.{suffix}" for suffix in ("pose", "json", "npy")]


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 4), T=st.integers(2, 40))
def test_every_format_has_the_same_people(tmp_path_factory, seed, count, T):
    rng = np.random.default_rng(seed)
    people = []
    for number in range(count):
        size = rng.uniform(50, 160)
        person = body(25, T, (200 + 220 * number, 200), size, seed + number)
        person[rng.random((T, 25)) < 0.2] = (np.nan, np.nan, 0)
        person[rng.random(T) < 0.3] = (np.nan, np.nan, 0)
        people.append(person)
    assume(not np.isnan(people).all((0, 1, 2))[0])
    paths = save_scene(tmp_path_factory.mktemp("scene"), people, seed)
    try:
        reference = [sl.read(paths[0], person=number) for number in range(count)]
    except InputError:  # a person who is observed in few frames
        reference = [sl.read(paths[0])]
    for number, expected in enumerate(reference):
        for path in paths[1:]:
            recording = sl.read(path, person=number)
            assert recording.skeleton is OPENPOSE25 and recording.notes == expected.notes
            np.testing.assert_array_equal(recording.keypoints, expected.keypoints)
            np.testing.assert_array_equal(recording.confidence, expected.confidence)


def test_the_main_person_of_every_format_is_the_largest(tmp_path):
    people = [body(25, 30, (200, 200), 80), body(25, 30, (500, 200), 150, seed=1)]
    for path in save_scene(tmp_path, people, 0):
        for number, expected in ((None, people[1]), (0, people[1]), (1, people[0])):
            recording = sl.read(path, person=number)
            np.testing.assert_allclose(recording.keypoints, expected[..., :2], 1e-5)
        everyone = sl.read_all(path, person="all")
        assert everyone.titles == ("person0", "person1")
        for recording, expected in zip(everyone, people[::-1], strict=True):
            np.testing.assert_allclose(recording.keypoints, expected[..., :2], 1e-5)
