import json

import numpy as np
import pytest

from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.datasets.canonical_dataset import prepare
from signlift.datasets.simulated import generate
from signlift.errors import InputError
from signlift.io.arrays.normalized import read_normalized


@pytest.mark.parametrize("skeleton", [PANOPTIC26, PANOPTIC67], ids=lambda s: s.name)
def test_recordings_are_joined_in_the_canonical_frame(tmp_path, skeleton):
    data = generate(tmp_path, 5, min_frames=3, max_frames=9, skeleton=skeleton, quiet=True)
    out = tmp_path / "normalized_data.npy"
    prepared = prepare(data / "body_data.npy", data / "body_ground.npy", out, skeleton)
    normalized = np.load(out)
    assert normalized.shape == (prepared.frames, len(skeleton), 3)
    assert (prepared.recordings, prepared.undefined) == (5, 0)
    neck, hip, nose = (normalized[:, skeleton.index(name)] for name in ("Neck", "MidHip", "Nose"))
    np.testing.assert_allclose(hip, 0, atol=1e-6)
    np.testing.assert_allclose(neck, np.tile([0, 1, 0], (len(neck), 1)), atol=1e-5)
    assert (nose[:, 0] > 0).all()  # the person faces +x
    np.testing.assert_allclose(nose[:, 2], 0, atol=1e-5)
    right = (
        normalized[:, skeleton.index("RShoulder"), 2]
        - normalized[:, skeleton.index("LShoulder"), 2]
    )
    assert (right > 0).mean() > 0.9  # lateral is to the person's right
    data = read_normalized(out)
    begins = json.loads((tmp_path / "normalized_data.json").read_text())["begins"]
    assert begins == data.begins.tolist() == [0, *np.cumsum(data.lengths)[:-1]]


def test_frames_without_a_canonical_frame_are_counted_and_missing(make_data, tmp_path):
    data = make_data([6, 4])
    keypoints = np.load(data / "body_data.npy")
    keypoints[1, 2, 2 * PANOPTIC26.index("Nose")] = np.nan
    np.save(data / "body_data.npy", keypoints)
    out = tmp_path / "normalized_data.npy"
    assert prepare(data / "body_data.npy", data / "body_ground.npy", out).undefined == 1
    assert np.flatnonzero(np.isnan(np.load(out)).all((1, 2))).tolist() == [8]


def test_wrong_input(make_data, tmp_path):
    data = make_data([3])
    with pytest.raises(InputError, match=r"expected a name that ends in \.npy"):
        prepare(data / "body_data.npy", data / "body_ground.npy", tmp_path / "out.csv")
    with pytest.raises(InputError, match="no such file"):
        prepare(data / "body_data.npy", data / "nothing.npy", tmp_path / "out.npy")
    assert not (tmp_path / "out.npy").exists()
