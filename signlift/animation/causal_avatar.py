"""Avatars frame by frame: each pose from the frames so far.

There is one solver: it solves all frames so far together, or one frame by what it has kept of those
before, which gives the same pose. Nothing blends to what comes later, as an avatar of a whole
recording does before the end of a gap. Bone lengths, and the shapes of head and hands, are measured
in the frames so far.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from signlift.animation.avatar import Avatar, solve_with_body
from signlift.animation.avatar_body import AvatarBody
from signlift.animation.frame_memory import FrameMemory
from signlift.animation.gaps import Gaps
from signlift.core.body_parts import frames_with_body
from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import Motion

#: The time from which all frames are measured, in seconds: poses of the first second are those of a
#: whole recording.
RECENT_SECONDS = 1.0

#: The body is measured anew once there are more frames by this factor.
_GROWTH = 1.1


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

    The body is measured in the frames of the last second and up to 60 earlier ones (see
    `signlift.animation.frame_memory`): in the first second at each frame, then less and less often.
    These frames are solved together then. Each of the others is solved by itself, from what is kept
    of those before: last poses, twists of limbs, and the last palms and fingers, of which single
    flipped frames are held.

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
        self._memory: FrameMemory | None = None
        self._count, self._next_measurement = 0, 0
        self._body: AvatarBody | None = None
        self._gaps: Gaps | None = None

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
        if self._memory is None:
            if not frames_with_body(frame).any():
                return None
            self._memory = FrameMemory(frame.skeleton, self._max_recent)
        confidence = frame.confidence
        if confidence is None:
            confidence = np.ones(frame.depth.shape, np.float32)
        self._memory.add((frame.keypoints[0], frame.depth[0], confidence[0]))
        self._count += 1
        measure = self._body is None or self._count >= self._next_measurement
        gaps = Gaps(memory={}) if self._gaps is None or measure else self._gaps
        frames = frame
        if frame.times is not None or frame.fps != self._fps:
            frames = replace(frame, times=None, fps=self._fps)
        if measure:
            keypoints, depth, confidence = map(np.stack, zip(*self._memory.frames(), strict=True))
            frames = replace(
                frames,
                keypoints=keypoints,
                depth=depth,
                confidence=confidence,
                depth_uncertainty=None,
                detector_depth=None,
            )
        try:
            avatar, self._body = solve_with_body(
                frames,
                scale=self._scale,
                proportions=self._proportions,
                body=None if measure else self._body,
                gaps=gaps,
            )
        except InputError:  # not enough of a body to measure it
            return None
        self._gaps = gaps
        if measure and self._count >= self._max_recent:
            self._next_measurement = math.ceil(_GROWTH * self._count)
        return AvatarPose(avatar.motion, avatar)
