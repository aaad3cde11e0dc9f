"""A video as a source: the keypoints that a detector finds in it, as if it were a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from signlift.io.video.keypoint_detector import Detector
from signlift.io.video.video_frames import VideoFrames, probe_video
from signlift.live.keypoint_frame import KeypointFrame, observe_frame
from signlift.live.sources.pacing import Pacing


class VideoKeypoints:
    """The keypoints of the main person in a video, frame by frame.

    Parameters
    ----------
    path
        The video.
    detector
        The detector, which the caller closes.
    paced
        Wait for the time of each frame, and drop those that come while another one is detected and
        lifted.
    min_confidence
        Smallest confidence of an observed keypoint; None for that of the detector.
    make_pacing
        Makes the pacing, from the interval in seconds.

    Attributes
    ----------
    name, skeleton, frame_rate, size, dropped
        As for every source.

    Raises
    ------
    InputError
        The file is no video, or nothing of it can be decoded.
    """

    def __init__(
        self,
        path: Path,
        detector: Detector,
        *,
        paced: bool = True,
        min_confidence: float | None = None,
        make_pacing: Callable[..., Pacing] = Pacing,
    ) -> None:
        info = probe_video(path)
        self.name, self.skeleton = path.name, detector.skeleton
        self.frame_rate = info.fps
        self.size = (float(info.size[0]), float(info.size[1]))
        self._path, self._detector, self._minimum = path, detector, min_confidence
        self._pacing = make_pacing(1 / info.fps, paced=paced)

    @property
    def dropped(self) -> int:
        """Number of frames that were left out so far."""
        return self._pacing.dropped

    def frames(self) -> Iterator[KeypointFrame]:
        """Iterate over the frames at their times; those without anybody are empty."""
        timed = ((time, (time, image)) for time, image in VideoFrames(self._path))
        for time, image in self._pacing.follow(timed):
            detection = self._detector.detect(image)
            if not len(detection.keypoints):
                yield KeypointFrame.empty(self.skeleton, time)
                continue
            values = np.concatenate([detection.keypoints[0], detection.confidence[0, :, None]], 1)
            depth = None if detection.depth is None else detection.depth[0]
            yield observe_frame(values, depth, self.skeleton, self.size, self._minimum, time=time)
