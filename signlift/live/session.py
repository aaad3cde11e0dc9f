"""Session of one signer, whose frames are lifted as they come, and recorded if wanted."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.lifting.lifter import Lifter
from signlift.lifting.stream import Stream
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.live_frame import LiveFrame
from signlift.live.person_watch import PersonWatch
from signlift.live.recorder import Recorder
from signlift.live.settling import Settling


class LiveSession:
    """Lifting of one signer's frames as they come from a camera.

    It has no threads and no sockets. Depth is that of `Lifter.lift` with `causal=True` on the same
    keypoints.

    Parameters
    ----------
    lifter
        The model.
    skeleton
        The skeleton of the J keypoints, or its name; by default the model's.
    frame_rate
        Frames per second.
    size
        Width and height of the image in pixels. None if unknown.
    proportions
        Given body proportions of the signer; by default they are estimated from frame to frame.
    pitch, fov
        As for `Lifter.lift`.
    name
        The name of recordings.
    check_person
        Check, after two seconds, that the keypoints are those of an upright person, as readers of
        files do.

    Attributes
    ----------
    skeleton, frame_rate, size
        As above.
    given_proportions
        The given proportions.

    Raises
    ------
    InputError
        As `Lifter.stream`.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> from signlift.live.keypoint_frame import KeypointFrame
    >>> from signlift.live.session import LiveSession
    >>> session = LiveSession(sl.load(), "coco17", frame_rate=25)
    >>> session.start_recording()
    >>> keypoints = np.random.default_rng(0).normal(300, 50, (17, 2)).astype(np.float32)
    >>> frame = session.push(KeypointFrame(keypoints))
    >>> frame.depth.shape, frame.settled
    ((17,), False)
    >>> session.stop_recording()
    Recording('live', 1 frame, 25 fps, coco17, depth)
    """

    def __init__(
        self,
        lifter: Lifter,
        skeleton: str | Skeleton | None = None,
        frame_rate: float = DEFAULT_FPS,
        *,
        size: tuple[float, float] | None = None,
        proportions: BodyProportions | None = None,
        pitch: float | None = None,
        fov: float | None = None,
        name: str = "live",
        check_person: bool = True,
    ) -> None:
        self.skeleton = lifter.skeleton if skeleton is None else get_skeleton(skeleton)
        self.frame_rate = check_fps(frame_rate, "frame_rate")
        self.size = size
        self.name = name
        self.given_proportions = proportions
        self._lifter, self._pitch, self._fov = lifter, pitch, fov
        self._check_person = check_person
        self._recorder: Recorder | None = None
        self._stream: Stream
        self.restart()

    def restart(self) -> None:
        """Forget the signer, as for another person or another camera. A recording goes on."""
        self._stream = self._lifter.stream(
            self.skeleton,
            self.frame_rate,
            self.given_proportions,
            size=self.size,
            pitch=self._pitch,
            fov=self._fov,
        )
        self._watch = PersonWatch(self.skeleton, self.frame_rate, self.name)
        self._settling = Settling(self.frame_rate, self.given_proportions)
        self._number = 0
        self._has_keypoints = False

    def push(self, frame: KeypointFrame) -> LiveFrame:
        """Lift the next frame.

        Parameters
        ----------
        frame
            The keypoints. Push frames without anybody too (`KeypointFrame.empty`), as time is
            counted in frames.

        Raises
        ------
        InputError
            The arrays do not fit the skeleton.

        Warns
        -----
        InputWarning
            The keypoints of the first two seconds are not those of an upright person who is not
            mirrored (see `signlift.io.people.person_check`).
        """
        begin = time.perf_counter()
        recording = self._to_recording(frame)
        depth = self._stream.step(recording)
        latency = time.perf_counter() - begin
        self._settling.update(self._stream.proportions)
        self._has_keypoints = self._has_keypoints or bool(recording.observed.any())
        lifted = LiveFrame(
            self._number,
            frame.time,
            recording.keypoints[0],
            None if recording.confidence is None else recording.confidence[0],
            frame.depth,
            depth,
            self._stream.uncertainty,
            self._stream.proportions,
            self._settling.fraction,
            self._settling.settled,
            latency,
            frame.id,
            self._warn(recording),
        )
        self._number += 1
        if self._recorder is not None:
            self._recorder.add(lifted)
        return lifted

    @property
    def proportions(self) -> BodyProportions | None:
        """The body proportions as estimated so far, in pixels; None before the first keypoint."""
        return self._stream.proportions

    @property
    def has_keypoints(self) -> bool:
        """True once a frame with a keypoint was lifted."""
        return self._has_keypoints

    def save_proportions(self, path: str | PathLike[str]) -> Path:
        """Write the body proportions as estimated so far, for other sessions of the signer.

        Parameters
        ----------
        path
            A .json file, for `BodyProportions.read` and `load_proportions`.

        Raises
        ------
        InputError
            There was no keypoint yet, or the model does not estimate proportions.
        """
        proportions = self.proportions
        if proportions is None:
            expected, found = "a frame with keypoints, from which they are estimated", "none yet"
            raise InputError(problem("proportions", expected=expected, found=found))
        return proportions.write(path)

    def load_proportions(self, path: str | PathLike[str]) -> None:
        """Read body proportions of the signer from a file, and restart with them."""
        self.use_proportions(BodyProportions.read(path))

    def use_proportions(self, proportions: BodyProportions | None) -> None:
        """Restart with given body proportions; None for those that are estimated."""
        self.given_proportions = proportions
        self.restart()

    @property
    def is_recording(self) -> bool:
        """True while frames are recorded."""
        return self._recorder is not None

    @property
    def recorded_frames(self) -> int:
        """Number of frames that are recorded so far."""
        return 0 if self._recorder is None else len(self._recorder)

    def start_recording(self) -> None:
        """Record the frames that follow; those of a recording that has not been stopped are lost.

        A recording holds its frames in memory: for an hour of body, hands and face about 1 GB, for
        one of the body alone 50 MB.
        """
        self._recorder = Recorder()

    def stop_recording(self) -> Recording:
        """End a recording, and return it.

        Returns
        -------
        The keypoints, depth and uncertainty of all frames since `start_recording`, with the
        signer's proportions, for every writer of `signlift.io`. It has times if the frames have,
        and they are not evenly spaced.

        Raises
        ------
        InputError
            No recording was started.
        """
        if self._recorder is None:
            expected, found = "a recording that was started", "none"
            raise InputError(problem("stop_recording", expected=expected, found=found))
        recorder, self._recorder = self._recorder, None
        return self.make_recording(recorder)

    def make_recording(self, recorder: Recorder) -> Recording:
        """Make the recording of frames of this session, with what the session knows of them.

        Parameters
        ----------
        recorder
            The frames.
        """
        recording = recorder.to_recording(self.skeleton, self.frame_rate, self.name)
        return replace(recording, size=self.size, proportions=self.proportions).with_note(
            self._lifter.describe(causal=True)
        )

    def _warn(self, frame: Recording) -> str:
        """Warn of a fault of the person, and return the line; "" for none."""
        line = self._watch.add(frame.keypoints[0], self.size) if self._check_person else ""
        if line:
            warnings.warn(InputWarning(line, self.name), stacklevel=3)
        return line

    def _to_recording(self, frame: KeypointFrame) -> Recording:
        return Recording(
            np.asarray(frame.keypoints)[None],
            self.skeleton,
            confidence=None if frame.confidence is None else np.asarray(frame.confidence)[None],
            detector_depth=None if frame.depth is None else np.asarray(frame.depth)[None],
            size=self.size,
            name="frame",
        )
