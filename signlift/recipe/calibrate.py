"""Make the errors that the network tells true: on recordings that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from signlift.model.lifting_net import WHOLE, LiftingNet
from signlift.recipe.losses import WITHIN
from signlift.recipe.motions import Clips
from signlift.recipe.stream import Stream, StreamSettings, normalized

#: Data of other seeds than those of training: people, cameras and detectors never seen.
_OTHER = 1_000_003


@torch.no_grad()
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
    device = net.depth.error_scale.device
    net.depth.error_scale.fill_(1)
    stream = Stream(seed + _OTHER, settings, real)
    found = []
    for number in range(rounds):
        rng = np.random.default_rng([seed + _OTHER, 3, number])
        batch = normalized(rng, stream.film(rng, number, settings.lanes, settings.frames))
        values = {name: torch.from_numpy(value).to(device) for name, value in vars(batch).items()}
        lifted = net(
            values["keypoints"],
            values["confidence"],
            values["fps"],
            net.start(settings.lanes),
            torch.full_like(values["source"], WHOLE),
            values["given"],
            torch.full_like(values["told_at"], settings.frames - 1),
        )
        off = (lifted.depth - values["depth"].transpose(0, 1)).abs()
        seen = (~torch.isnan(values["keypoints"])).any(-1).any(-1).transpose(0, 1)
        found.append((off / lifted.error.clamp(min=1e-6))[seen].cpu().numpy())
    scale = np.quantile(np.concatenate(found), WITHIN, axis=0)
    root = net.depth.root
    scale[root] = 1.0  # its depth is 0 by definition, and so is its error
    net.depth.error_scale.copy_(torch.from_numpy(scale))
