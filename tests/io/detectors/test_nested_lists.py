import pytest

from signlift.io.detectors.nested_lists import (
    first_nonempty,
    holds_objects,
    holds_people,
    nesting_depth,
)


def test_depth_follows_the_first_item_that_is_not_empty():
    assert [nesting_depth(value) for value in (1, [], [1], [None, [], [[2]]])] == [0, 1, 1, 3]
    assert first_nonempty([None, [], {}, 0]) == 0
    assert first_nonempty([[], None]) is None


@pytest.mark.parametrize(
    ("value", "objects", "people"),
    [
        ([1, 2], False, False),
        ([None, [[{"x": 1, "y": 2}]]], True, False),
        ([[{"keypoints": []}]], True, True),
        ([], False, False),
    ],
)
def test_kinds_of_leaves(value, objects, people):
    assert (holds_objects(value), holds_people(value)) == (objects, people)
