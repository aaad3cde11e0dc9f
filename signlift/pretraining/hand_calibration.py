"""Calibration of the uncertainty of fingers on simulated hands that training did not see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from signlift.core.bone_lengths import OFFLINE
from signlift.model.hands.hand_inputs import HandInputs
from signlift.model.hands.hand_net import HandNet
from signlift.pretraining.hand_rendering import RenderedHands
from signlift.pretraining.hand_stream import WINDOWS, HandStream, HandStreamSettings
from signlift.pretraining.motion_sources import CapturedMotion
from signlift.training.tasks.losses import COVERAGE
from signlift.utils.array_types import Float

#: Added to the seed of training, for people, cameras and detectors that it did not see.
_SEED_OFFSET = 1_000_003

#: Smallest uncertainty that an error is divided by, in hand units.
_MIN_UNCERTAINTY = 1e-6


def calibrate_hands(
    net: HandNet,
    seed: int,
    settings: HandStreamSettings,
    captured: Sequence[CapturedMotion] = (),
    rounds: int = 4,
    *,
    held_out: HandNet | None = None,
) -> None:
    """Set the scale of the uncertainty of each keypoint, so that 68.3 % of true depths are within.

    Short recordings (a window of training) and long ones (a block of it) take turns; they are
    lifted as users lift them, in both directions of time.

    Parameters
    ----------
    net
        The trained network; changed in place.
    seed
        Seed of its training.
    settings, captured
        The simulated stream; recordings are drawn anew.
    rounds
        Number of batches.
    held_out
        As for `calibrate_on_simulation`.
    """
    net.depth.uncertainty_scale.fill_(1)
    stream = HandStream(seed + _SEED_OFFSET, settings, captured)
    ratios = []
    for number in range(rounds):
        rng = np.random.default_rng([seed, 4, number])
        frames = settings.frames * (WINDOWS if number % 2 else 1)
        rendered, _ = stream.render(rng, number, settings.lanes // 2, frames)
        depth, uncertainty = _lift(net, rendered)
        if held_out is not None:
            depth, _ = _lift(held_out, rendered)
        error = np.abs(depth - rendered.depth.swapaxes(0, 1))
        ratios.append((error / np.maximum(uncertainty, _MIN_UNCERTAINTY)).reshape(-1, 21))
    scale = np.asarray(np.quantile(np.concatenate(ratios), COVERAGE, axis=0))
    scale[0] = 1.0  # the root's depth is 0 by definition
    net.depth.uncertainty_scale.copy_(torch.from_numpy(scale))


def _lift(
    net: HandNet, hands: RenderedHands
) -> tuple[Float[np.ndarray, "T H 21"], Float[np.ndarray, "T H 21"]]:
    """Return depth and uncertainty, lifted forward and backward in time."""
    device = net.depth.uncertainty_scale.device
    B, T = hands.depth.shape[:2]
    inputs = HandInputs(
        **{name: torch.from_numpy(getattr(hands, name)).to(device) for name in HandInputs._fields}
    )
    reverse = inputs._replace(
        **{name: getattr(inputs, name).flip(1) for name in HandInputs._fields if name != "fps"}
    )
    source = torch.full((B,), OFFLINE, device=device)
    last = torch.full((B,), T - 1, device=device)
    with torch.no_grad():
        forward = net(inputs, net.initial_state(B), source, last)
        backward = net(reverse, net.initial_state(B), source, last)
    depth = (forward.depth + backward.depth.flip(0)) / 2
    uncertainty = (forward.uncertainty + backward.uncertainty.flip(0)) / 2
    return depth.cpu().numpy(), uncertainty.cpu().numpy()
