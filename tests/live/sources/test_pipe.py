"""A named pipe of lines of JSON."""

import os
import threading

import pytest

from signlift.io import ReadOptions
from signlift.live.sources.open_source import open_source


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_named_pipe_holds_lines(tmp_path):
    path = tmp_path / "keypoints"
    os.mkfifo(path)

    def write():
        with path.open("w") as pipe:
            pipe.write('{"version": 1, "skeleton": "coco17", "fps": 50}\n{}\n{"id": 7}\n')

    writer = threading.Thread(target=write)
    writer.start()
    with open_source(path, ReadOptions()) as source:
        frames = list(source.frames())
    writer.join()
    assert (source.name, source.frame_rate) == ("keypoints", 50)
    assert [frame.id for frame in frames] == [None, 7]
