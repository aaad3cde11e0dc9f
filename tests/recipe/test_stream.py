import itertools

import numpy as np
import pytest

from signlift.preprocessing.normalize import recording_scale
from signlift.recipe.motions import Clips
from signlift.recipe.stream import WINDOWS, Stream, StreamSettings, _scales, normalized
from signlift.skeleton import PANOPTIC26

SMALL = StreamSettings(lanes=4, frames=20, kept=3, fresh=1)


@pytest.fixture(scope="module")
def stream() -> Stream:
    return Stream(0, SMALL)


def test_shapes(stream: Stream) -> None:
    batches = stream.block(0)
    assert len(batches) == WINDOWS
    for batch in batches:
        assert batch.keypoints.shape == batch.clean.shape == (4, 20, 26, 2)
        assert batch.confidence.shape == batch.depth.shape == (4, 20, 26)
        assert batch.proportions.shape == batch.given.shape == (4, 20, 9)
        assert batch.fps.shape == batch.going_on.shape == batch.source.shape == (4,)
        assert np.isfinite(batch.depth).all()
        assert np.isfinite(batch.proportions).all()
        assert (batch.confidence[np.isnan(batch.keypoints[..., 0])] == 0).all()
        assert ((batch.told_at >= 0) & (batch.told_at < 20)).all()


def test_a_block_depends_on_the_seed_and_its_number_alone(stream: Stream) -> None:
    again = Stream(0, SMALL).block(2)
    for one, other in zip(stream.block(2), again, strict=True):
        for name, value in vars(one).items():
            np.testing.assert_array_equal(value, getattr(other, name))
    assert not np.array_equal(stream.block(1)[0].depth, again[0].depth)


def test_recordings_go_on_in_the_next_window(stream: Stream) -> None:
    for number in range(4):
        batches = stream.block(number)
        assert (batches[0].going_on == 0).all()
        for before, after in itertools.pairwise(batches):
            for lane in np.flatnonzero(after.going_on):
                assert after.fps[lane] == before.fps[lane]
                step = np.abs(after.depth[lane, 0] - before.depth[lane, -1]).max()
                assert step < 0.8  # torso lengths from one frame to the next


def test_lengths_are_those_of_the_body_in_the_picture(stream: Stream) -> None:
    """True 2D keypoints and depth have the bone lengths that are said, but for perspective."""
    rng = np.random.default_rng(0)
    filmed = stream.film(rng, 0, 6, 30)
    points = np.concatenate([filmed.clean, filmed.depth[..., None]], -1)
    elbow, wrist = (points[:, :, PANOPTIC26.index(name)] for name in ("LElbow", "LHand"))
    forearm = np.median(np.linalg.norm(elbow - wrist, axis=-1), 1)
    assert np.abs(np.log(forearm / filmed.lengths[:, 3])).max() < 0.5


def test_real_motion_is_mixed_in() -> None:
    still = np.zeros((10, 26, 3), np.float32) + np.random.default_rng(0).normal(size=(26, 3)) * 0.3
    real = Clips("still", [still.astype(np.float32)])
    filmed = Stream(0, StreamSettings(lanes=8, frames=12, kept=2, fresh=1, real=1.0), [real]).film(
        np.random.default_rng(0), 0, 8, 12
    )
    assert np.abs(np.diff(filmed.depth, axis=1)).max() < 1e-2


def test_scales_are_those_of_recordings(stream: Stream) -> None:
    filmed = stream.film(np.random.default_rng(4), 0, 12, 25)
    expected = [recording_scale(keypoints, PANOPTIC26) for keypoints in filmed.keypoints]
    np.testing.assert_allclose(_scales(filmed.keypoints), expected, rtol=1e-3)


def test_normalized_undone_gives_pixels(stream: Stream) -> None:
    filmed = stream.film(np.random.default_rng(5), 0, 3, 10)
    batch = normalized(np.random.default_rng(6), filmed)
    # Lengths in torso lengths times the unit are those in pixels again.
    unit = filmed.depth[:, :, 0] / batch.depth[:, :, 0]
    np.testing.assert_allclose(
        np.exp(batch.proportions[..., 0]) * unit,
        np.repeat(filmed.lengths[:, :1], 10, 1),
        rtol=1e-3,
    )
