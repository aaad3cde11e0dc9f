import numpy as np
import pytest
from conftest import random_recordings

from signlift.core.skeleton import COCO17, PANOPTIC26, SKELETONS, subtract_root_depth
from signlift.datasets.batches import batches
from signlift.datasets.dataset import measure, open_dataset
from signlift.io.arrays.original_arrays import read_arrays, write_arrays
from signlift.normalization.normalize import frame_centers, normalize

LENGTHS = [1, 49, 50, 51, 130]


def collected(dataset, lanes, seq_len, **options):
    """Inputs and targets of every recording, put together from all batches."""
    out = {}
    for batch in batches(dataset, np.arange(len(dataset)), lanes, seq_len, **options):
        for row in range(len(batch.lanes)):
            v, length = int(batch.windows.recording[row]), int(batch.windows.length[row])
            assert np.isnan(batch.inputs[row, length:]).all()
            assert np.isnan(batch.targets[row, length:]).all()
            piece = (batch.inputs[row, :length], batch.targets[row, :length])
            out.setdefault(v, []).append(piece)
    return {v: [np.concatenate(column) for column in zip(*p, strict=True)] for v, p in out.items()}


@pytest.mark.parametrize("on", SKELETONS, ids=lambda on: on.name)
@pytest.mark.parametrize(("lanes", "seq_len"), [(1, 500), (3, 50), (8, 7)])
def test_batches_hold_the_normalised_recordings(make_data, on, lanes, seq_len):
    folder = make_data(LENGTHS, skeleton=on, missing=0.2)
    dataset = open_dataset(folder, on)
    together = collected(dataset, lanes, seq_len)
    assert sorted(together) == list(range(len(LENGTHS)))
    for v, recording in enumerate(read_arrays(folder, skeleton=on)):
        scale = dataset.scales[v]
        centers, _ = frame_centers(recording.keypoints, on)
        expected = normalize(recording.keypoints, centers, scale).astype("f4")
        np.testing.assert_array_equal(together[v][0], expected.reshape(len(recording), -1))
        np.testing.assert_allclose(together[v][1], recording.depth / scale, rtol=1e-6)


def test_processes_that_share_the_lanes_keep_in_step(make_data):
    dataset = open_dataset(make_data(LENGTHS))
    order = np.arange(5)
    whole = list(batches(dataset, order, 4, 50))
    parts = [list(batches(dataset, order, 4, 50, slice(rank, None, 2))) for rank in (0, 1)]
    assert len(whole) == len(parts[0]) == len(parts[1])
    assert any(len(batch.lanes) == 0 for part in parts for batch in part)
    for everything, *shares in zip(whole, *parts, strict=True):
        lanes = np.concatenate([batch.lanes for batch in shares])
        assert sorted(lanes) == everything.lanes.tolist()


def test_absolute_depth_becomes_relative_to_the_root_and_relative_depth_stays(tmp_path):
    recordings = random_recordings([20, 20])
    root = PANOPTIC26.index("MidHip")
    moved = recordings[1].depth + 500
    moved[3] = np.nan
    moved[4, root] = moved[4, [PANOPTIC26.index("LHip")]] = np.nan
    kept = recordings[0].depth.copy()
    kept[4, root] = kept[4, [PANOPTIC26.index("LHip")]] = np.nan
    given = [recordings[0].with_depth(kept), recordings[1].with_depth(moved)]
    dataset = open_dataset(write_arrays(tmp_path, given))
    assert dataset.absolute.tolist() == [False, True]
    together = collected(dataset, 1, 8)
    np.testing.assert_allclose(together[0][1] * dataset.scales[0], kept, rtol=1e-5)
    expected = subtract_root_depth(moved, PANOPTIC26)
    assert np.isnan(expected[4]).all()
    np.testing.assert_allclose(together[1][1] * dataset.scales[1], expected, atol=1e-3)


@pytest.mark.parametrize("on", [PANOPTIC26, COCO17], ids=lambda on: on.name)
def test_a_mirrored_person_has_their_sides_swapped(make_data, on):
    dataset = open_dataset(make_data([30, 30], skeleton=on, missing=0.1), on)
    plain = collected(dataset, 2, 7)
    mirrored = collected(dataset, 2, 7, mirrored=np.array([True, False]))
    inputs, targets = plain[0]
    flipped = inputs.reshape(30, -1, 2)[:, on.mirror] * np.array([-1, 1], "f4")
    np.testing.assert_array_equal(mirrored[0][0], flipped.reshape(30, -1))
    np.testing.assert_array_equal(mirrored[0][1], targets[:, on.mirror])
    np.testing.assert_array_equal(mirrored[1][0], plain[1][0])


def test_the_canonical_frame_is_given_as_it_is(make_data):
    arrays = read_arrays(make_data([12, 5]))
    dataset = measure(arrays, "canonical")
    assert dataset.scales.tolist() == [1, 1]
    together = collected(dataset, 2, 4)
    np.testing.assert_array_equal(together[1][0], arrays[1].keypoints.reshape(5, -1))
    np.testing.assert_array_equal(together[1][1], arrays[1].depth)
