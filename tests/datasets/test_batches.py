import numpy as np
import pytest
from conftest import random_recordings

from signlift.core.skeleton import COCO17, PANOPTIC26, SKELETONS
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import measure_recordings, open_dataset
from signlift.io.arrays.original_arrays import read_arrays, write_arrays
from signlift.normalization.normalize import frame_centers, normalize

LENGTHS = [1, 49, 50, 51, 130]


def join_batches(dataset, lanes, seq_len, **options):
    """Return the inputs and targets of every recording, joined from all batches."""
    out = {}
    for batch in iterate_batches(dataset, np.arange(len(dataset)), lanes, seq_len, **options):
        for row in range(len(batch.lanes)):
            v, length = int(batch.windows.recording[row]), int(batch.windows.length[row])
            assert np.isnan(batch.inputs[row, length:]).all()
            assert np.isnan(batch.targets[row, length:]).all()
            piece = (batch.inputs[row, :length], batch.targets[row, :length])
            out.setdefault(v, []).append(piece)
    return {v: [np.concatenate(column) for column in zip(*p, strict=True)] for v, p in out.items()}


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize(("lanes", "seq_len"), [(1, 500), (3, 50), (8, 7)])
def test_batches_hold_the_normalised_recordings(make_data, skeleton, lanes, seq_len):
    directory = make_data(LENGTHS, skeleton=skeleton, missing=0.2)
    dataset = open_dataset(directory, skeleton)
    joined = join_batches(dataset, lanes, seq_len)
    assert sorted(joined) == list(range(len(LENGTHS)))
    for v, recording in enumerate(read_arrays(directory, skeleton=skeleton)):
        scale = dataset.scales[v]
        centers, _ = frame_centers(recording.keypoints, skeleton)
        expected = normalize(recording.keypoints, centers, scale).astype("f4")
        np.testing.assert_array_equal(joined[v][0], expected.reshape(len(recording), -1))
        np.testing.assert_allclose(joined[v][1], recording.depth / scale, rtol=1e-6)


def test_processes_that_share_the_lanes_keep_in_step(make_data):
    dataset = open_dataset(make_data(LENGTHS))
    order = np.arange(5)
    whole = list(iterate_batches(dataset, order, 4, 50))
    parts = [list(iterate_batches(dataset, order, 4, 50, slice(rank, None, 2))) for rank in (0, 1)]
    assert len(whole) == len(parts[0]) == len(parts[1])
    assert any(len(batch.lanes) == 0 for part in parts for batch in part)
    for full, *portions in zip(whole, *parts, strict=True):
        lanes = np.concatenate([batch.lanes for batch in portions])
        assert sorted(lanes) == full.lanes.tolist()


def test_absolute_depth_becomes_relative_to_the_root_and_relative_depth_stays(tmp_path):
    recordings = random_recordings([20, 20])
    root = PANOPTIC26.index("MidHip")
    moved = recordings[1].depth + 500
    moved[3] = np.nan
    moved[4, root] = moved[4, [PANOPTIC26.index("LHip")]] = np.nan
    kept = recordings[0].depth.copy()
    kept[4, root] = kept[4, [PANOPTIC26.index("LHip")]] = np.nan
    inputs = [recordings[0].with_depth(kept), recordings[1].with_depth(moved)]
    dataset = open_dataset(write_arrays(tmp_path, inputs))
    assert dataset.absolute.tolist() == [False, True]
    joined = join_batches(dataset, 1, 8)
    np.testing.assert_allclose(joined[0][1] * dataset.scales[0], kept, rtol=1e-5)
    expected = subtract_root_depth(moved, PANOPTIC26)
    assert np.isnan(expected[4]).all()
    np.testing.assert_allclose(joined[1][1] * dataset.scales[1], expected, atol=1e-3)


@pytest.mark.parametrize("skeleton", [PANOPTIC26, COCO17], ids=lambda skeleton: skeleton.name)
def test_mirroring_swaps_the_sides_of_a_person(make_data, skeleton):
    dataset = open_dataset(make_data([30, 30], skeleton=skeleton, missing=0.1), skeleton)
    plain = join_batches(dataset, 2, 7)
    mirrored = join_batches(dataset, 2, 7, mirrored=np.array([True, False]))
    inputs, targets = plain[0]
    flipped = inputs.reshape(30, -1, 2)[:, skeleton.mirror] * np.array([-1, 1], "f4")
    np.testing.assert_array_equal(mirrored[0][0], flipped.reshape(30, -1))
    np.testing.assert_array_equal(mirrored[0][1], targets[:, skeleton.mirror])
    np.testing.assert_array_equal(mirrored[1][0], plain[1][0])


def test_the_canonical_frame_is_not_normalised_again(make_data):
    arrays = read_arrays(make_data([12, 5]))
    dataset = measure_recordings(arrays, "canonical")
    assert dataset.scales.tolist() == [1, 1]
    joined = join_batches(dataset, 2, 4)
    np.testing.assert_array_equal(joined[1][0], arrays[1].keypoints.reshape(5, -1))
    np.testing.assert_array_equal(joined[1][1], arrays[1].depth)
