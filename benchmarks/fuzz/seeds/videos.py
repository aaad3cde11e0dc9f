"""Seeds of videos; none where the video extra is not installed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.arrays import read_back


def video_seeds() -> list[FuzzInput]:
    """Make small videos of four images."""
    try:
        import av
    except ModuleNotFoundError:
        return []
    seeds = []
    for name, codec in (("a.mp4", "mpeg4"), ("a.mkv", "mpeg4"), ("a.avi", "mpeg4")):
        with tempfile.TemporaryDirectory() as parent:
            # Without random identifiers, so that the bytes are always the same.
            options = {"fflags": "+bitexact"}
            with av.open(str(Path(parent) / name), "w", options=options) as container:
                stream = container.add_stream(codec, rate=25)
                stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
                for number in range(4):
                    image = np.full((48, 64, 3), 40 * number, np.uint8)
                    frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                    container.mux(stream.encode(frame))
                container.mux(stream.encode())
            seeds.append(read_back(Path(parent), name))
    return seeds
