import numpy as np
import pytest

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.simulation.detector.pose_errors import follow_pose


def poses(skeleton=PANOPTIC26, count=40, frames=60):
    """Return poses that change in the first half and hold still in the second."""
    rng = np.random.default_rng(0)
    step = 0.1 * rng.standard_normal((count, frames, len(skeleton), 2))
    step[:, frames // 2 :] = 0
    return np.cumsum(step, 1).astype(np.float32)


@pytest.mark.parametrize("skeleton", [PANOPTIC26, COCO17], ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("channels", [1, 2])
def test_errors_stay_while_the_pose_stays(skeleton, channels):
    errors = follow_pose(np.random.default_rng(1), poses(skeleton), skeleton, channels)
    assert errors.shape == (40, 60, len(skeleton), channels) and errors.dtype == np.float32
    assert errors.std() == pytest.approx(1, abs=0.1)
    assert np.abs(np.diff(errors[:, 30:], axis=1)).max() < 1e-4
    assert np.diff(errors[:, :30], axis=1).std() > 0.1


def test_errors_come_again_with_the_pose():
    keypoints = poses()
    keypoints[:, 30:] = keypoints[:, :30]
    errors = follow_pose(np.random.default_rng(1), keypoints, PANOPTIC26, 2)
    np.testing.assert_allclose(errors[:, 30:], errors[:, :30], atol=1e-4)


def test_missing_keypoints_do_not_matter():
    keypoints = poses()
    keypoints[:, 3] = np.nan
    assert np.isfinite(follow_pose(np.random.default_rng(1), keypoints, PANOPTIC26, 2)).all()
