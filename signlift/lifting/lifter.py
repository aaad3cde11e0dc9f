"""Lifter: a trained model that predicts the depth of recordings and of streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from signlift._version import __version__
from signlift.core.body_proportions import BodyProportions
from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.lifting.abilities import require_abilities
from signlift.lifting.body_frames import Given
from signlift.lifting.hands.hand_frames import has_hands
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import LiftingNetwork, Network
from signlift.lifting.offline import estimate_proportions, estimate_view
from signlift.lifting.open_network import open_hands
from signlift.lifting.recording_input import as_recording
from signlift.lifting.side_by_side import lift_side_by_side
from signlift.lifting.skeleton_mapping import frames_with_keypoints
from signlift.lifting.stream import Stream
from signlift.lifting.view import View


@dataclass(frozen=True, eq=False)
class Lifter:
    """A trained model, ready to lift. `signlift.load` returns one.

    Attributes
    ----------
    network
        The network, run by ONNX Runtime or PyTorch.
    path
        The path that it was loaded from; None for the shipped weights.
    threads
        Number of threads that ONNX Runtime uses.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> rng = np.random.default_rng(0)
    >>> recording = sl.Recording(rng.normal(300, 50, (8, 25, 2)), "openpose25", fps=25)
    >>> lifter = sl.load()
    >>> lifted = lifter.lift(recording)
    >>> lifted.depth.shape, lifted.depth_uncertainty.shape
    ((8, 25), (8, 25))
    """

    network: Network
    path: Path | None = None
    threads: int = 1

    @cached_property
    def hands(self) -> HandNetwork | None:
        """The network of hands: the model's own, or the shipped one; read when it is needed."""
        return open_hands(self.path, self.threads) if self.estimates_uncertainty else None

    @property
    def skeleton(self) -> Skeleton:
        """Skeleton of the network."""
        return self.network.skeleton

    @property
    def estimates_uncertainty(self) -> bool:
        """True if the model estimates proportions and uncertainty, and can complete keypoints.

        The shipped weights and other LiftingNets do; a DepthLSTM predicts depth alone.
        """
        return isinstance(self.network, LiftingNetwork)

    def lift(
        self,
        recording: Recording | NDArray[Any],
        *,
        skeleton: str | Skeleton | None = None,
        fps: float | None = None,
        size: tuple[float, float] | None = None,
        proportions: BodyProportions | None = None,
        pitch: float | None = None,
        fov: float | None = None,
        causal: bool = False,
        complete: bool = False,
    ) -> Recording:
        """Predict the depth of a recording.

        Parameters
        ----------
        recording
            Keypoints on any skeleton; they are mapped to the model's skeleton and back by name. Or
            an array [T, J, 2] (x, y) or [T, J, 3] (x, y, confidence), with its `skeleton`.
        skeleton, fps, size
            The skeleton, frames per second (30 by default) and image size of an array.
        proportions
            Given body proportions of the person. They make depth more accurate.
        pitch
            Angle in degrees that the camera looks down, if it is known.
        fov
            Field of view of the image's larger side in degrees, if it is known; the recording
            needs its image size.
        causal
            Predict each frame from itself and those before it alone, as `stream` does. By
            default all frames are used for each.
        complete
            Also complete missing keypoints, in frames with at least one observed keypoint.
            Completed keypoints have confidence 0 (see `Recording.detected`).

        Returns
        -------
        The same recording with `depth` [T, J] in the unit of its keypoints, relative to MidHip,
        positive away from the camera, for missing keypoints too; and with `depth_uncertainty`
        [T, J] and the `proportions` if the model estimates them. Depth is NaN in frames without
        any keypoint, and for keypoints that the model's skeleton does not have.

        Raises
        ------
        InputError
            The model was trained in the canonical frame; or it does not use proportions, or
            does not complete keypoints; or the frame rate is out of range; or an array is not one
            of keypoints, or has no skeleton.

        Warns
        -----
        InputWarning
            No frame has both shoulders, or a shoulder and a hip.

        Examples
        --------
        >>> import numpy as np
        >>> import signlift as sl
        >>> keypoints = np.random.default_rng(0).normal(300, 50, (8, 17, 2))
        >>> keypoints[:, 9] = np.nan  # the left wrist was not observed
        >>> recording = sl.Recording(keypoints, "coco17", fps=25)
        >>> completed = sl.load().lift(recording, complete=True)
        >>> bool(np.isnan(completed.keypoints).any()), float(completed.confidence[0, 9])
        (False, 0.0)
        """
        recording = as_recording(recording, skeleton, fps, size)
        lifted, _ = self.lift_with_proportions(
            recording,
            proportions=proportions,
            pitch=pitch,
            fov=fov,
            causal=causal,
            complete=complete,
        )
        return lifted

    def lift_with_proportions(
        self,
        recording: Recording,
        *,
        proportions: BodyProportions | None = None,
        pitch: float | None = None,
        fov: float | None = None,
        causal: bool = False,
        complete: bool = False,
    ) -> tuple[Recording, BodyProportions | None]:
        """Predict the depth of a recording, and return the body proportions that it is based on.

        Parameters
        ----------
        recording, proportions, pitch, fov, causal, complete
            As for `lift`.

        Returns
        -------
        lifted
            The recording with depth, as `lift` returns it.
        proportions
            The body proportions that were used, in the recording's unit: the estimate, fused with
            the given ones. None for a recording without any keypoint, and for a model that does
            not use proportions.

        Raises
        ------
        InputError
            As for `lift`.
        """
        return next(
            self.lift_all_with_proportions(
                [recording],
                proportions=proportions,
                pitch=pitch,
                fov=fov,
                causal=causal,
                complete=complete,
            )
        )

    def lift_all(
        self,
        recordings: Iterable[Recording],
        *,
        proportions: BodyProportions | None = None,
        pitch: float | None = None,
        fov: float | None = None,
        causal: bool = False,
        complete: bool = False,
    ) -> Iterator[Recording]:
        """Predict the depth of any number of recordings, several side by side.

        It is faster than `lift`, most of all for short recordings, and the results are the same, up
        to the rounding of float32. Recordings are taken as they are needed, a few ahead.

        Parameters
        ----------
        recordings
            Keypoints on any skeletons, of any lengths.
        proportions, pitch, fov, causal, complete
            As for `lift`, for all recordings.

        Returns
        -------
        The lifted recordings, in order.

        Raises
        ------
        InputError
            As for `lift`, in place of the first recording that cannot be lifted.

        Examples
        --------
        >>> import numpy as np
        >>> import signlift as sl
        >>> keypoints = np.random.default_rng(0).normal(300, 50, (9, 17, 2))
        >>> clips = [sl.Recording(keypoints[:T], "coco17", fps=25) for T in (5, 9)]
        >>> [lifted.depth.shape for lifted in sl.load().lift_all(clips)]
        [(5, 17), (9, 17)]
        """
        pairs = self.lift_all_with_proportions(
            recordings,
            proportions=proportions,
            pitch=pitch,
            fov=fov,
            causal=causal,
            complete=complete,
        )
        return (lifted for lifted, _ in pairs)

    def lift_all_with_proportions(
        self,
        recordings: Iterable[Recording],
        *,
        proportions: BodyProportions | None = None,
        pitch: float | None = None,
        fov: float | None = None,
        causal: bool = False,
        complete: bool = False,
    ) -> Iterator[tuple[Recording, BodyProportions | None]]:
        """Predict the depth of recordings, and return the proportions that each is based on.

        Parameters
        ----------
        recordings, proportions, pitch, fov, causal, complete
            As for `lift_all`.

        Returns
        -------
        For each recording, what `lift_with_proportions` returns.

        Raises
        ------
        InputError
            As for `lift_all`.
        """
        given = Given(proportions, pitch, fov)
        self.require(
            proportions=proportions is not None,
            view=pitch is not None or fov is not None,
            completion=complete,
        )
        for recording, used in lift_side_by_side(
            self.network, lambda: self.hands, recordings, given, causal=causal, complete=complete
        ):
            yield recording.with_note(self.describe(causal)) if len(recording) else recording, used

    def estimate_proportions(self, recording: Recording) -> BodyProportions:
        """Estimate the body proportions of the person in a recording.

        They can be saved (`BodyProportions.write`), and passed as `proportions` for other
        recordings or streams of the same person.

        Parameters
        ----------
        recording
            Keypoints on any skeleton, with at least one observed.

        Returns
        -------
        Bone lengths in the recording's unit, with their standard deviations.

        Raises
        ------
        InputError
            The recording has no keypoint, or a frame rate out of range; or the model does not
            use proportions.
        """
        self.require(proportions=True)
        assert isinstance(self.network, LiftingNetwork)
        return estimate_proportions(self.network, frames_with_keypoints(recording, self.skeleton))

    def estimate_view(self, recording: Recording) -> View:
        """Estimate from where the camera looks at the person in a recording.

        Parameters
        ----------
        recording
            Keypoints on any skeleton, with at least one observed.

        Returns
        -------
        Pitch and yaw of the camera in degrees and its distance, with their uncertainties.

        Raises
        ------
        InputError
            As for `estimate_proportions`; or the model does not use the view.
        """
        self.require(view=True)
        assert isinstance(self.network, LiftingNetwork)
        return estimate_view(self.network, frames_with_keypoints(recording, self.skeleton))

    def stream(
        self,
        skeleton: str | Skeleton | None = None,
        fps: float = DEFAULT_FPS,
        proportions: BodyProportions | None = None,
        *,
        size: tuple[float, float] | None = None,
        pitch: float | None = None,
        fov: float | None = None,
    ) -> Stream:
        """Start lifting one person's frames as they arrive.

        Parameters
        ----------
        skeleton
            The skeleton of the keypoints of a frame, or its name; by default the model's.
        fps
            Frames per second.
        proportions
            Given body proportions of the person.
        size
            Width and height of the image, for frames that are arrays.
        pitch, fov
            As for `lift`.

        Returns
        -------
        A stream. Its `step(frame)` returns the depth of a frame, equal to that of `lift` with
        `causal=True`.

        Raises
        ------
        InputError
            The skeleton does not exist, or fps is not above 0 and at most 1000; or as for
            `lift`.

        Examples
        --------
        >>> import numpy as np
        >>> import signlift as sl
        >>> stream = sl.load().stream("openpose25", fps=25)
        >>> depth = stream.step(np.random.default_rng(0).normal(300, 50, (25, 2)))
        >>> depth.shape
        (25,)
        """
        given = Given(proportions, pitch, fov)
        self.require(proportions=proportions is not None, view=pitch is not None or fov is not None)
        given.require_size("stream", size)
        frame_skeleton = self.skeleton if skeleton is None else get_skeleton(skeleton)
        hands = self.hands if has_hands(frame_skeleton) else None
        return Stream(self.network, frame_skeleton, check_fps(fps), given, size, hands)

    def require(
        self,
        *,
        proportions: bool = False,
        view: bool = False,
        uncertainty: bool = False,
        completion: bool = False,
    ) -> None:
        """Raise InputError if the model cannot lift, or lacks a required ability.

        Parameters
        ----------
        proportions, view, uncertainty, completion
            The required abilities (see `signlift.lifting.abilities.require_abilities`).
        """
        require_abilities(
            self.network,
            str(self.path),
            proportions=proportions,
            view=view,
            uncertainty=uncertainty,
            completion=completion,
        )

    def describe(self, causal: bool = False) -> str:
        """Describe how the model lifts, for the notes of recordings.

        Parameters
        ----------
        causal
            Whether it lifts causally.
        """
        weights = "the shipped weights" if self.path is None else self.path.name
        return f"lifted by signlift {__version__} with {weights}{', causally' if causal else ''}"

    def __repr__(self) -> str:
        """Name the model and its skeleton, without the weights."""
        weights = "the shipped weights" if self.path is None else repr(str(self.path))
        return f"Lifter({weights}, {self.skeleton.name})"
