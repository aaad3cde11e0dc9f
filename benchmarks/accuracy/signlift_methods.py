"""Methods of signlift: offline, streaming, with given proportions, and trained briefly."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.data import CMU, CMU_TRAIN
from benchmarks.accuracy.trainer import Training
from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, measure_bone_lengths
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.model.checkpoint import LAST, load_checkpoint
from signlift.model.export import export_onnx
from signlift.model.graph_metadata import DEPTH_FILE
from signlift.pretraining.motion_sources import MOCAP, CapturedMotion, read_captured_motion
from signlift.pretraining.pretrain import pretrain
from signlift.pretraining.settings import PretrainingSettings
from signlift.pretraining.simulated_calibration import calibrate_on_simulation
from signlift.pretraining.simulated_stream import WINDOWS


@dataclass(frozen=True, eq=False)
class Signlift:
    """A lifter of signlift as a method of the benchmark.

    Attributes
    ----------
    lifter
        A lifter of a LiftingNet.
    name
        The name in the table.
    causal
        Lift each frame from it and the frames before it.
    proportions
        The given proportions of the signer; None to estimate them.
    """

    lifter: Lifter
    name: str = "signlift"
    causal: bool = False
    proportions: BodyProportions | None = None

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Compute the depth of each recording."""
        return self.lift_with_uncertainty(recordings)[0]

    def lift_with_uncertainty(
        self, recordings: list[Recording]
    ) -> tuple[list[NDArray[np.floating]], list[NDArray[np.floating]]]:
        """Compute the depth of each recording relative to MidHip, and its uncertainty."""
        depths, uncertainties = [], []
        for recording in recordings:
            lifted = self.lifter.lift(recording, causal=self.causal, proportions=self.proportions)
            assert lifted.depth is not None and lifted.depth_uncertainty is not None
            depths.append(lifted.depth)
            uncertainties.append(lifted.depth_uncertainty)
        return depths, uncertainties


def true_proportions(data: Path, name: str) -> BodyProportions | None:
    """Measure the body of a test set, which has one skeleton; None without motion capture."""
    directory = data / name
    if not (directory / MOCAP).is_file():
        return None
    clips = read_captured_motion(directory).clips
    lengths = [measure_bone_lengths(clip, PANOPTIC26) for clip in clips]
    return BodyProportions(**dict(zip(BONE_LENGTHS, np.median(lengths, 0).tolist(), strict=True)))


def digest_weights(path: Path) -> str:
    """Compute a digest of exported weights.

    Raises
    ------
    InputError
        There are no weights.
    """
    load(path)
    return hashlib.sha256((path / DEPTH_FILE).read_bytes()).hexdigest()


def read_training_clips(data: Path) -> list[CapturedMotion]:
    """Read the motion capture below DATA to train on: the training clips of its cmu."""
    if not (data / CMU / MOCAP).is_file():
        return []
    return [read_captured_motion(data / CMU, CMU_TRAIN)]


def train_lifter(
    directory: Path, settings: PretrainingSettings, clips: list[CapturedMotion], *, quiet: bool
) -> tuple[Lifter, Training]:
    """Train a lifter from random weights.

    Parameters
    ----------
    directory
        The directory of the training, which is resumed where it was stopped.
    settings
        The settings of the pretraining.
    clips
        Motion capture to train on.
    quiet
        Show no progress bar.
    """
    net = pretrain(directory, settings, clips, quiet=quiet)
    seed, data = settings.trainer.seed, settings.data
    calibrate_on_simulation(net, seed, replace(data, pool_size=60), clips)
    export_onnx(net, directory, steps=False)
    info = load_checkpoint(directory / LAST).info
    loss = info["history"][-1]["train_loss"] if info["history"] else math.nan
    steps = info["epoch"] * WINDOWS
    frames = steps * data.lanes * data.frames
    parameters = sum(values.numel() for values in net.parameters())
    return load(directory), Training(frames, steps, info["seconds"], parameters, loss)


def short_pretraining(seconds: float, seed: int) -> PretrainingSettings:
    """Return the settings of a pretraining of given duration."""
    return PretrainingSettings().with_schedule(minutes=max(seconds, 1e-3) / 60, seed=seed)
