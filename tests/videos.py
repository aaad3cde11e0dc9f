"""Small videos for the tests, and a detector of what is in them: a white square on black."""

from fractions import Fraction

import av
import numpy as np

from signlift.core.skeleton import COCO17
from signlift.io.video.keypoint_detector import Detection

WIDTH, HEIGHT, SIDE = 64, 48, 16

#: x and y of the keypoints of COCO-17 from the nose, in pixels: somebody who faces the camera.
STANDING = np.array(
    """0 0  1 -1  -1 -1  2 -1  -2 -1  5 7  -5 7  6 13  -6 13  6 19  -6 19  3 17  -3 17  3 26  -3 26
    3 35  -3 35""".split(),
    np.float32,
).reshape(17, 2)


def square_image(number):
    """A white square at the upper edge, which moves to the right as the number grows."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    left = 2 * (number % 16)
    image[:SIDE, left : left + SIDE] = 255
    return image


def make_video(
    path, frames=12, *, codec="mpeg4", fps=30, times=None, tick=Fraction(1, 30000), rotation=None,
    aspect=None, sound=False, options=None, format=None, gop=4,
    title=None,
):  # fmt: skip
    """Write a video of `frames` images, at `times` in seconds or evenly.

    One thread encodes, so that the bytes do not depend on the number of cores.
    """
    times = np.arange(frames) / fps if times is None else times
    with av.open(str(path), "w", options=options or {}, format=format) as container:
        if title is not None:
            container.metadata["title"] = title
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.codec_context.thread_count = 1
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation is not None:
            stream.set_display_rotation(rotation)
        stream.time_base = stream.codec_context.time_base = tick
        other = _add_sound(container) if sound else None
        for number, seconds in enumerate(times):
            frame = av.VideoFrame.from_ndarray(square_image(number), format="rgb24")
            frame.pts, frame.time_base = round(float(seconds) / float(tick)), tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if other is not None:
            _write_sound(container, other)
    return path


def make_sound(path):
    """Write a second of silence."""
    with av.open(str(path), "w") as container:
        _write_sound(container, _add_sound(container))
    return path


def _add_sound(container):
    return container.add_stream("aac", rate=8000)


def _write_sound(container, stream):
    for number in range(8):
        samples = np.zeros((1, 1024), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 8000, 1024 * number
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


class SquareDetector:
    """Finds somebody of COCO-17 who stands below the square's middle, where the nose is."""

    name = "squares 1.0"
    skeleton = COCO17

    def __init__(self, **options):
        self.num_images = 0

    def detect(self, image):
        self.num_images += 1
        white = image[..., 1] > 128
        rows, columns = np.nonzero(white)
        if not len(rows):
            return Detection(np.empty((0, 17, 2), np.float32), np.empty((0, 17), np.float32))
        middle = np.array([columns.mean(), rows.mean()])
        points = (middle + STANDING)[None].astype(np.float32)
        return Detection(points, np.full((1, 17), 0.9, np.float32))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass
