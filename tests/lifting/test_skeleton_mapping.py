import numpy as np

from signlift.core.skeleton import H36M17, MEDIAPIPE33, PANOPTIC26
from signlift.lifting.network_data import Prediction
from signlift.lifting.skeleton_mapping import map_from_network


def mapped(target):
    values = np.arange(26.0, dtype="f4")
    values[[PANOPTIC26.index(name) for name in ("MidHip", "LHip", "RHip")]] = [10, 8, 12]
    values[[PANOPTIC26.index(name) for name in ("Neck", "LShoulder", "RShoulder")]] = [40, 43, 37]
    depth = values * np.ones((3, 1), "f4")
    keypoints = np.zeros((3, 26, 2))
    keypoints[2] = np.nan
    prediction = Prediction(depth, depth + 1, np.stack([depth, depth], -1))
    return map_from_network(prediction, keypoints, PANOPTIC26, target)


def test_the_tip_of_a_foot_is_at_the_big_toe():
    prediction = mapped(MEDIAPIPE33)
    for side in "LR":
        tip, toe = MEDIAPIPE33.index(f"{side}FootIndex"), PANOPTIC26.index(f"{side}BigToe")
        assert prediction.depth[0, tip] == toe - 10
        assert prediction.uncertainty[0, tip] == toe + 1
        assert (prediction.refined[0, tip] == toe).all()
        assert np.isnan(prediction.depth[2, tip])


def test_the_spine_is_between_the_ends_of_the_trunk():
    depth = mapped(H36M17).depth[0]
    neck, root, spine = (depth[H36M17.index(name)] for name in ("Neck", "MidHip", "Spine"))
    assert (root, spine, neck) == (0, 15, 30)
