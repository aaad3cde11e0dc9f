import numpy as np
import pytest

from signlift.batching.dataset import open_dataset
from signlift.errors import InputError
from signlift.preprocessing.normalize import recording_scale
from signlift.preprocessing.prepare import prepare
from signlift.skeleton import COCO17, PANOPTIC26


def test_a_folder_of_arrays_is_in_the_camera_frame(make_data):
    dataset = open_dataset(make_data([4, 9]))
    assert (dataset.frame, len(dataset), dataset.lengths.tolist()) == ("camera", 2, [4, 9])
    expected = [recording_scale(r.keypoints, PANOPTIC26) for r in dataset.recordings]
    np.testing.assert_allclose(dataset.scales, expected)
    assert not dataset.absolute.any()


def test_prepared_data_is_in_the_canonical_frame(make_data, tmp_path):
    folder = make_data([4, 9])
    out = tmp_path / "canonical" / "normalized_data.npy"
    prepare(folder / "body_data.npy", folder / "body_ground.npy", out)
    for path in (out, out.parent):
        dataset = open_dataset(path)
        assert (dataset.frame, dataset.lengths.tolist()) == ("canonical", [4, 9])
        assert dataset.scales.tolist() == [1, 1]
    with pytest.raises(InputError, match="expected coco17, found panoptic26"):
        open_dataset(out, COCO17)


def test_the_fingerprint_tells_data_apart(make_data):
    one = open_dataset(make_data([4, 9])).fingerprint()
    assert one == open_dataset(make_data([4, 9], "same")).fingerprint()
    assert one != open_dataset(make_data([4, 9], "seed", seed=1)).fingerprint()
    assert one != open_dataset(make_data([4, 8], "length")).fingerprint()


def test_nothing_there(tmp_path):
    with pytest.raises(InputError, match=r"or a normalized_data.npy, found nothing there"):
        open_dataset(tmp_path / "nowhere")
