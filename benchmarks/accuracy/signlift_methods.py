"""Methods of signlift: offline, streaming, with given proportions, and trained briefly."""

from __future__ import annotations

import csv
import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from benchmarks.accuracy.data import CMU, CMU_TRAIN
from benchmarks.accuracy.trainer import Training
from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, measure_bone_lengths
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.lifting.lifter import Lifter, load
from signlift.model.export import export_onnx
from signlift.model.graph_metadata import DEPTH_FILE
from signlift.pretraining.motion_sources import MOCAP, Clips, read_clips
from signlift.pretraining.settings import PretrainingSettings
from signlift.pretraining.train_networks import LOG, STATE, train
from signlift.pretraining.training_stream import WINDOWS
from signlift.pretraining.uncertainty_calibration import calibrate


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
    lengths = [measure_bone_lengths(clip, PANOPTIC26) for clip in read_clips(directory).clips]
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


def read_training_clips(data: Path) -> list[Clips]:
    """Read the motion capture below DATA to train on: the training clips of its cmu."""
    return [read_clips(data / CMU, CMU_TRAIN)] if (data / CMU / MOCAP).is_file() else []


def train_lifter(
    directory: Path, settings: PretrainingSettings, clips: list[Clips], *, quiet: bool
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
    net = train(directory, settings, clips, quiet=quiet)
    calibrate(net, settings.seed, replace(settings.data, kept=60), clips)
    export_onnx(net, directory)
    with safe_open(directory / STATE, "pt") as file:
        blocks, seconds = (float(file.metadata()[key]) for key in ("block", "seconds"))
    steps = round(blocks) * WINDOWS
    log = directory / LOG
    rows = list(csv.DictReader(log.read_text().splitlines())) if log.exists() else []
    loss = float(rows[-1]["depth"]) if rows else math.nan
    frames = steps * settings.data.lanes * settings.data.frames
    parameters = sum(values.numel() for values in net.parameters())
    return load(directory), Training(frames, steps, seconds, parameters, loss)


def short_pretraining(seconds: float, seed: int) -> PretrainingSettings:
    """Return the settings of a pretraining of given duration."""
    return PretrainingSettings(minutes=max(seconds, 1e-3) / 60, seed=seed)
