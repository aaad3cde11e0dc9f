import numpy as np

from signlift.core.skeleton import PANOPTIC26
from signlift.pretraining.motion_draws import draw_motions
from signlift.pretraining.motion_sources import CapturedMotion, SignerPool


def still(x: float) -> CapturedMotion:
    clip = np.zeros((8, 26, 3), np.float32)
    clip[..., 0] = x
    return CapturedMotion("galt", [clip])


def draw(fraction: float, captured=(), count: int = 60):
    rng = np.random.default_rng(0)
    return draw_motions(rng, SignerPool(0, 6, 2), 2, captured, fraction, (count, 6), PANOPTIC26)


def test_half_of_the_recordings_are_mirrored() -> None:
    points, fps, origins = draw(1.0, [still(0.5)])
    assert points.shape == (60, 6, 26, 3)
    assert fps.shape == origins.shape == (60,)
    assert set(np.unique(points[..., 0])) == {-0.5, 0.5}
    assert 0.3 < (points[:, 0, 0, 0] < 0).mean() < 0.7
    assert (origins == 1).all()


def test_motion_is_procedural_where_none_is_captured() -> None:
    motions = draw(1.0, count=4)
    assert (motions.origins == 0).all()
    assert np.isfinite(motions.points).all()
    again = draw(1.0, count=4)
    np.testing.assert_array_equal(motions.points, again.points)
