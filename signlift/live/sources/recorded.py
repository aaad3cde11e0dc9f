"""A recording as a source, as if it came from a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from signlift.core.frame_rate import check_fps
from signlift.core.recording import Recording
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.sources.pacing import Pacing


class RecordedFrames:
    """The frames of a recording at their times, or all at once.

    Parameters
    ----------
    recording
        The keypoints; their depth, if any, is left out.
    paced
        Wait for the time of each frame, and drop those that are late. Without it, all come as fast
        as they are lifted.
    make_pacing
        Makes the pacing, from the interval in seconds.

    Attributes
    ----------
    name, skeleton, frame_rate, size, dropped
        As for every source.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        paced: bool = True,
        make_pacing: Callable[..., Pacing] = Pacing,
    ) -> None:
        self.name, self.skeleton, self.size = recording.name, recording.skeleton, recording.size
        self._recording = replace(recording, depth=None, depth_uncertainty=None)
        self.frame_rate = check_fps(recording.frame_rate, f"{recording.name}: fps")
        self._pacing = make_pacing(1 / self.frame_rate, paced=paced)

    @property
    def dropped(self) -> int:
        """Number of frames that were left out so far."""
        return self._pacing.dropped

    def frames(self) -> Iterator[KeypointFrame]:
        """Iterate over the frames at their times."""
        recording, T = self._recording, len(self._recording)
        times = np.arange(T) / self.frame_rate if recording.times is None else recording.times
        timed = ((float(time), frame) for frame, time in enumerate(times))
        for frame in self._pacing.follow(timed):
            yield KeypointFrame.from_recording(recording, frame)
