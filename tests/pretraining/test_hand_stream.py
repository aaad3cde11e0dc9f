import itertools
import pickle

import numpy as np
import pytest
import torch

from signlift.core.skeleton import PANOPTIC67
from signlift.model.hands.hand_inputs import HAND_BONE_STARTS
from signlift.model.hands.hand_net import HandNetConfig
from signlift.pretraining.hand_calibration import calibrate_hands
from signlift.pretraining.hand_rendering import render_hands
from signlift.pretraining.hand_stream import WINDOWS, HandStream, HandStreamSettings
from signlift.pretraining.motion_sources import ORIGINS, CapturedMotion
from signlift.simulation import sample_motion
from signlift.simulation.hands.hand_detector import HandDetectorSettings
from signlift.simulation.views.framing import ViewSettings
from signlift.training.tasks.hand_task import HAND_TERMS, HandTask

SMALL = HandStreamSettings(lanes=6, frames=16, pool_size=3, new_motions=1)
EXACT = HandDetectorSettings(
    clean_probability=1.0, lost=0.0, depth_probability=0.0, knuckles_probability=0.0
)


@pytest.fixture(scope="module")
def stream() -> HandStream:
    return HandStream(0, SMALL)


def motions(count: int, frames: int) -> np.ndarray:
    return np.stack(
        [
            sample_motion(np.random.default_rng(seed), frames, skeleton=PANOPTIC67)
            for seed in range(count)
        ]
    ).astype(np.float32)


def test_shapes(stream: HandStream) -> None:
    batches = stream.block(0)
    assert len(batches) == WINDOWS
    for batch in batches:
        assert batch.keypoints.shape == batch.true_keypoints.shape == (6, 16, 21, 2)
        assert batch.depth.shape == batch.detector_depth.shape == (6, 16, 21)
        assert batch.proportions.shape == (6, 16, 20)
        assert np.isfinite(batch.depth).all() and np.isfinite(batch.true_keypoints).all()
        assert (batch.confidence[np.isnan(batch.keypoints[..., 0])] == 0).all()
        assert (batch.depth[..., 0] == 0).all()
        assert batch.num_frames == 6 * 16
        assert batch.origin.tolist() == [0] * 6
        for value in vars(batch).values():
            assert value.dtype in (np.float32, np.int64, bool)


def test_a_block_depends_on_the_seed_and_its_number_alone(stream: HandStream) -> None:
    again = pickle.loads(pickle.dumps(HandStream(0, SMALL))).block(2)
    for one, other in zip(stream.block(2), again, strict=True):
        for name, value in vars(one).items():
            np.testing.assert_array_equal(value, getattr(other, name))


def test_hands_continue_in_the_next_window(stream: HandStream) -> None:
    for before, after in itertools.pairwise(stream.block(1)):
        assert np.abs(after.depth[:, 0] - before.depth[:, -1]).max() < 0.8
        np.testing.assert_array_equal(after.proportions[:, 0], before.proportions[:, 0])


def test_bones_have_the_given_lengths_far_away_and_thumbs_one_side() -> None:
    """Without errors of the detector, 2D and depth are a hand of constant bones."""
    rng = np.random.default_rng(0)
    far = ViewSettings(0.0, distance=(100.0, 200.0), whole_body_probability=1.0)
    hands = render_hands(rng, motions(3, 40), np.full(3, 30.0), far, EXACT)
    root = hands.true_keypoints[:, :, :1]
    assert np.nanmax(np.abs(hands.keypoints[:, :, 0])) < 1e-5
    points = np.concatenate([hands.true_keypoints - root, hands.depth[..., None]], -1)
    lengths = np.linalg.norm(points[:, :, 1:] - points[:, :, HAND_BONE_STARTS], axis=-1)
    # The distance of the wrist is known with an error of some per cent.
    np.testing.assert_allclose(np.log(lengths), hands.proportions, atol=0.2)
    # Both hands are left hands: out of the palm by the right-hand rule is where fingers bend.
    fingers = points[:, :, 1:].reshape(6, 40, 5, 4, 3)
    palm = np.cross(fingers[:, :, 1, 0], fingers[:, :, 4, 0])
    bend = fingers[:, :, 1:, 1] - fingers[:, :, 1:, 0]
    side = (palm[:, :, None] * bend).sum((1, 2, 3))
    assert (side < 0).all() or (side > 0).all()


def test_the_forearm_and_the_wrist_are_roughly_known() -> None:
    hands = render_hands(
        np.random.default_rng(0), motions(3, 40), np.full(3, 30.0), ViewSettings(), EXACT
    )
    length = np.linalg.norm(hands.forearm, axis=-1)
    np.testing.assert_allclose(length[~np.isnan(length)], 1, rtol=1e-4)
    np.testing.assert_allclose(hands.wrist, 0, atol=1e-4)
    assert (hands.sight[..., 2] > 0).all()


def test_captured_motion_is_mixed_in_by_its_origin() -> None:
    captured = [CapturedMotion(name, list(motions(2, 30))) for name in ("aws", "galt")]
    settings = HandStreamSettings(
        lanes=16, frames=8, pool_size=2, new_motions=1, captured_fraction=1.0
    )
    stream = HandStream(0, settings, captured)
    batch = stream.block(0)[0]
    assert set(batch.origin) <= {ORIGINS.index("aws"), ORIGINS.index("galt")}
    half = next(stream.epoch(1, slice(4, 8)))
    assert half.lanes.tolist() == [4, 5, 6, 7]
    np.testing.assert_array_equal(half.depth, batch.depth[4:8])


def test_a_hand_net_learns_from_the_stream(stream: HandStream) -> None:
    torch.manual_seed(0)
    task = HandTask(HandNetConfig(16, 1, 16, 16, 8))
    net = task.build()
    optimizer = torch.optim.Adam(net.parameters(), 5e-3)
    weights = torch.tensor(list(HAND_TERMS.values()))
    batch = stream.block(0)[0]
    losses = []
    for _ in range(25):
        state = net.initial_state(6)
        terms, _ = task.compute_losses(net, batch, state, torch.device("cpu"))
        loss = (terms.means * weights).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]
    assert all(torch.isfinite(weight.grad).all() for weight in net.parameters())


def test_padding_has_no_loss_and_no_frames() -> None:
    task = HandTask(HandNetConfig(4, 1, 4, 4, 4))
    net, batch = task.build(), task.padding_batch()
    assert batch.num_frames == 0
    terms, _ = task.compute_losses(net, batch, net.initial_state(1), torch.device("cpu"))
    assert terms.means.tolist() == [0] * 5 and terms.counts.tolist() == [0] * 5


def test_calibration_puts_two_thirds_of_the_depths_within_the_uncertainty() -> None:
    torch.manual_seed(0)
    net = HandNetConfig(8, 1, 8, 8, 4).build()
    calibrate_hands(net, 0, SMALL, rounds=2)
    first = net.depth.uncertainty_scale.clone()
    assert first[0] == 1 and (first[1:] > 0).all() and torch.isfinite(first).all()
    calibrate_hands(net, 0, SMALL, rounds=2)
    torch.testing.assert_close(net.depth.uncertainty_scale, first)
    other = HandNetConfig(8, 1, 8, 8, 4).build()
    calibrate_hands(net, 0, SMALL, rounds=2, held_out=other)
    assert not torch.allclose(first, net.depth.uncertainty_scale)
