import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import COCO17, MEDIAPIPE75
from signlift.errors import InputWarning
from signlift.pipeline.jobs import find_jobs


@pytest.fixture
def frames(tmp_path):
    """Write a file for each frame of a tutorial's recording, and return the rows."""
    rows = np.random.default_rng(0).uniform(0.2, 0.8, (12, 1662))
    rows[:, 3:132:4] = 0.9  # visibility
    directory = tmp_path / "hello" / "0"
    directory.mkdir(parents=True)
    for number, row in enumerate(rows):
        np.save(directory / f"{number}.npy", row)
    return directory, rows


def test_a_file_for_each_frame_is_one_recording_in_the_order_of_numbers(frames):
    directory, rows = frames
    recording = sl.read(directory, size=(1000, 500))
    assert (recording.skeleton, recording.name, len(recording)) == (MEDIAPIPE75, "0", 12)
    pose = rows[:, :132].reshape(12, 33, 4)[..., :2] * [1000, 500]
    np.testing.assert_allclose(recording.keypoints[:, :33], pose, 1e-5)


def test_missing_numbers_are_empty_frames_and_damaged_files_are_left_out(frames):
    directory, _ = frames
    (directory / "4.npy").unlink()
    (directory / "7.npy").write_bytes(b"nothing")
    with pytest.warns(InputWarning, match=r"left out: .*7\.npy: expected a .npy file"):
        recording = sl.read(directory, size=(1000, 500))
    assert len(recording) == 12
    assert np.isnan(recording.keypoints[[4, 7]]).all()
    assert not np.isnan(recording.keypoints[[3, 5, 6, 8]]).any()


def test_arrays_of_keypoints_are_frames_too(tmp_path):
    values = np.random.default_rng(0).uniform(10, 400, (3, 17, 2))
    for number, frame in enumerate(values):
        np.save(tmp_path / f"frame_{number:04d}.npy", frame)
    recording = sl.read(tmp_path)
    assert recording.skeleton is COCO17
    np.testing.assert_allclose(recording.keypoints, values, 1e-5)


def test_files_of_whole_recordings_are_not_frames(tmp_path):
    for number in range(3):
        np.save(tmp_path / f"{number}.npy", np.ones((5, 17, 2)))
    jobs = find_jobs([tmp_path], tmp_path / "out").jobs
    assert [job.source.name for job in jobs] == ["0.npy", "1.npy", "2.npy"]


def test_frames_of_different_shapes_and_far_numbers_are_refused(frames):
    directory, _ = frames
    np.save(directory / "99999999.npy", np.ones(1662))
    with pytest.raises(sl.InputError, match="missing between them"):
        sl.read(directory, size=(1000, 500))
    np.save(directory / "99999999.npy", np.ones(132))
    with pytest.raises(sl.InputError, match=r"one shape, found \[132\] and \[1662\]"):
        sl.read(directory, size=(1000, 500))
