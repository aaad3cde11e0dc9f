"""Batches of recordings for the lifting network."""

import numpy as np
import pytest
from conftest import random_recordings

from signlift.core.bone_lengths import BONE_LENGTHS, measure_bone_lengths
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.datasets.dataset import open_dataset
from signlift.io.arrays.original_arrays import write_arrays
from signlift.normalization.normalize import frame_centers, normalize
from signlift.training.settings import RecordingSettings
from signlift.training.sources import lifting_recordings as module
from signlift.training.sources.lifting_recordings import LiftingRecordingSource, measure_people

LENGTHS = [30, 1, 45, 22]
J, L = len(PANOPTIC26), len(BONE_LENGTHS)


def make_source(path, skeleton=PANOPTIC26, **settings):
    dataset = open_dataset(path, skeleton)
    everything = np.arange(len(dataset))
    settings = RecordingSettings(**{"batch_size": 2, "seq_len": 10, "mirror": False, **settings})
    return LiftingRecordingSource(
        dataset, everything, measure_people(dataset, everything), settings, seed=0
    )


def joined(source, epoch=1, selection=slice(None)):
    """The windows of each recording of an epoch, joined: by the order in which they come."""
    recordings, current = [], {}
    for batch in source.epoch(epoch, selection):
        for row, lane in enumerate(batch.lanes):
            if not batch.continued[row]:
                current[lane] = []
                recordings.append(current[lane])
            frames = ~np.isnan(batch.proportions[row]).all(-1)
            current[lane].append(
                {
                    name: getattr(batch, name)[row][frames]
                    for name in ("keypoints", "confidence", "true_keypoints", "depth")
                }
            )
    return [
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        for parts in recordings
    ]


@pytest.fixture
def no_scale_errors(monkeypatch):
    def zeros(rng, source, frames):
        return np.zeros((len(source), frames))

    monkeypatch.setattr(module, "draw_scale_errors", zeros)


def test_every_frame_once_and_normalised_as_in_lifting(make_data, no_scale_errors):
    path = make_data(LENGTHS, missing=0.1)
    source = make_source(path)
    found = {len(recording["depth"]): recording for recording in joined(source)}
    assert sorted(found) == sorted(LENGTHS)
    for recording, scale in zip(source.dataset.recordings, source.dataset.scales, strict=True):
        arrays = found[len(recording)]
        centers, _ = frame_centers(recording.keypoints, PANOPTIC26)
        expected = normalize(recording.keypoints, centers, scale)
        for name in ("keypoints", "true_keypoints"):
            np.testing.assert_allclose(arrays[name], expected, atol=1e-5)
        np.testing.assert_allclose(arrays["depth"], recording.depth / scale, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(arrays["confidence"], recording.observed)


def test_a_mirrored_recording_swaps_left_and_right(make_data, no_scale_errors):
    path = make_data([30])
    original = joined(make_source(path))[0]
    epochs = [joined(make_source(path, mirror=True), epoch)[0] for epoch in range(1, 9)]
    mirrored = original["keypoints"][:, PANOPTIC26.mirror] * [-1, 1]
    matches = {
        (
            np.allclose(epoch["keypoints"], original["keypoints"], atol=1e-5),
            np.allclose(epoch["keypoints"], mirrored, atol=1e-5),
        )
        for epoch in epochs
    }
    assert matches == {(True, False), (False, True)}


def test_proportions_are_the_bone_lengths_in_units_of_the_scale(make_data, no_scale_errors):
    path = make_data([30])
    source = make_source(path)
    (recording,) = source.dataset.recordings
    points = np.concatenate([recording.keypoints, recording.depth[..., None]], -1)
    lengths = measure_bone_lengths(points.astype(float), PANOPTIC26)
    np.testing.assert_allclose(source.bone_lengths[0], lengths, rtol=1e-5)
    for batch in source.epoch(1):
        expected = np.log(lengths / source.dataset.scales[0])
        np.testing.assert_allclose(batch.proportions[0, :, :L], [expected] * 10, rtol=1e-4)
        assert np.isnan(batch.proportions[..., L:]).all()  # the distance to the camera


def test_errors_of_the_scale_change_all_lengths_alike(make_data):
    path = make_data([30])
    source = make_source(path, seq_len=30)
    (batch,) = source.epoch(2)
    (recording,) = source.dataset.recordings
    unit = recording.depth[:, 1] / batch.depth[0, :, 1]  # of the Nose
    lengths = np.exp(batch.proportions[0, :, 0]) * unit
    np.testing.assert_allclose(lengths, source.bone_lengths[0, 0], rtol=1e-3)
    assert unit[0] != pytest.approx(source.dataset.scales[0], rel=1e-3)


def test_an_epoch_depends_on_its_number_alone(make_data):
    source = make_source(make_data(LENGTHS), mirror=True, detector_noise=0.5)
    first, again, other = (list(source.epoch(number)) for number in (3, 3, 4))
    for one, two in zip(first, again, strict=True):
        for name, value in vars(one).items():
            np.testing.assert_array_equal(value, getattr(two, name))
    assert any(
        one.depth.shape != two.depth.shape or not np.array_equal(one.depth, two.depth)
        for one, two in zip(first, other, strict=False)
    )


def test_processes_share_the_lanes_in_step(make_data):
    source = make_source(make_data(LENGTHS), batch_size=3, detector_noise=0.5)
    whole = list(source.epoch(1))
    parts = [list(source.epoch(1, slice(rank, None, 2))) for rank in (0, 1)]
    assert len(parts[0]) == len(parts[1]) == len(whole)
    for batch, *halves in zip(whole, *parts, strict=True):
        assert sorted(lane for half in halves for lane in half.lanes) == batch.lanes.tolist()
        for half in halves:
            rows = np.isin(batch.lanes, half.lanes)
            T = half.depth.shape[1]
            np.testing.assert_array_equal(half.depth, batch.depth[rows][:, :T])
            np.testing.assert_array_equal(half.keypoints, batch.keypoints[rows][:, :T])


def test_long_recordings_are_prepared_in_parts(make_data, monkeypatch, no_scale_errors):
    source = make_source(make_data(LENGTHS, missing=0.3))
    whole = joined(source)
    monkeypatch.setattr(module, "_CHUNK", 10)
    for one, two in zip(whole, joined(source), strict=True):
        np.testing.assert_allclose(one["keypoints"], two["keypoints"], atol=1e-6)


def test_a_simulated_detector_adds_errors_and_gaps(make_data):
    path = make_data([200], missing=0.0)
    clean, noisy = (joined(make_source(path, detector_noise=p))[0] for p in (0.0, 1.0))
    np.testing.assert_array_equal(clean["keypoints"], clean["true_keypoints"])
    assert np.isnan(noisy["keypoints"]).any()
    assert not np.isnan(noisy["true_keypoints"]).any()
    error = np.abs(noisy["keypoints"] - noisy["true_keypoints"])
    assert 1e-4 < np.nanmedian(error) < 0.2
    assert (noisy["confidence"][np.isnan(noisy["keypoints"]).any(-1)] == 0).all()


def test_recordings_on_another_skeleton_and_without_depth(tmp_path):
    recordings = random_recordings([20, 20], COCO17)
    recordings[1] = recordings[1].with_depth(None)
    source = make_source(write_arrays(tmp_path, recordings, skeleton=COCO17), COCO17)
    (lengths, unknown) = source.bone_lengths
    assert np.isnan(unknown).all()
    assert not np.isnan(lengths[list(BONE_LENGTHS).index("forearm")])
    known = []
    for batch in source.epoch(1):
        assert batch.keypoints.shape[2] == J
        assert not batch.is_given[np.isnan(batch.proportions).all((1, 2))].any()
        known.append(~np.isnan(batch.depth[..., PANOPTIC26.index("LHand")]))
    assert sum(rows.sum() for rows in known) == 20
