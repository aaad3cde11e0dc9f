"""Lifter: a trained model that gives recordings and files of keypoints their depth."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.batching.dataset import measure
from signlift.errors import InputError, problem
from signlift.formats.arrays import read_arrays
from signlift.formats.npy import npy_writer
from signlift.model.checkpoint import load_checkpoint
from signlift.model.depth_lstm import DepthLSTM, ModelConfig
from signlift.model.predict import predict, predict_windows
from signlift.progress import progress_bar
from signlift.recording import Recording
from signlift.skeleton import Skeleton


@dataclass(frozen=True, eq=False)
class Lifter:
    """A trained model, ready to lift.

    Attributes
    ----------
    model
        The network.
    config
        Its skeleton, frame of reference and size.
    info
        What it was saved with, such as the mean depth of its training set.
    path
        Where it was loaded from.
    """

    model: DepthLSTM
    config: ModelConfig
    info: dict[str, Any]
    path: Path

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton that the model was trained on."""
        return self.config.on()

    def lift(self, recording: Recording) -> Recording:
        """Give a recording its depth.

        Parameters
        ----------
        recording
            On any skeleton; it goes to the model's and back by name.

        Returns
        -------
        The same recording with depth [T, J] in the unit of its keypoints, relative to MidHip,
        positive away from the camera; for keypoints that were not observed too. NaN in frames
        without any keypoint, and for keypoints that the model's skeleton does not have.

        Raises
        ------
        InputError
            The model was trained in the canonical frame.
        """
        self.check_frame()
        if len(recording) == 0:
            return recording.with_depth(np.empty((0, len(recording.skeleton)), np.float32))
        elsewhere = recording.skeleton != self.skeleton
        there = recording.convert(self.skeleton) if elsewhere else recording
        (prediction,) = predict(self.model, measure(_Single(there)), lanes=1)
        lifted = there.with_depth(prediction.depth)
        if elsewhere:
            lifted = lifted.convert(recording.skeleton)
        return recording.with_depth(lifted.depth)

    def lift_file(
        self, path: str | PathLike[str], out: str | PathLike[str], *, quiet: bool = True
    ) -> Path:
        """Lift body_data.npy, [V, T, 2J] or [T, 2J], into depth of shape [V, T, J] or [T, J].

        Parameters
        ----------
        path
            On the model's skeleton.
        out
            A .npy file, float32, in the input's unit, relative to MidHip, positive away from the
            camera; NaN where the input has padding (frames without any keypoint). Both are gone
            through piece by piece: any size will do.
        quiet
            Show no progress bar.

        Returns
        -------
        `out`.

        Raises
        ------
        InputError
            One line for each problem of the file; or the model was trained in the canonical
            frame.
        """
        self.check_frame()
        path, out = Path(path), Path(out)
        if out.exists() and path.exists() and out.samefile(path):
            raise InputError(problem(out, expected="another file than the input", found="it"))
        if path.is_dir():
            raise InputError(problem(path, expected="a .npy file", found="a folder"))
        arrays = read_arrays(path, skeleton=self.skeleton, quiet=quiet)
        dataset = measure(arrays, quiet=quiet)
        total = int(arrays.lengths.sum())
        with (
            npy_writer(out, (*arrays.data.shape[:-1], len(self.skeleton))) as file,
            progress_bar(total, f"lifting {path.name}", quiet=quiet) as bar,
        ):
            file.fill_nan()
            for window in predict_windows(self.model, dataset):
                video = (window.recording,) if len(file.shape) == 3 else ()
                file.put((*video, window.start), window.depth)
                bar.update(len(window.depth))
        return out

    def __repr__(self) -> str:
        """Without the weights."""
        return f"Lifter({str(self.path)!r}, {self.config})"

    def check_frame(self) -> None:
        """Raise InputError when the model was trained in the canonical frame: it cannot lift."""
        if self.config.frame != "camera":
            found = f"one of the {self.config.frame} frame, which needs the true depth to get there"
            raise InputError(
                problem(self.path, expected="a model of the camera frame", found=found)
            )


@dataclass(frozen=True, eq=False)
class _Single:
    """One recording in memory, read as arrays are."""

    recording: Recording

    @property
    def skeleton(self) -> Skeleton:
        return self.recording.skeleton

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.array([len(self.recording)])

    def fetch(
        self,
        recordings: NDArray[np.int64],  # noqa: ARG002  # there is but one
        starts: NDArray[np.int64],
        length: int,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        frames = slice(int(starts[0]), int(starts[0]) + length)
        keypoints = self.recording.keypoints[None, frames]
        return keypoints, np.full(keypoints.shape[:-1], np.nan, np.float32)


def load(path: str | PathLike[str] | None = None) -> Lifter:
    """Load a trained model.

    Parameters
    ----------
    path
        A run's folder (its best checkpoint), or a .safetensors file of a run.

    Raises
    ------
    InputError
        There is no such file, or it is not one that signlift wrote; or no path is given: there
        are no shipped weights yet.
    """
    if path is None:
        expected = "a trained run (no weights are shipped yet)"
        raise InputError(problem("--model", expected=expected, found="none given"))
    model, config, info = load_checkpoint(path)
    return Lifter(model.float(), config, info, Path(path))
