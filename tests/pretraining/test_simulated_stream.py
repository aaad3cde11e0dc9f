import itertools
from dataclasses import replace

import numpy as np
import pytest

from signlift.core.bone_lengths import CAUSAL, GIVEN, OFFLINE, measure_bone_lengths
from signlift.core.skeleton import PANOPTIC26
from signlift.normalization.scale import recording_scale
from signlift.pretraining.motion_sources import ORIGINS, CapturedMotion
from signlift.pretraining.rendered_batch import (
    RenderedBatch,
    normalize_batch,
    recording_scales,
)
from signlift.pretraining.simulated_stream import WINDOWS, SimulatedStream, StreamSettings
from signlift.simulation.views.framing import ViewSettings

SMALL = StreamSettings(lanes=4, frames=20, pool_size=3, new_motions=1)


@pytest.fixture(scope="module")
def stream() -> SimulatedStream:
    return SimulatedStream(0, SMALL)


def test_shapes(stream: SimulatedStream) -> None:
    batches = stream.block(0)
    assert len(batches) == WINDOWS
    for batch in batches:
        assert batch.keypoints.shape == batch.true_keypoints.shape == (4, 20, 26, 2)
        assert batch.confidence.shape == batch.depth.shape == (4, 20, 26)
        assert batch.detector_depth.shape == (4, 20, 26)
        assert batch.offset.shape == (4, 20, 2)
        assert batch.proportions.shape == (4, 20, 11)
        assert batch.given.shape == batch.is_given.shape == (4, 11)
        assert batch.origin.tolist() == [0] * 4  # all of them procedural
        assert batch.fps.shape == batch.continued.shape == batch.source.shape == (4,)
        assert np.isfinite(batch.depth).all()
        assert np.isfinite(batch.proportions).all()
        assert (batch.confidence[np.isnan(batch.keypoints[..., 0])] == 0).all()
        assert ((batch.estimate_frame >= 0) & (batch.estimate_frame < 20)).all()


def test_a_block_depends_on_the_seed_and_its_number_alone(stream: SimulatedStream) -> None:
    again = SimulatedStream(0, SMALL).block(2)
    for one, other in zip(stream.block(2), again, strict=True):
        for name, value in vars(one).items():
            np.testing.assert_array_equal(value, getattr(other, name))
    assert not np.array_equal(stream.block(1)[0].depth, again[0].depth)


def test_recordings_continue_in_the_next_window(stream: SimulatedStream) -> None:
    for number in range(4):
        batches = stream.block(number)
        assert not batches[0].continued.any()
        for before, after in itertools.pairwise(batches):
            for lane in np.flatnonzero(after.continued):
                assert after.fps[lane] == before.fps[lane]
                step = np.abs(after.depth[lane, 0] - before.depth[lane, -1]).max()
                assert step < 0.8  # torso lengths from one frame to the next


def test_lengths_are_those_of_the_body_in_the_image() -> None:
    """True 2D keypoints and depth have these bone lengths, far away from the camera."""
    far = replace(SMALL, views=ViewSettings(placed_probability=0.0, distance=(100.0, 200.0)))
    rendered = SimulatedStream(0, far).render(np.random.default_rng(0), 0, 6, 30)
    points = np.concatenate([rendered.true_keypoints, rendered.depth[..., None]], -1)
    np.testing.assert_allclose(
        measure_bone_lengths(points, PANOPTIC26), rendered.lengths, rtol=0.03
    )


def test_some_lengths_are_given_in_any_unit(stream: SimulatedStream) -> None:
    rendered = stream.render(np.random.default_rng(0), 0, 6, 10)
    rendered = RenderedBatch(
        **{name: np.repeat(value, 50, 0) for name, value in vars(rendered).items()}
    )
    batch = normalize_batch(np.random.default_rng(1), rendered)
    lengths, is_given = batch.given[:, :8], batch.is_given[:, :8]
    difference = lengths - np.log(rendered.lengths)
    unit = difference.mean(1, keepdims=True)
    assert (difference - unit).std() == pytest.approx(0.02 * np.sqrt(7 / 8), rel=0.1)
    assert (unit + np.log(rendered.lengths[:, :1])).std() == pytest.approx(1, rel=0.15)
    none = ~is_given.any(1)
    assert 0.15 < none.mean() < 0.35
    assert is_given[~none, :4].any(1).all()
    assert 0.4 < is_given[~none].all(1).mean() < 0.6
    some = is_given[~none & ~is_given.all(1)]
    assert (some.mean(0) > 0.3).all() and (some.mean(0) < 0.8).all()
    distance, pitch, yaw = batch.is_given[:, 8:].T
    assert 0.2 < distance.mean() < 0.4 and 0.2 < pitch.mean() < 0.4
    assert not yaw.any()
    error = batch.given[:, 9] - batch.proportions[:, 0, 9]
    assert error.std() == pytest.approx(0.02, rel=0.2)


def test_the_view_is_that_of_the_camera() -> None:
    """Of a camera far away, the trunk of an upright person is as long as its pitch says."""
    rendered = SimulatedStream(0, SMALL).render(np.random.default_rng(0), 0, 40, 10)
    batch = normalize_batch(np.random.default_rng(1), rendered)
    np.testing.assert_allclose(batch.proportions[:, 0, 9:], rendered.angles, rtol=1e-6)
    assert np.abs(np.degrees(rendered.angles[:, 0])).max() < 60
    unknown = np.isnan(rendered.size).any(1)
    assert 0.1 < unknown.mean() < 0.6
    assert np.isnan(batch.offset[unknown]).all()
    assert np.isfinite(batch.offset[~unknown]).all()
    # The depth of a detector is missing where the keypoint is.
    missing = np.isnan(batch.keypoints[..., 0])
    assert np.isnan(batch.detector_depth[missing]).all()
    assert np.isfinite(batch.detector_depth).any()


def test_every_source_of_proportions_is_drawn(stream: SimulatedStream) -> None:
    rendered = stream.render(np.random.default_rng(0), 0, 40, 20)
    batch = normalize_batch(np.random.default_rng(1), rendered)
    assert set(batch.source) == {GIVEN, OFFLINE, CAUSAL}
    # Only a stream has a scale that changes over time.
    unit = batch.depth[..., 0] / rendered.depth[..., 0]
    changes = np.ptp(unit / unit[:, :1], axis=1) > 1e-3
    assert (changes == (batch.source == CAUSAL)).all()


def test_an_epoch_is_a_block_whose_lanes_can_be_selected(stream: SimulatedStream) -> None:
    block, epoch, half = stream.block(1), list(stream.epoch(2)), list(stream.epoch(2, slice(1, 3)))
    assert stream.frames_per_epoch == sum(batch.num_frames for batch in epoch) == 3 * 4 * 20
    for whole, batch, part in zip(block, epoch, half, strict=True):
        assert batch.lanes.tolist() == [0, 1, 2, 3]
        np.testing.assert_array_equal(batch.depth, whole.depth)
        assert part.lanes.tolist() == [1, 2]
        np.testing.assert_array_equal(part.depth, whole.depth[1:3])


def test_captured_motion_is_mixed_in() -> None:
    still = np.zeros((10, 26, 3), np.float32) + np.random.default_rng(0).normal(size=(26, 3)) * 0.3
    captured = CapturedMotion("galt", [still.astype(np.float32)])
    settings = StreamSettings(lanes=8, frames=12, pool_size=2, new_motions=1, captured_fraction=1.0)
    rendered = SimulatedStream(0, settings, [captured]).render(np.random.default_rng(0), 0, 8, 12)
    assert np.abs(np.diff(rendered.depth, axis=1)).max() < 1e-2
    assert (rendered.origin == ORIGINS.index("galt")).all()


def test_scales_are_those_of_recordings(stream: SimulatedStream) -> None:
    rendered = stream.render(np.random.default_rng(4), 0, 12, 25)
    expected = [recording_scale(keypoints, PANOPTIC26) for keypoints in rendered.keypoints]
    np.testing.assert_allclose(recording_scales(rendered.keypoints), expected, rtol=1e-3)


def test_scales_of_people_with_few_keypoints() -> None:
    """Without torso, shoulders and ears: half the diagonal of the box of all keypoints."""
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
    np.testing.assert_allclose(recording_scales(keypoints), expected, rtol=1e-6)


def test_lengths_and_depth_have_one_unit(stream: SimulatedStream) -> None:
    rendered = stream.render(np.random.default_rng(5), 0, 3, 10)
    batch = normalize_batch(np.random.default_rng(6), rendered)
    unit = rendered.depth[:, :, 0] / batch.depth[:, :, 0]
    np.testing.assert_allclose(
        np.exp(batch.proportions[..., 0]) * unit,
        np.repeat(rendered.lengths[:, :1], 10, 1),
        rtol=1e-3,
    )
