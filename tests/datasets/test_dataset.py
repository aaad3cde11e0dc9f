import numpy as np
import pytest
from conftest import random_recordings

from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.datasets import dataset as module
from signlift.datasets.canonical_dataset import prepare
from signlift.datasets.dataset import open_dataset
from signlift.errors import InputError
from signlift.io.arrays.original_arrays import write_arrays
from signlift.normalization.scale import recording_scale


def test_a_directory_of_arrays_is_in_the_camera_frame(make_data):
    dataset = open_dataset(make_data([4, 9]))
    assert (dataset.frame, len(dataset), dataset.lengths.tolist()) == ("camera", 2, [4, 9])
    expected = [recording_scale(r.keypoints, PANOPTIC26) for r in dataset.recordings]
    np.testing.assert_allclose(dataset.scales, expected)
    assert not dataset.absolute.any()


def test_prepared_data_is_in_the_canonical_frame(make_data, tmp_path):
    directory = make_data([4, 9])
    out = tmp_path / "canonical" / "normalized_data.npy"
    prepare(directory / "body_data.npy", directory / "body_ground.npy", out)
    for path in (out, out.parent):
        dataset = open_dataset(path)
        assert (dataset.frame, dataset.lengths.tolist()) == ("canonical", [4, 9])
        assert dataset.scales.tolist() == [1, 1]
    with pytest.raises(
        InputError, match="expected keypoints of coco17, found keypoints of panoptic26"
    ):
        open_dataset(out, COCO17)


def test_the_fingerprint_differs_for_different_data(make_data, tmp_path):
    fingerprint = open_dataset(make_data([4, 9])).fingerprint
    assert fingerprint == open_dataset(make_data([4, 9], "same")).fingerprint
    assert fingerprint != open_dataset(make_data([4, 9], "seed", seed=1)).fingerprint
    assert fingerprint != open_dataset(make_data([4, 8], "length")).fingerprint
    ground = np.load(make_data([4, 9], "ground") / "body_ground.npy")
    ground[1, 2, 3] += 1
    np.save(tmp_path / "ground" / "body_ground.npy", ground)
    assert fingerprint != open_dataset(tmp_path / "ground").fingerprint


def test_the_fingerprint_differs_for_canonical_data_of_the_same_lengths(make_data, tmp_path):
    fingerprints = set()
    for seed in (0, 1):
        data = make_data([4, 9], f"data{seed}", seed=seed)
        out = tmp_path / f"canonical{seed}" / "normalized_data.npy"
        prepare(data / "body_data.npy", data / "body_ground.npy", out)
        fingerprints.add(open_dataset(out).fingerprint)
    assert len(fingerprints) == 2


def test_measuring_in_windows_equals_measuring_in_one_piece(make_data, monkeypatch):
    directory = make_data([50, 33, 7], missing=0.4)
    whole = open_dataset(directory)
    monkeypatch.setattr(module, "_WINDOW", 8)
    windowed = open_dataset(directory)
    np.testing.assert_array_equal(windowed.scales, whole.scales)
    recording = whole.recordings[0]
    assert whole.scales[0] == recording_scale(recording.keypoints, PANOPTIC26)


def test_frames_without_root_do_not_make_depth_absolute(tmp_path):
    (recording,) = random_recordings([40])
    depth = recording.depth.copy()
    depth[5, PANOPTIC26.index("MidHip")] = np.nan
    depth[7:17, [PANOPTIC26.index(name) for name in ("MidHip", "LHip", "RHip")]] = np.nan
    dataset = open_dataset(write_arrays(tmp_path, [recording.with_depth(depth)]))
    assert not dataset.absolute.any()


def test_no_such_path(tmp_path):
    with pytest.raises(
        InputError, match=r"or a normalized_data.npy, found no such file or directory"
    ):
        open_dataset(tmp_path / "nowhere")
