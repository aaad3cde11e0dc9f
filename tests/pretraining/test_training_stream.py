import itertools
from dataclasses import replace

import numpy as np
import pytest

from signlift.core.bone_lengths import CAUSAL, GIVEN, OFFLINE, measure_bone_lengths
from signlift.core.skeleton import PANOPTIC26
from signlift.normalization.scale import recording_scale
from signlift.pretraining.motion_sources import Clips
from signlift.pretraining.training_stream import (
    WINDOWS,
    Filmed,
    StreamSettings,
    TrainingStream,
    _scales,
    normalized,
)
from signlift.simulation.views.framing import ViewSettings

SMALL = StreamSettings(lanes=4, frames=20, kept=3, fresh=1)


@pytest.fixture(scope="module")
def stream() -> TrainingStream:
    return TrainingStream(0, SMALL)


def test_shapes(stream: TrainingStream) -> None:
    batches = stream.block(0)
    assert len(batches) == WINDOWS
    for batch in batches:
        assert batch.keypoints.shape == batch.clean.shape == (4, 20, 26, 2)
        assert batch.confidence.shape == batch.depth.shape == (4, 20, 26)
        assert batch.proportions.shape == (4, 20, 9)
        assert batch.given.shape == batch.known.shape == (4, 8)
        assert batch.fps.shape == batch.going_on.shape == batch.source.shape == (4,)
        assert np.isfinite(batch.depth).all()
        assert np.isfinite(batch.proportions).all()
        assert (batch.confidence[np.isnan(batch.keypoints[..., 0])] == 0).all()
        assert ((batch.told_at >= 0) & (batch.told_at < 20)).all()


def test_a_block_depends_on_the_seed_and_its_number_alone(stream: TrainingStream) -> None:
    again = TrainingStream(0, SMALL).block(2)
    for one, other in zip(stream.block(2), again, strict=True):
        for name, value in vars(one).items():
            np.testing.assert_array_equal(value, getattr(other, name))
    assert not np.array_equal(stream.block(1)[0].depth, again[0].depth)


def test_recordings_go_on_in_the_next_window(stream: TrainingStream) -> None:
    for number in range(4):
        batches = stream.block(number)
        assert (batches[0].going_on == 0).all()
        for before, after in itertools.pairwise(batches):
            for lane in np.flatnonzero(after.going_on):
                assert after.fps[lane] == before.fps[lane]
                step = np.abs(after.depth[lane, 0] - before.depth[lane, -1]).max()
                assert step < 0.8  # torso lengths from one frame to the next


def test_lengths_are_those_of_the_body_in_the_picture() -> None:
    """True 2D keypoints and depth have the bone lengths that are said: seen from far away."""
    far = replace(SMALL, views=ViewSettings(distance=(100.0, 200.0)))
    filmed = TrainingStream(0, far).film(np.random.default_rng(0), 0, 6, 30)
    points = np.concatenate([filmed.clean, filmed.depth[..., None]], -1)
    np.testing.assert_allclose(measure_bone_lengths(points, PANOPTIC26), filmed.lengths, rtol=0.03)


def test_lengths_are_given_in_any_unit_and_not_all(stream: TrainingStream) -> None:
    filmed = stream.film(np.random.default_rng(0), 0, 6, 10)
    filmed = Filmed(**{name: np.repeat(value, 50, 0) for name, value in vars(filmed).items()})
    batch = normalized(np.random.default_rng(1), filmed)
    off = batch.given - np.log(filmed.lengths)
    unit = off.mean(1, keepdims=True)
    assert (off - unit).std() == pytest.approx(0.02 * np.sqrt(7 / 8), rel=0.1)
    assert (unit + np.log(filmed.lengths[:, :1])).std() == pytest.approx(1, rel=0.15)
    assert batch.known[:, :4].any(1).all()
    assert 0.4 < batch.known.all(1).mean() < 0.6
    some = batch.known[~batch.known.all(1)]
    assert (some.mean(0) > 0.3).all() and (some.mean(0) < 0.8).all()


def test_all_can_be_lifted_as_a_whole(stream: TrainingStream) -> None:
    filmed = stream.film(np.random.default_rng(0), 0, 40, 20)
    batch = normalized(np.random.default_rng(1), filmed, all_whole=True)
    assert (batch.source == OFFLINE).all()
    assert (batch.told_at == 19).all()
    # The scale of one does not change over time.
    units = batch.depth[..., 0] / filmed.depth[..., 0]
    np.testing.assert_allclose(units, np.repeat(units[:, :1], 20, 1), rtol=1e-4)
    drawn = normalized(np.random.default_rng(1), filmed)
    assert set(drawn.source) == {GIVEN, OFFLINE, CAUSAL}


def test_real_motion_is_mixed_in() -> None:
    still = np.zeros((10, 26, 3), np.float32) + np.random.default_rng(0).normal(size=(26, 3)) * 0.3
    real = Clips("still", [still.astype(np.float32)])
    settings = StreamSettings(lanes=8, frames=12, kept=2, fresh=1, real=1.0)
    filmed = TrainingStream(0, settings, [real]).film(np.random.default_rng(0), 0, 8, 12)
    assert np.abs(np.diff(filmed.depth, axis=1)).max() < 1e-2


def test_scales_are_those_of_recordings(stream: TrainingStream) -> None:
    filmed = stream.film(np.random.default_rng(4), 0, 12, 25)
    expected = [recording_scale(keypoints, PANOPTIC26) for keypoints in filmed.keypoints]
    np.testing.assert_allclose(_scales(filmed.keypoints), expected, rtol=1e-3)


def test_scales_of_those_who_are_hardly_seen() -> None:
    """Neither torso nor shoulders nor ears: half the diagonal of the box of what is there."""
    keypoints = np.full((6, 12, 26, 2), np.nan)
    rng = np.random.default_rng(0)
    for name in ("Nose", "LElbow", "LHand"):
        keypoints[0, :, PANOPTIC26.index(name)] = rng.uniform(300, 900, (12, 2))
    keypoints[1, :, PANOPTIC26.index("Nose")] = [30.0, 40.0]  # a single point
    keypoints[2] = 5.0  # a torso without any length
    keypoints[2, :, PANOPTIC26.index("LHand")] = [-1.0, 2.0]
    keypoints[3, 0] = rng.uniform(-1e-4, 1e-4, (26, 2))  # a very small person
    keypoints[5, :, PANOPTIC26.index("LEar")] = 0.0
    keypoints[5, :, PANOPTIC26.index("REar")] = [3.0, 4.0]
    expected = [recording_scale(each, PANOPTIC26) for each in keypoints]
    assert expected[1] == expected[4] == 1
    assert 0 < expected[3] < 1e-3
    np.testing.assert_allclose(_scales(keypoints), expected, rtol=1e-6)


def test_normalized_undone_gives_pixels(stream: TrainingStream) -> None:
    filmed = stream.film(np.random.default_rng(5), 0, 3, 10)
    batch = normalized(np.random.default_rng(6), filmed)
    # Lengths in torso lengths times the unit are those in pixels again.
    unit = filmed.depth[:, :, 0] / batch.depth[:, :, 0]
    np.testing.assert_allclose(
        np.exp(batch.proportions[..., 0]) * unit,
        np.repeat(filmed.lengths[:, :1], 10, 1),
        rtol=1e-3,
    )
