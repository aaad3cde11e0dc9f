"""Calibration of the uncertainty on simulated recordings that training did not see.

The people, cameras and detectors of these recordings are new. Captured motion is not: it is that
of training, under new cameras, with new bodies, as new detectors find it. The errors on it are
smaller than on new motion, so a model can be calibrated by the errors of another one, which has not
seen some of it (after the idea of cross-conformal prediction: Barber et al., Predictive inference
with the jackknife+, 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

import numpy as np
import torch

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.model.export import export_onnx
from signlift.model.lifting_net import LiftingNet
from signlift.pretraining.motion_sources import CapturedMotion
from signlift.pretraining.simulated_stream import WINDOWS, SimulatedStream, StreamSettings
from signlift.training.tasks.losses import COVERAGE
from signlift.training.tasks.uncertainty_calibration import uncertainty_ratios
from signlift.utils.array_types import Float

#: Recordings of each round.
CALIBRATION_LANES = 32

#: Added to the seed of training, for people, cameras and detectors that it did not see.
_SEED_OFFSET = 1_000_003


def calibrate_on_simulation(
    net: LiftingNet,
    seed: int,
    settings: StreamSettings,
    captured: Sequence[CapturedMotion] = (),
    rounds: int = 4,
    *,
    held_out: LiftingNet | None = None,
) -> None:
    """Set the scale of the uncertainty of each keypoint, so that 68.3 % of true depths are within.

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
        A network that has not seen some of the captured motion: its errors, and not those of `net`,
        are to be within the uncertainty of `net`. None for those of `net`.
    """
    net.depth.uncertainty_scale.fill_(1)
    with TemporaryDirectory() as directory, TemporaryDirectory() as other:
        export_onnx(net, directory, steps=False)
        lifter, errors_of = load(directory), None
        if held_out is not None:
            export_onnx(held_out, other, steps=False)
            errors_of = load(other)
        ratios = simulated_ratios(
            lifter, seed + _SEED_OFFSET, settings, captured, rounds, errors_of
        )
    scale = np.quantile(ratios, COVERAGE, axis=0)
    scale[net.depth.root] = 1.0  # its depth is 0 by definition
    net.depth.uncertainty_scale.copy_(torch.from_numpy(scale))


def simulated_ratios(
    lifter: Lifter,
    seed: int,
    settings: StreamSettings,
    captured: Sequence[CapturedMotion],
    rounds: int,
    errors_of: Lifter | None = None,
) -> Float[np.ndarray, "N J"]:
    """Compute `uncertainty_ratios` on simulated recordings.

    Short recordings (a window of training) and long ones (a block of it) take turns.

    Parameters
    ----------
    lifter
        Lifter of the network.
    seed
        Seed of the recordings.
    settings, captured, rounds
        As for `calibrate_on_simulation`.
    errors_of
        As for `uncertainty_ratios`.

    Returns
    -------
    [N, J], for all frames with any keypoint.
    """
    stream = SimulatedStream(seed, settings, captured)

    def recordings() -> Iterator[Recording]:
        for number in range(rounds):
            rng = np.random.default_rng([seed, 3, number])
            frames = settings.frames * (WINDOWS if number % 2 else 1)
            rendered = stream.render(rng, number, CALIBRATION_LANES, frames)
            for lane in range(CALIBRATION_LANES):
                depth, size = rendered.detector_depth[lane], rendered.size[lane]
                yield Recording(
                    rendered.keypoints[lane],
                    PANOPTIC26,
                    depth=rendered.depth[lane],
                    confidence=rendered.confidence[lane],
                    detector_depth=None if np.isnan(depth).all() else depth,
                    size=None if np.isnan(size).any() else tuple(size.tolist()),
                    fps=float(rendered.fps[lane]),
                )

    return uncertainty_ratios(lifter, recordings(), errors_of)
