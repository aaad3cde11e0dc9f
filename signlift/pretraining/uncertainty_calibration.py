"""Make the errors that the network tells true: on recordings that it was not trained on.

The people, cameras and detectors of these recordings are new; real motion is not. It is that of
the clips of training, under new cameras, with new bodies and as new detectors see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryDirectory

import numpy as np
import torch
from jaxtyping import Float

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.lifting.lifter import Lifter, load
from signlift.model.export import export_onnx
from signlift.model.lifting_net import LiftingNet
from signlift.pretraining.losses import WITHIN
from signlift.pretraining.motion_sources import Clips
from signlift.pretraining.training_stream import WINDOWS, StreamSettings, TrainingStream

#: Added to the seed of training: procedural people, cameras and detectors never seen.
_OTHER = 1_000_003


def calibrate(
    net: LiftingNet,
    seed: int,
    settings: StreamSettings,
    real: Sequence[Clips] = (),
    rounds: int = 4,
) -> None:
    """Set `uncertainty_scale`, so that 68.3 % of the true depths lie within the uncertainty.

    Recordings are lifted as users lift them: whole, in two passes and both directions of time.

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
    net.depth.uncertainty_scale.fill_(1)
    with TemporaryDirectory() as folder:
        export_onnx(net, folder)
        lifter = load(folder)
        found = errors_over_told(lifter, seed + _OTHER, settings, real, rounds)
    scale = np.quantile(found, WITHIN, axis=0)
    root = net.depth.root
    scale[root] = 1.0  # its depth is 0 by definition, and so is its error
    net.depth.uncertainty_scale.copy_(torch.from_numpy(scale))


def errors_over_told(
    lifter: Lifter, seed: int, settings: StreamSettings, real: Sequence[Clips], rounds: int
) -> Float[np.ndarray, "N J"]:
    """How far off depths are, over how far off the lifter says they may be.

    Parameters
    ----------
    lifter
        Of the networks.
    settings, real, rounds
        As for `calibrate`.
    seed
        The source of chance.

    Returns
    -------
    [N, J], for all frames with any keypoint of recordings that are lifted as a whole: short ones
    (a window of training) and long ones (a block of it) by turns.
    """
    stream = TrainingStream(seed, settings, real)
    found = []
    for number in range(rounds):
        rng = np.random.default_rng([seed, 3, number])
        frames = settings.frames * (WINDOWS if number % 2 else 1)
        filmed = stream.film(rng, number, settings.lanes, frames)
        for lane in range(settings.lanes):
            recording = Recording(
                filmed.keypoints[lane],
                PANOPTIC26,
                confidence=filmed.confidence[lane],
                fps=float(filmed.fps[lane]),
            )
            lifted = lifter.lift(recording)
            assert lifted.depth is not None and lifted.depth_uncertainty is not None
            seen = recording.observed.any(1)
            off = np.abs(lifted.depth - filmed.depth[lane])[seen]
            found.append(off / np.maximum(lifted.depth_uncertainty[seen], 1e-6))
    return np.concatenate(found)
