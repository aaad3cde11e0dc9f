"""Make the errors that the network tells true: on recordings that it was not trained on.

The people, cameras and detectors of these recordings are new; real motion is not. It is that of
the clips of training, under new cameras, with new bodies and as new detectors see it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from signlift.model.lifting_net import LiftingNet
from signlift.recipe.losses import WITHIN
from signlift.recipe.motions import Clips
from signlift.recipe.stream import StreamSettings, TrainingStream, normalized

#: Added to the seed of training: procedural people, cameras and detectors never seen.
_OTHER = 1_000_003


def calibrate(
    net: LiftingNet,
    seed: int,
    settings: StreamSettings,
    real: Sequence[Clips] = (),
    rounds: int = 4,
) -> None:
    """Set `error_scale`, so that 68.3 % of the true depths lie within one error of what is told.

    Parameters
    ----------
    net
        The trained networks; changed in place.
    seed
        That of the training.
    settings, real
        What the data are; recordings are drawn anew, with an unused seed.
    rounds
        How many batches are lifted.
    """
    net.depth.error_scale.fill_(1)
    found = errors_over_told(net, seed + _OTHER, settings, real, rounds)
    scale = np.quantile(found, WITHIN, axis=0)
    root = net.depth.root
    scale[root] = 1.0  # its depth is 0 by definition, and so is its error
    net.depth.error_scale.copy_(torch.from_numpy(scale))


@torch.no_grad()
def errors_over_told(
    net: LiftingNet, seed: int, settings: StreamSettings, real: Sequence[Clips], rounds: int
) -> Float[np.ndarray, "N J"]:
    """How far off depths are, over how far off the network says they may be.

    Parameters
    ----------
    net, settings, real, rounds
        As for `calibrate`.
    seed
        The source of chance.

    Returns
    -------
    [N, J], for all frames with any keypoint of recordings that are lifted as a whole.
    """
    device = net.depth.error_scale.device
    stream = TrainingStream(seed, settings, real)
    found = []
    for number in range(rounds):
        rng = np.random.default_rng([seed, 3, number])
        filmed = stream.film(rng, number, settings.lanes, settings.frames)
        batch = normalized(rng, filmed, all_whole=True)
        values = {name: torch.from_numpy(value).to(device) for name, value in vars(batch).items()}
        lifted = net(
            values["keypoints"],
            values["confidence"],
            values["fps"],
            net.start(settings.lanes),
            values["source"],
            values["given"],
            values["known"],
            values["told_at"],
        )
        off = (lifted.depth - values["depth"].transpose(0, 1)).abs()
        seen = (~torch.isnan(values["keypoints"])).any(-1).any(-1).transpose(0, 1)
        found.append((off / lifted.error.clamp(min=1e-6))[seen].cpu().numpy())
    return np.concatenate(found)
