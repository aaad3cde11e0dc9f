"""The One-Euro filter on frames as they come."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.one_euro import DEFAULT, OneEuro, initial_one_euro_state, one_euro_step
from signlift.normalization.running_scale import RunningScale


class OneEuroStream:
    """Smooth a person's frames as they come, in front of a lifter's stream or behind it.

    Parameters
    ----------
    skeleton
        What the J keypoints of a frame are, or its name.
    fps
        Frames per second.
    settings
        How much is filtered.
    scale
        The length of the person's torso in the unit of the keypoints: then the numbers are those
        of `one_euro_filter` with this scale. By default it is estimated from the frames so far.

    Raises
    ------
    InputError
        There is no such skeleton; a frame rate or a scale that is none.
    """

    def __init__(
        self,
        skeleton: str | Skeleton,
        fps: float = DEFAULT_FPS,
        settings: OneEuro = DEFAULT,
        *,
        scale: float | None = None,
    ) -> None:
        #: What the J keypoints of a frame are.
        self.skeleton = get_skeleton(skeleton)
        self._seconds = 1 / check_fps(fps)
        if scale is not None and not 0 < scale < np.inf:
            raise InputError(problem("scale", expected="a length above zero", found=str(scale)))
        self._settings = settings
        self._scale = scale
        self._running = RunningScale(self.skeleton)
        self._keypoints = initial_one_euro_state((len(self.skeleton), 2))
        self._depth = initial_one_euro_state((len(self.skeleton), 1))

    def step(
        self,
        frame: NDArray[Any],
        depth: NDArray[Any] | None = None,
        *,
        seconds: float | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Filter the next frame.

        Parameters
        ----------
        frame
            [J, 2], x and y, NaN where a keypoint was not observed.
        depth
            [J] in the unit of x and y, relative to MidHip, NaN where unknown; or nothing.
        seconds
            Since the last frame, where frames come unevenly; else one over the frame rate.

        Returns
        -------
        The frame and the depth, filtered, NaN where they were; no depth where none was given.

        Raises
        ------
        InputError
            A wrong shape, numbers that are not finite, seconds that are not above 0.
        """
        seconds = self._seconds if seconds is None else seconds
        if not 0 < seconds < np.inf:
            raise InputError(problem("seconds", expected="a time above 0", found=str(seconds)))
        depths = None if depth is None else np.asarray(depth)[None]
        given = Recording(np.asarray(frame)[None], self.skeleton, depth=depths, name="frame")
        scale = self._scale
        if scale is None:
            scale = float(self._running.update(given.keypoints)[0])
        keypoints, self._keypoints = one_euro_step(
            given.keypoints[0], self._keypoints, seconds, scale, self._settings
        )
        if given.depth is None:
            return keypoints.astype(np.float32), None
        filtered, self._depth = one_euro_step(
            given.depth[0][:, None], self._depth, seconds, scale, self._settings
        )
        rooted = restore_root_depth(filtered[:, 0], self.skeleton)
        return keypoints.astype(np.float32), rooted.astype(np.float32)
