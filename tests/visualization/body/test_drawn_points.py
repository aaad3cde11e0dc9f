import numpy as np
from drawn_recordings import completed, standing

from signlift.core.skeleton import COCO17, MEDIAPIPE75, PANOPTIC26
from signlift.visualization.body.drawn_points import derive_points, point_names


def point(drawn, skeleton, name):
    number = point_names(skeleton).index(name)
    return drawn.points[:, number], drawn.detected[:, number]


def test_a_neck_is_detected_where_both_shoulders_are():
    body = completed(standing(skeleton=COCO17), "LShoulder")
    drawn = derive_points(body, 2.0)
    neck, detected = point(drawn, COCO17, "+Neck")
    assert np.allclose(neck, (400, 200, 0))
    assert not detected.any()
    neck, detected = point(derive_points(standing(skeleton=COCO17), 2.0), COCO17, "+Neck")
    assert detected.all()


def test_the_root_of_a_hand_stands_for_a_missing_wrist():
    body = standing(skeleton=MEDIAPIPE75)
    points = body.points.copy()
    root, wrist = MEDIAPIPE75.index("LHandRoot"), MEDIAPIPE75.index("LWrist")
    points[:, root] = (440, 260, -50)
    points[1, wrist] = np.nan
    body = type(body)(points[..., :2], MEDIAPIPE75, depth=points[..., 2])
    chosen, _ = point(derive_points(body, 2.0), MEDIAPIPE75, "+LWrist")
    assert np.allclose(chosen[1], (440, 260, -50))
    assert np.allclose(chosen[0], body.points[0, wrist])


def test_legs_that_were_never_detected_are_left_out():
    body = completed(standing(), "LKnee", "LAnkle", "LHip")
    drawn = derive_points(body, 2.0)
    assert np.isnan(drawn.points[:, PANOPTIC26.index("LKnee")]).all()
    assert not np.isnan(drawn.points[:, PANOPTIC26.index("LHip")]).any()
    assert not drawn.detected[:, PANOPTIC26.index("LHip")].any()
    assert not np.isnan(drawn.points[:, PANOPTIC26.index("RKnee")]).any()


def test_no_frame():
    assert derive_points(standing(0), 2.0).points.shape == (0, 33, 3)
