"""Lifter: a trained model that gives recordings, files and streams of keypoints their depth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.core.body_proportions import BodyProportions
from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.lifting.network import Network
from signlift.lifting.offline import estimate_lengths, lift_whole
from signlift.lifting.open_network import open_network
from signlift.lifting.skeleton_mapping import from_network, to_network
from signlift.lifting.stream import Stream, lift_causal


@dataclass(frozen=True, eq=False)
class Lifter:
    """A trained model, ready to lift.

    Attributes
    ----------
    network
        The model, whatever runs it.
    path
        Where it was loaded from; None for the shipped weights.
    """

    network: Network
    path: Path | None = None

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton that the model works on."""
        return self.network.skeleton

    def lift(
        self,
        recording: Recording,
        *,
        proportions: BodyProportions | None = None,
        causal: bool = False,
        complete: bool = False,
    ) -> Recording:
        """Give a recording its depth.

        Parameters
        ----------
        recording
            On any skeleton; it goes to the model's and back by name.
        proportions
            What is known of how the signer is built.
        causal
            Lift each frame by what it and those before it tell, as `stream` does. Else all
            frames tell how large the signer is and how built, and then each is lifted.
        complete
            Also set the keypoints that were not observed where the model takes them to be, in
            frames that have any; they have a confidence of 0 then (see `Recording.detected`).

        Returns
        -------
        The same recording with depth [T, J] in the unit of its keypoints, relative to MidHip,
        positive away from the camera; for keypoints that were not observed too; and with
        `depth_uncertainty` if the model tells it. NaN in frames without any keypoint, and for
        keypoints that the model's skeleton does not have.

        Raises
        ------
        InputError
            The model was trained in the canonical frame; or it does not go by proportions, or
            does not tell where keypoints are; or the recording's frame rate is none.
        """
        lifted, _ = self.lift_with_lengths(
            recording, proportions=proportions, causal=causal, complete=complete
        )
        return lifted

    def lift_with_lengths(
        self,
        recording: Recording,
        *,
        proportions: BodyProportions | None = None,
        causal: bool = False,
        complete: bool = False,
    ) -> tuple[Recording, BodyProportions | None]:
        """As `lift`, and how the signer is built, as `proportions` tells it.

        Of a recording without any keypoint, and from a model that does not go by it: None.
        """
        self._check(proportions, complete=complete)
        fps = check_fps(recording.frame_rate, f"{recording.name}: fps")
        if len(recording) == 0:
            nothing = np.empty((0, len(recording.skeleton)), np.float32)
            error = nothing if self.network.proportions else None
            return recording.with_depth(nothing, error), None
        keypoints, confidence = to_network(recording, self.skeleton)
        if causal:
            lifted = lift_causal(self.network, keypoints, confidence, fps, proportions)
        else:
            lifted = lift_whole(self.network, keypoints, confidence, fps, proportions)
        told = lifted.told if complete else replace(lifted.told, points=None)
        told = from_network(told, keypoints, self.skeleton, recording.skeleton)
        if complete:
            assert told.points is not None
            recording = _completed(recording, told.points)
        lengths = None if np.isnan(keypoints).all() else lifted.lengths
        return recording.with_depth(told.depth, told.error).with_note(self._note(causal)), lengths

    def proportions(self, recording: Recording) -> BodyProportions:
        """How the signer of a recording is built, in the recording's unit, with errors.

        To be saved, and given to other recordings of the same person, or to a stream.

        Raises
        ------
        InputError
            The recording has no keypoint, or a frame rate that is none; or the model does not
            go by proportions.
        """
        self.check_can(proportions=True)
        fps = check_fps(recording.frame_rate, f"{recording.name}: fps")
        keypoints, confidence = to_network(recording, self.skeleton)
        if np.isnan(keypoints).all():
            expected = "a frame with a keypoint"
            raise InputError(problem(recording.name, expected=expected, found="none"))
        return estimate_lengths(self.network, keypoints, confidence, fps)

    def stream(
        self,
        skeleton: str | Skeleton | None = None,
        fps: float = DEFAULT_FPS,
        proportions: BodyProportions | None = None,
    ) -> Stream:
        """Lift a person's frames as they come.

        Parameters
        ----------
        skeleton
            What the keypoints of a frame are, or its name; the model's when it is not given.
        fps
            Frames per second.
        proportions
            What is known of how the signer is built.

        Returns
        -------
        A stream whose `step(frame)` gives the depth of a frame: the same numbers as `lift` with
        `causal`.

        Raises
        ------
        InputError
            There is no such skeleton, or fps is not a number above 0 and up to 1000; or as in
            `lift`.
        """
        self._check(proportions)
        on = self.skeleton if skeleton is None else get_skeleton(skeleton)
        return Stream(self.network, on, check_fps(fps), proportions)

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
            camera; NaN where the input has padding (frames without any keypoint). Memory holds
            one recording at a time.
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
        from signlift.pipeline.lift_arrays import lift_file

        return lift_file(self, path, out, quiet=quiet).depth

    def _note(self, causal: bool) -> str:
        from signlift._version import __version__

        where = "its shipped weights" if self.path is None else self.path.name
        way = ", each frame by those before it" if causal else ""
        return f"depth by signlift {__version__} with {where}{way}"

    def __repr__(self) -> str:
        """Without the weights."""
        where = "the shipped weights" if self.path is None else repr(str(self.path))
        return f"Lifter({where}, {self.skeleton.name})"

    def check_frame(self) -> None:
        """Raise InputError when the model was trained in the canonical frame: it cannot lift."""
        frame = self.network.frame
        if frame != "camera":
            found = f"one of the {frame} frame, which needs the true depth to get there"
            raise InputError(
                problem(str(self.path), expected="a model of the camera frame", found=found)
            )

    def check_can(self, *, proportions: bool) -> None:
        """Raise InputError when the model cannot lift, or does not go by proportions if wanted."""
        self.check_frame()
        if proportions:
            self._check_proportions()

    def _check_proportions(self) -> None:
        if self.network.proportions is None:
            expected = "a model that goes by the signer's proportions"
            raise InputError(problem(str(self.path), expected=expected, found="one that does not"))

    def _check(
        self,
        proportions: BodyProportions | None = None,
        *,
        complete: bool = False,
    ) -> None:
        """Raise InputError when the model cannot do what is asked for."""
        self.check_can(proportions=proportions is not None)
        if complete and self.network.proportions is None:
            expected = "a model that tells where keypoints are"
            raise InputError(problem(str(self.path), expected=expected, found="one that does not"))


def _completed(recording: Recording, points: Float[np.ndarray, "T J 2"]) -> Recording:
    """The recording with points where nothing was observed, with a confidence of 0."""
    seen = recording.observed
    sure = np.ones(seen.shape, np.float32) if recording.confidence is None else recording.confidence
    done = replace(
        recording,
        keypoints=np.where(seen[..., None], recording.keypoints, points),
        confidence=np.where(seen, sure, np.float32(0)),
    )
    count = int(done.observed.sum() - seen.sum())
    note = f"{count} keypoints not observed, set where the model takes them to be"
    return done.with_note(note) if count else done


def load(path: str | PathLike[str] | None = None, *, threads: int = 1) -> Lifter:
    """Load a trained model.

    Parameters
    ----------
    path
        Nothing for the shipped weights; a folder that `export_onnx` wrote, or a .onnx file of
        `signlift export`; a run's folder (its best checkpoint) or a .safetensors file, which
        need PyTorch.
    threads
        How many ONNX Runtime uses; more than one hardly make it faster.

    Raises
    ------
    InputError
        There is no such file, or it is not one that signlift wrote.
    """
    return Lifter(open_network(path, threads), None if path is None else Path(path))
