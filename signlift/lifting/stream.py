"""Lifting of frames as they arrive: each from itself and those before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem
from signlift.lifting.body_frames import Given
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import Network
from signlift.lifting.offline import NOTHING
from signlift.lifting.steps.bound_graph import BoundGraph
from signlift.lifting.steps.signer_step import open_signer_step
from signlift.lifting.window_stream import WindowStream

#: Largest difference between the frame rates of a stream and of its frames, as a fraction.
_FPS_TOLERANCE = 0.01


class Stream:
    """Lifting of one person's frames as they arrive. `Lifter.stream` makes one.

    Parameters
    ----------
    network
        The network.
    skeleton
        The skeleton of the J keypoints of a frame.
    fps
        Frames per second.
    given
        Given proportions and angles.
    size
        Width and height of the image, for frames that do not have it.
    hands
        The network of hands; None for frames without hands.

    Attributes
    ----------
    skeleton
        The skeleton of the J keypoints of a frame.
    fps
        Frames per second.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> stream = sl.load().stream("coco17", fps=25)
    >>> rng = np.random.default_rng(0)
    >>> keypoints, confidence = rng.normal(300, 50, (3, 17, 2)), rng.uniform(0, 1, (3, 17))
    >>> recording = sl.Recording(keypoints, "coco17", confidence=confidence, fps=25)
    >>> for frame in recording:
    ...     depth = stream.step(frame)
    >>> depth.shape, stream.uncertainty.shape
    ((17,), (17,))
    >>> depth = stream.step(keypoints[0], confidence[0])
    """

    def __init__(
        self,
        network: Network,
        skeleton: Skeleton,
        fps: float,
        given: Given = NOTHING,
        size: tuple[float, float] | None = None,
        hands: HandNetwork | None = None,
    ) -> None:
        self._step = open_signer_step(network, hands, skeleton, fps, given)
        self._windows: WindowStream | None = None
        if self._step is None:
            self._windows = WindowStream(network, skeleton, fps, given, hands)
        self._size = size
        self._uncertainty: NDArray[np.float32] | None = None
        self.skeleton = skeleton
        self.fps = fps

    def step(
        self, frame: Recording | NDArray[Any], confidence: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """Lift the next frame.

        Parameters
        ----------
        frame
            A recording of one frame (`recording[t]`, or `for frame in recording`), which has its
            confidence. Or an array: [J, 2], x and y, NaN where a keypoint was not observed, or
            [J, 3] with the confidence. Pass frames without any keypoint too, all NaN: the stream
            counts time in frames.
        confidence
            [J] in 0 ... 1, of an array [J, 2]. Without it all keypoints count as certain, which
            gives another depth where the detector was not.

        Returns
        -------
        Depth [J] float32 in the unit of x and y, relative to MidHip, positive away from the
        camera, for missing keypoints too. NaN in a frame without any keypoint, and for keypoints
        that the network's skeleton does not have.

        Raises
        ------
        InputError
            An array of the wrong shape, or values that are infinite or not real numbers; a
            recording of more than one frame, of another skeleton or frame rate, or with a
            confidence beside it.
        """
        recording = self._to_recording(frame, confidence)
        size = self._size if recording.size is None else recording.size
        if self._step is None:
            assert self._windows is not None
            depth, self._uncertainty = self._windows.step(replace(recording, size=size))
            return depth
        scores, detector_depth = recording.confidence, recording.detector_depth
        depth, self._uncertainty = self._step.step(
            recording.keypoints[0],
            None if scores is None else scores[0],
            None if detector_depth is None else detector_depth[0],
            size,
        )
        return depth

    def _to_recording(
        self, frame: Recording | NDArray[Any], confidence: NDArray[Any] | None
    ) -> Recording:
        """Check a frame, and return it as a recording of one frame."""
        if isinstance(frame, Recording):
            if confidence is not None:
                expected = "none beside a Recording, which has its own"
                raise InputError(parameter_problem("confidence", expected=expected, found="both"))
            self._check_frame(frame)
            return frame
        values = np.asarray(frame)
        J = len(self.skeleton)
        if values.ndim != 2:
            expected = f"shape [{J}, 2] or [{J}, 3] ({self.skeleton.name})"
            found = f"shape {list(values.shape)}"
            raise InputError(parameter_problem("frame", expected=expected, found=found))
        if values.shape == (J, 3) and confidence is None:
            values, confidence = values[:, :2], values[:, 2]
            values = np.where(confidence[:, None] > 0, values, np.nan)
        scores = None if confidence is None else np.asarray(confidence)[None]
        return Recording(values[None], self.skeleton, confidence=scores, name="frame")

    def _check_frame(self, frame: Recording) -> None:
        """Raise InputError if a recording is not the next frame of this stream."""
        same_skeleton = frame.skeleton.keypoints == self.skeleton.keypoints
        same_fps = frame.fps is None or abs(frame.fps / self.fps - 1) <= _FPS_TOLERANCE
        if len(frame) == 1 and same_skeleton and same_fps:
            return
        checks = (
            ("one frame", f"{len(frame)} frames", len(frame) == 1),
            (
                f"keypoints of {self.skeleton.name}",
                frame.skeleton.name,
                same_skeleton,
            ),
            (
                f"{self.fps:g} frames per second, as the stream has",
                f"{frame.fps or 0:g}",
                same_fps,
            ),
        )
        problems = [
            parameter_problem("frame", expected=expected, found=found)
            for expected, found, valid in checks
            if not valid
        ]
        if problems:
            raise InputError(problems)

    def bound_graphs(self) -> Sequence[BoundGraph]:
        """Return the graphs that run for a frame, in order; none for a model that has none."""
        return [] if self._step is None else self._step.bound_graphs()

    @property
    def uncertainty(self) -> NDArray[np.float32] | None:
        """Uncertainty [J] of the depth of the last frame, in the unit of x and y.

        It is the half-width of the central 68 % interval. None before the first frame, and for a
        model that does not estimate it.
        """
        return self._uncertainty

    @property
    def proportions(self) -> BodyProportions | None:
        """Body proportions as estimated after the last frame, in the unit of x and y.

        None before the first frame with a keypoint, and for a model that does not estimate them.
        """
        if self._step is not None:
            return self._step.proportions
        return None if self._windows is None else self._windows.proportions
