"""A source whose keypoints are turned, turned over or mirrored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem
from signlift.io.image_axes import correct_axes
from signlift.io.reader import ReadOptions
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.sources.source import DamagedFrame, Source


class CorrectedFrames:
    """The frames of another source, with other axes of the image.

    Parameters
    ----------
    source
        The other source, with the size of its image.
    reading
        `rotate`, `flip_y` and `mirror`.

    Attributes
    ----------
    name, skeleton, frame_rate, size, dropped
        As for every source.

    Raises
    ------
    InputError
        The size of the image is unknown.
    """

    def __init__(self, source: Source, reading: ReadOptions) -> None:
        if source.size is None:
            expected = "the size of the image, in which keypoints are turned or mirrored"
            raise InputError(parameter_problem("size", expected=expected, found="none"))
        self._source, self._reading = source, reading
        self.name, self.skeleton, self.frame_rate = source.name, source.skeleton, source.frame_rate
        turned = reading.rotate in (90, 270)
        self.size: tuple[float, float] | None = source.size[::-1] if turned else source.size

    @property
    def dropped(self) -> int:
        """Number of frames that were left out so far."""
        return self._source.dropped

    def frames(self) -> Iterator[KeypointFrame | DamagedFrame]:
        """Iterate over the frames as they come."""
        reading = self._reading
        for frame in self._source.frames():
            if isinstance(frame, DamagedFrame):
                yield frame
                continue
            keypoints = np.asarray(frame.keypoints)[None]
            corrected = correct_axes(
                Recording(keypoints, self.skeleton, size=self._source.size),
                rotate=reading.rotate,
                flip_y=reading.flip_y,
                mirror=reading.mirror,
            )
            yield replace(frame, keypoints=corrected.keypoints[0])
