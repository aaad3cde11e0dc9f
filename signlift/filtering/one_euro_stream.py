"""The One-Euro filter for streams, frame by frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, parameter_problem
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.one_euro import (
    DEFAULT_SETTINGS,
    OneEuro,
    check_scale,
    initial_one_euro_state,
    one_euro_step,
)
from signlift.normalization.running_scale import RunningScale


class OneEuroStream:
    """One-Euro filter for the frames of one person as they arrive, before or after lifting.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints of a frame, or its name.
    fps
        Frames per second.
    settings
        The settings of the filter.
    scale
        The person's torso length in the unit of the keypoints; the result then equals that of
        `one_euro_filter` with this scale. By default it is estimated from the frames so far.

    Raises
    ------
    InputError
        No skeleton has this name, or the frame rate or the scale is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> stream = sl.OneEuroStream("coco17", fps=25)
    >>> keypoints, depth = stream.step(np.zeros((17, 2)))
    >>> keypoints.shape, depth
    ((17, 2), None)
    """

    def __init__(
        self,
        skeleton: str | Skeleton,
        fps: float = DEFAULT_FPS,
        settings: OneEuro = DEFAULT_SETTINGS,
        *,
        scale: float | None = None,
    ) -> None:
        #: The skeleton of the J keypoints of a frame.
        self.skeleton = get_skeleton(skeleton)
        self._seconds = 1 / check_fps(fps)
        if scale is not None:
            check_scale(scale)
        self._settings = settings
        self._scale = scale
        self._running_scale = RunningScale(self.skeleton)
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
            [J], in the unit of x and y, relative to MidHip, NaN where missing. None if there is
            no depth.
        seconds
            The time since the last frame, for frames that are not evenly spaced; by default one
            over the frame rate.

        Returns
        -------
        The filtered frame [J, 2] and depth [J], NaN where they were; None without a depth.

        Raises
        ------
        InputError
            A wrong shape, numbers that are not finite, or a time that is not above 0.
        """
        seconds = self._seconds if seconds is None else seconds
        if not 0 < seconds < np.inf:
            raise InputError(parameter_problem("seconds", expected="a time above 0", found=seconds))
        depths = None if depth is None else np.asarray(depth)[None]
        # Recording checks the shapes and the numbers.
        checked = Recording(np.asarray(frame)[None], self.skeleton, depth=depths, name="frame")
        scale = self._scale
        if scale is None:
            scale = float(self._running_scale.update(checked.keypoints)[0])
        keypoints, self._keypoints = one_euro_step(
            checked.keypoints[0], self._keypoints, seconds, scale, self._settings
        )
        if checked.depth is None:
            return keypoints.astype(np.float32), None
        filtered, self._depth = one_euro_step(
            checked.depth[0][:, None], self._depth, seconds, scale, self._settings
        )
        relative = restore_root_depth(filtered[:, 0], self.skeleton)
        return keypoints.astype(np.float32), relative.astype(np.float32)
