import numpy as np
import pytest

import signlift as sl
from signlift.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read(name):
    recording = sl.read(sl.sample_path(name))
    assert len(recording) > 30
    assert np.isfinite(recording.keypoints).any()


def test_the_signer_of_the_openpose_sample_is_seen_from_the_waist_up():
    recording = sl.read(sl.sample_path())
    wrist = recording.skeleton.index("RWrist")
    assert recording.keypoints.shape == (93, 137, 2)
    assert recording.fps == 24
    assert np.isfinite(recording.keypoints[:, wrist]).mean() > 0.9
    knee = recording.skeleton.index("RKnee")
    assert np.isnan(recording.keypoints[:, knee]).all()


def test_an_unknown_sample_is_named():
    with pytest.raises(sl.InputError, match='name: expected "openpose", found "none"'):
        sl.sample_path("none")


def test_samples_are_small_and_name_their_licence():
    directory = sl.sample_path().parent
    text = (directory / "README.md").read_text()
    assert "MIT License" in text
    for file in SAMPLES.values():
        assert file in text
        assert (directory / file).stat().st_size < 200_000
