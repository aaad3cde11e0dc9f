"""Fixtures of the tests of jobs over a corpus."""

import numpy as np
import pytest
from corpus_jobs import write_recordings

import signlift as sl
from signlift.datasets.simulated import generate


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    """A short recording as a .pose file."""
    directory = tmp_path_factory.mktemp("clip")
    size = {"min_frames": 6, "max_frames": 6, "upper_body": 1.0, "missing": 0.02}
    recording = sl.read_arrays(generate(directory, 1, seed=4, quiet=True, **size))[0]
    depth = np.zeros(recording.keypoints.shape[:2], "f4")
    return sl.write(recording.with_depth(depth), directory / "a.pose")


@pytest.fixture
def corpus(clip, tmp_path):
    """Make a directory of recordings by name; those named bad hold no recording."""

    def make(*names, root="in"):
        return write_recordings(clip, tmp_path / root, names)

    return make
