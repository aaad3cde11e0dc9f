"""signlift itself: as trained, live, with lengths given, and trained as briefly as its peers."""

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
    """A lifter of signlift's as a method of the benchmark.

    Attributes
    ----------
    lifter
        Of a LiftingNet.
    name
        What the row is called.
    causal
        Whether each frame is lifted by what it and those before it tell.
    lengths
        How the signer is built, where that is given.
    """

    lifter: Lifter
    name: str = "signlift"
    causal: bool = False
    lengths: BodyProportions | None = None

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Depth of each recording, each on its own."""
        return self.lift_with_sigma(recordings)[0]

    def lift_with_sigma(
        self, recordings: list[Recording]
    ) -> tuple[list[NDArray[np.floating]], list[NDArray[np.floating]]]:
        """Depth of each recording relative to MidHip, and its estimated error."""
        depths, errors = [], []
        for recording in recordings:
            lifted = self.lifter.lift(recording, causal=self.causal, proportions=self.lengths)
            assert lifted.depth is not None and lifted.depth_uncertainty is not None
            depths.append(lifted.depth)
            errors.append(lifted.depth_uncertainty)
        return depths, errors


def true_lengths(data: Path, name: str) -> BodyProportions | None:
    """The body lengths of a test set's one skeleton; None without its motion capture."""
    folder = data / name
    if not (folder / MOCAP).is_file():
        return None
    found = [measure_bone_lengths(clip, PANOPTIC26) for clip in read_clips(folder).clips]
    return BodyProportions(**dict(zip(BONE_LENGTHS, np.median(found, 0).tolist(), strict=True)))


def weights(path: Path) -> str:
    """What tells exported weights from others.

    Raises
    ------
    InputError
        There are none.
    """
    load(path)
    return hashlib.sha256((path / DEPTH_FILE).read_bytes()).hexdigest()


def captured(data: Path) -> list[Clips]:
    """The motion capture below DATA that may be trained on: the training clips of its cmu."""
    return [read_clips(data / CMU, CMU_TRAIN)] if (data / CMU / MOCAP).is_file() else []


def trained_lifter(
    folder: Path, settings: PretrainingSettings, clips: list[Clips], *, quiet: bool
) -> tuple[Lifter, Training]:
    """A lifter of the networks of signlift, trained from nothing.

    Parameters
    ----------
    folder
        For the training, which goes on where it was stopped, and is over once it is done.
    settings
        How to train.
    clips
        What is mixed in.
    quiet
        Show no progress bar.
    """
    net = train(folder, settings, clips, quiet=quiet)
    calibrate(net, settings.seed, replace(settings.data, kept=60), clips)
    export_onnx(net, folder)
    with safe_open(folder / STATE, "pt") as file:
        blocks, spent = (float(file.metadata()[key]) for key in ("block", "seconds"))
    steps = round(blocks) * WINDOWS
    log = folder / LOG
    rows = list(csv.DictReader(log.read_text().splitlines())) if log.exists() else []
    loss = float(rows[-1]["depth"]) if rows else math.nan
    frames = steps * settings.data.lanes * settings.data.frames
    parameters = sum(values.numel() for values in net.parameters())
    return load(folder), Training(frames, steps, spent, parameters, loss)


def brief(seconds: float, seed: int) -> PretrainingSettings:
    """The recipe within so many seconds."""
    return PretrainingSettings(minutes=max(seconds, 1e-3) / 60, seed=seed)
