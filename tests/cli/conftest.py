"""Fixtures of the tests of the command line."""

import numpy as np
import pytest

import signlift as sl
from signlift.datasets.simulated import generate


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    """A recording of 40 frames, from the waist up, as .pose and as body_data.npy."""
    directory = tmp_path_factory.mktemp("signer")
    size = {"min_frames": 40, "max_frames": 40, "upper_body": 1.0, "missing": 0.02}
    recording = sl.read_arrays(generate(directory, 1, seed=4, quiet=True, **size))[0]
    sl.write(
        recording.with_depth(np.zeros(recording.keypoints.shape[:2], "f4")), directory / "a.pose"
    )
    return directory
