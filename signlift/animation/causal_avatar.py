"""Avatars frame by frame: each pose from the frames so far.

The pose of a frame is that of the last frame of `solve_avatar` on the frames so far, so that there
is one solver. Nothing blends to what comes later, as an avatar of a whole recording does before the
end of a gap. Bone lengths, and the shapes of head and hands, are measured in the frames so far.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from signlift.animation.avatar import Avatar, solve_with_body
from signlift.animation.avatar_body import AvatarBody
from signlift.core.body_parts import frames_with_body
from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import Motion

#: The time over which all frames are solved together, in seconds. Twists of straight limbs, and
#: turns of hips that are never observed, depend on as much.
RECENT_SECONDS = 1.0

#: Number of earlier frames that the body is measured in, evenly spread over the past. Every nth of
#: them is solved with the recent ones.
MAX_EARLIER, _SOLVED_EARLIER = 60, 4

#: The body is measured anew once there are more frames by this factor.
_GROWTH = 1.1

#: Keypoints [J, 2], depth [J] and confidence [J] of a frame.
_Arrays: TypeAlias = "tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]"


@dataclass(frozen=True, eq=False)
class AvatarPose:
    """The pose of an avatar in one frame.

    Attributes
    ----------
    motion
        One frame of motion (see `Avatar.motion`), in cm.
    avatar
        The lengths, scale and origin that it was solved with.
    """

    motion: Motion
    avatar: Avatar


class CausalAvatar:
    """An avatar of frames as they come.

    Each frame is solved together with those of the last second, and with up to 15 earlier ones. The
    body is measured in these and 45 others: in the first second at each frame, then less and less
    often.

    Parameters
    ----------
    fps
        Frames per second.
    scale
        Centimetres per unit of the keypoints; by default the torso is 50 cm long.
    proportions
        Body proportions of the person, as for `solve_avatar`.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> from signlift.animation.causal_avatar import CausalAvatar
    >>> keypoints = np.full((1, 26, 2), np.nan)
    >>> for name, xy in {"MidHip": (0, 0), "LShoulder": (20, -50), "RShoulder": (-20, -50)}.items():
    ...     keypoints[:, sl.skeleton_parts[name]] = xy
    >>> avatar = CausalAvatar(fps=25)
    >>> pose = avatar.step(sl.Recording(keypoints, depth=np.zeros((1, 26)), fps=25))
    >>> pose.motion.names[:2], len(pose.motion)
    (('Hips', 'Spine'), 1)
    """

    def __init__(
        self,
        fps: float = DEFAULT_FPS,
        *,
        scale: float | None = None,
        proportions: BodyProportions | None = None,
    ) -> None:
        self._fps, self._scale, self._proportions = fps, scale, proportions
        self._max_recent = max(5, round(RECENT_SECONDS * fps))
        self._recent: deque[_Arrays] = deque()
        self._earlier: list[_Arrays] = []
        self._stride, self._skipped = 1, 0
        self._has_body = False
        self._count, self._next_measurement = 0, 0
        self._body: AvatarBody | None = None

    def step(self, frame: Recording) -> AvatarPose | None:
        """Solve the next frame.

        Parameters
        ----------
        frame
            A recording of one frame with depth.

        Returns
        -------
        The pose. None before the first frame with both shoulders, or a shoulder and a hip; later a
        frame without anybody keeps the last pose.

        Raises
        ------
        InputError
            The frame has no depth.
        """
        if frame.depth is None:
            raise InputError(problem(frame.name, expected="depth", found="none"))
        self._has_body = self._has_body or bool(frames_with_body(frame).any())
        if not self._has_body:
            return None
        confidence = frame.confidence
        if confidence is None:
            confidence = np.ones(frame.depth.shape, np.float32)
        self._recent.append((frame.keypoints[0], frame.depth[0], confidence[0]))
        if len(self._recent) > self._max_recent:
            self._keep(self._recent.popleft())
        self._count += 1
        measure = self._body is None or self._count >= self._next_measurement
        earlier = self._earlier if measure else self._earlier[::_SOLVED_EARLIER]
        columns = zip(*earlier, *self._recent, strict=True)
        keypoints, depth, confidence = map(np.stack, columns)
        past = replace(
            frame,
            keypoints=keypoints,
            depth=depth,
            confidence=confidence,
            depth_uncertainty=None,
            detector_depth=None,
            times=None,
            fps=self._fps,
        )
        try:
            avatar, self._body = solve_with_body(
                past,
                scale=self._scale,
                proportions=self._proportions,
                body=None if measure else self._body,
                last=1,
            )
        except InputError:  # not enough of a body to measure it
            return None
        if measure and self._count >= self._max_recent:
            self._next_measurement = math.ceil(_GROWTH * self._count)
        return AvatarPose(avatar.motion, avatar)

    def _keep(self, arrays: _Arrays) -> None:
        """Keep every nth of the earlier frames, so that they are few and evenly spread."""
        self._skipped += 1
        if self._skipped < self._stride:
            return
        self._skipped = 0
        self._earlier.append(arrays)
        if len(self._earlier) > MAX_EARLIER:
            self._earlier = self._earlier[::2]
            self._stride *= 2
