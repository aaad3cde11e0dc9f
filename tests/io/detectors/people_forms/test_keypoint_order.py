import numpy as np
import pytest

from signlift.core.skeleton import COCO17, COCO18, HALPE26, PANOPTIC26, SKELETONS, WHOLEBODY133
from signlift.errors import InputError
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder, skeleton_for_count

VALUES = np.arange(51.0).reshape(17, 3)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
def test_the_given_skeleton_takes_precedence(skeleton):
    values = np.zeros((len(skeleton), 3))
    order = KeypointOrder(skeleton, names=("nose",) * len(skeleton))
    assert order.arrange(values, "a") == (skeleton, values)
    with pytest.raises(InputError, match=rf"a: expected {len(skeleton)} keypoints .*found 5"):
        order.arrange(values[:5], "a")


def test_a_number_is_a_skeleton():
    assert skeleton_for_count(26, "a") is HALPE26
    assert KeypointOrder(PANOPTIC26).arrange(np.zeros((26, 3)), "a")[0] is PANOPTIC26
    with pytest.raises(InputError, match=r"found 468 \(a face, without a body\)"):
        skeleton_for_count(468, "a")


def test_names_place_keypoints():
    names = ("neck", *(name for name in COCO17.keypoints if name != "LEye"))
    skeleton, values = KeypointOrder(names=names).arrange(VALUES, "a")
    assert skeleton is COCO18
    np.testing.assert_array_equal(values[COCO18.index("Neck")], VALUES[0])
    np.testing.assert_array_equal(values[COCO18.index("LEar")], VALUES[names.index("LEar")])
    assert np.isnan(values[COCO18.index("LEye")]).all()


def test_names_of_the_body_keep_hands_and_face_in_their_places():
    body = [f"{name}" for name in WHOLEBODY133.keypoints[:17]]
    names = (*body, *(f"point {number}" for number in range(17, 133)))
    values = np.arange(133.0)[:, None]
    skeleton, arranged = KeypointOrder(names=names).arrange(values, "a")
    assert skeleton is WHOLEBODY133 and arranged is values


def test_names_without_shoulders_say_nothing():
    names = tuple(str(number) for number in range(17))
    assert KeypointOrder(names=names).arrange(VALUES, "a")[0] is COCO17
    assert KeypointOrder(names=("nose",)).arrange(VALUES, "a")[0] is COCO17
