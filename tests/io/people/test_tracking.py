import numpy as np
import pytest
from detected import body
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.io.people.tracking import body_extents, find_people


def shuffle(people, seed=0):
    """Detections of people [T, J, 2] (NaN where not seen) in any order, and whose each is."""
    rng = np.random.default_rng(seed)
    frames, points, whose = [], [], []
    for t in range(len(people[0])):
        for number in rng.permutation(len(people)):
            if not np.isnan(people[number][t]).all():
                frames.append(t)
                points.append(people[number][t])
                whose.append(number)
    return np.array(frames), np.array(points), np.array(whose)


def found(frames, points, weight=None):
    return find_people(frames, points, np.ones(len(frames)) if weight is None else weight)


def test_people_are_followed_whatever_their_order():
    large, small = body(17, 40, (200, 200), 120), body(17, 40, (420, 220), 60, seed=1)
    frames, points, whose = shuffle([small[..., :2], large[..., :2]])
    first, second = found(frames, points)
    assert (whose[first] == 1).all() and (whose[second] == 0).all()
    assert frames[first].tolist() == frames[second].tolist() == list(range(40))


def test_the_main_person_is_large_and_there_all_the_time():
    long = body(17, 100, (200, 200), 100)[..., :2]
    larger, passing = body(17, 100, (500, 200), 150, seed=1)[..., :2].copy(), None
    larger[20:] = np.nan
    passing = body(17, 100, (800, 200), 100, seed=2)[..., :2].copy()
    passing[2:] = np.nan
    frames, points, whose = shuffle([larger, passing, long])
    people = found(frames, points)
    assert [set(whose[rows]) for rows in people] == [{2}, {0}]  # two frames are nobody


def test_surer_people_come_first():
    one, other = body(17, 30, (100, 100))[..., :2], body(17, 30, (400, 100))[..., :2]
    frames, points, whose = shuffle([one, other])
    people = found(frames, points, np.where(whose == 1, 0.9, 0.3))
    assert (whose[people[0]] == 1).all()


def test_a_ghost_does_not_take_the_place_of_who_is_missed():
    signer = body(17, 60, (200, 200), 120)[..., :2].copy()
    signer[25:28] = np.nan
    ghost = body(17, 60, (420, 200), 110, seed=1)[..., :2].copy()
    ghost[:20] = ghost[31:] = np.nan
    frames, points, whose = shuffle([signer, ghost])
    people = found(frames, points)
    assert set(whose[people[0]]) == {0} and len(people[0]) == 57


def test_somebody_who_is_hidden_for_long_is_found_again():
    signer = body(17, 200, (200, 200), 120, move=0.5)[..., :2].copy()
    signer[50:120] = np.nan
    other = body(17, 200, (600, 200), 100, seed=1)[..., :2]
    frames, points, whose = shuffle([signer, other])
    people = found(frames, points)
    assert sorted(len(rows) for rows in people) == [130, 200]
    assert all(len(set(whose[rows])) == 1 for rows in people)


def test_arms_that_come_and_go_do_not_matter():
    signer = body(17, 60, (200, 200), 120)[..., :2].copy()
    rng = np.random.default_rng(0)
    signer[rng.random((60, 17)) < 0.4] = np.nan
    other = body(17, 60, (380, 200), 120, seed=3)[..., :2]
    frames, points, whose = shuffle([signer, other])
    people = found(frames, points)
    assert len(people) == 2 and all(len(set(whose[rows])) == 1 for rows in people)


def test_extents():
    points = np.full((3, 4, 2), np.nan)
    points[0, :2] = [[0, 0], [3, 4]]
    points[1, 0] = 7
    np.testing.assert_allclose(body_extents(points), [5, 1e-9, np.nan])


def test_nobody_and_one():
    assert found(np.zeros(0, int), np.zeros((0, 5, 2))) == []
    assert found(np.zeros(1, int), np.full((1, 5, 2), np.nan)) == []
    (only,) = found(np.array([4]), np.ones((1, 5, 2)))
    assert only.tolist() == [0]


@settings(max_examples=25)
@given(seed=st.integers(0, 999), crowd=st.integers(1, 40), T=st.integers(1, 8))
def test_nobody_is_twice_in_a_frame(seed, crowd, T):
    rng = np.random.default_rng(seed)
    frames = np.repeat(np.arange(T), crowd)
    points = rng.normal(0, 1, (T * crowd, 3, 2)) * rng.choice([0.1, 1, 30], (T * crowd, 1, 1))
    points[rng.random(points.shape[:2]) < 0.3] = np.nan
    rows = [row for person in found(frames, points) for row in person]
    assert len(rows) == len(set(rows))
    for person in found(frames, points):
        assert (np.diff(frames[person]) > 0).all()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_the_unit_does_not_matter(scale):
    one, other = body(17, 30, (100, 100))[..., :2], body(17, 30, (300, 100), seed=2)[..., :2]
    frames, points, whose = shuffle([one, other])
    assert [set(whose[rows]) for rows in found(frames, points * scale)] in ([{0}, {1}], [{1}, {0}])
