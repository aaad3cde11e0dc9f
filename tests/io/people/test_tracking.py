import numpy as np
import pytest
from detected import body
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.io.people.tracking import body_extents, group_identities, track_people


def shuffle(people, seed=0):
    """Detections of people [T, J, 2] (NaN where missing) in random order, and who each is."""
    rng = np.random.default_rng(seed)
    frames, points, owners = [], [], []
    for t in range(len(people[0])):
        for number in rng.permutation(len(people)):
            if not np.isnan(people[number][t]).all():
                frames.append(t)
                points.append(people[number][t])
                owners.append(number)
    return np.array(frames), np.array(points), np.array(owners)


def track(frames, points):
    return track_people(frames, points, np.nan_to_num(body_extents(points)))


def test_people_are_tracked_in_any_order():
    large, small = body(17, 40, (200, 200), 120), body(17, 40, (420, 220), 60, seed=1)
    frames, points, owners = shuffle([small[..., :2], large[..., :2]])
    first, second = track(frames, points)
    assert (owners[first] == 1).all() and (owners[second] == 0).all()
    assert frames[first].tolist() == frames[second].tolist() == list(range(40))


def test_a_false_detection_does_not_replace_a_missing_person():
    signer = body(17, 60, (200, 200), 120)[..., :2].copy()
    signer[25:28] = np.nan
    ghost = body(17, 60, (420, 200), 110, seed=1)[..., :2].copy()
    ghost[:20] = ghost[31:] = np.nan
    frames, points, owners = shuffle([signer, ghost])
    people = track(frames, points)
    assert set(owners[people[0]]) == {0} and len(people[0]) == 57


def test_a_person_who_is_hidden_for_long_is_found_again():
    signer = body(17, 200, (200, 200), 120, move=0.5)[..., :2].copy()
    signer[50:120] = np.nan
    other = body(17, 200, (600, 200), 100, seed=1)[..., :2]
    frames, points, owners = shuffle([signer, other])
    people = track(frames, points)
    assert sorted(len(rows) for rows in people) == [130, 200]
    assert all(len(set(owners[rows])) == 1 for rows in people)


def test_missing_keypoints_do_not_matter():
    signer = body(17, 60, (200, 200), 120)[..., :2].copy()
    rng = np.random.default_rng(0)
    signer[rng.random((60, 17)) < 0.4] = np.nan
    other = body(17, 60, (380, 200), 120, seed=3)[..., :2]
    frames, points, owners = shuffle([signer, other])
    people = track(frames, points)
    assert len(people) == 2 and all(len(set(owners[rows])) == 1 for rows in people)


def test_extents():
    points = np.full((3, 4, 2), np.nan)
    points[0, :2] = [[0, 0], [3, 4]]
    points[1, 0] = 7
    np.testing.assert_allclose(body_extents(points), [5, 1e-9, np.nan])


def test_no_detection_and_a_single_one():
    assert track(np.zeros(0, int), np.zeros((0, 5, 2))) == []
    assert track(np.zeros(1, int), np.full((1, 5, 2), np.nan)) == []
    (rows,) = track(np.array([4]), np.ones((1, 5, 2)))
    assert rows.tolist() == [0]


@settings(max_examples=12)
@given(seed=st.integers(0, 999), crowd=st.integers(1, 40), T=st.integers(1, 8))
def test_a_person_is_once_in_a_frame(seed, crowd, T):
    rng = np.random.default_rng(seed)
    frames = np.repeat(np.arange(T), crowd)
    points = rng.normal(0, 1, (T * crowd, 3, 2)) * rng.choice([0.1, 1, 30], (T * crowd, 1, 1))
    points[rng.random(points.shape[:2]) < 0.3] = np.nan
    people = track(frames, points)
    rows = [row for person in people for row in person]
    assert len(rows) == len(set(rows))
    for person in people:
        assert (np.diff(frames[person]) > 0).all()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_the_unit_does_not_matter(scale):
    one, other = body(17, 30, (100, 100))[..., :2], body(17, 30, (300, 100), seed=2)[..., :2]
    frames, points, owners = shuffle([one, other])
    people = track(frames, points * scale)
    assert [set(owners[rows]) for rows in people] in ([{0}, {1}], [{1}, {0}])


def identify(frames, points, identities):
    masses = np.nan_to_num(body_extents(points))
    return group_identities(frames, points, masses, identities)


def test_identities_of_the_file_keep_people_apart_where_they_cross():
    left, right = (body(17, 40, (200, 200), 120, seed=seed)[..., :2] for seed in (0, 1))
    right = right + np.linspace(0, 30, 40)[:, None, None]  # both stand in one place at first
    frames, points, owners = shuffle([left, right])
    for names in ([4, 9], ["anna", "ben"]):
        first, second = identify(frames, points, [names[owner] for owner in owners])
        assert {*owners[first]} | {*owners[second]} == {0, 1}
        assert len({*owners[first]}) == len({*owners[second]}) == 1


def test_a_new_identity_at_the_place_of_the_old_one_is_the_same_person():
    signer = body(17, 40)[..., :2]
    (rows,) = identify(np.arange(40), signer, [3] * 20 + [8] * 20)
    assert rows.tolist() == list(range(40))
    signer[21:] += 2000
    lengths = [len(rows) for rows in identify(np.arange(40), signer, [3] * 21 + [8] * 19)]
    assert sorted(lengths) == [19, 21]


def test_identities_that_identify_nobody():
    signer = body(17, 6)[..., :2]
    assert identify(np.arange(6), signer, [*range(6)]) is None  # a number for each detection
    assert identify(np.arange(6), signer, [1, 1, None, 1, 1, 1]) is None
    assert identify(np.array([0, 0, 1, 1, 2, 2]), signer, [0] * 6) is None
