"""MediaPipe's own z in every format that holds it: `Recording.detector_depth`."""

import json

import numpy as np
import pandas as pd
import pytest

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75

SIZE = (1000, 500)
T = 6

rng = np.random.default_rng(0)
XY = rng.uniform(0.2, 0.8, (1, 75, 2)) + 0.01 * np.arange(T)[:, None, None]
Z = rng.uniform(-0.5, 0.5, (T, 75))
Z[:, [33, 54]] = 0  # the wrists of the hands
VISIBILITY = rng.uniform(0.5, 1, (T, 75))
VISIBILITY[2, 16] = 0.1  # MediaPipe guesses this wrist

#: x, y, z as fractions, and visibility.
FOUR = np.concatenate([XY, Z[..., None], VISIBILITY[..., None]], -1)
EXPECTED = Z * SIZE[0]
EXPECTED[2, 16] = np.nan

PARTS = {"pose": range(33), "left_hand": range(33, 54), "right_hand": range(54, 75)}
NAMES = [(part, number) for part, rows in PARTS.items() for number in range(len(rows))]


def frames_of_json(path):
    def landmarks(t, rows):
        keys = ("x", "y", "z", "visibility")
        return [dict(zip(keys, FOUR[t, row].tolist(), strict=True)) for row in rows]

    frames = [
        {f"{part}_landmarks": landmarks(t, rows) for part, rows in PARTS.items()} for t in range(T)
    ]
    path.write_text(json.dumps(frames))


def long_table(path):
    rows = [
        (t, part, number, *FOUR[t, j]) for t in range(T) for j, (part, number) in enumerate(NAMES)
    ]
    columns = "frame type landmark_index x y z visibility".split()
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)


def wide_table(path):
    columns = {
        f"{axis}_{part}_{number}": FOUR[:, j, c]
        for c, axis in enumerate(("x", "y", "z", "visibility"))
        for j, (part, number) in enumerate(NAMES)
    }
    pd.DataFrame({"frame": range(T), **columns}).to_csv(path, index=False)


def rows_258(path):
    hands = FOUR[:, 33:, :3].reshape(T, -1)
    np.save(path, np.concatenate([FOUR[:, :33].reshape(T, -1), hands], 1))


WRITERS = {
    "frames.json": frames_of_json,
    "long.csv": long_table,
    "wide.csv": wide_table,
    "array.npy": lambda path: np.save(path, FOUR),
    "people.npy": lambda path: np.save(path, FOUR[:, None]),
    "rows.npy": rows_258,
    "keypoints.npz": lambda path: np.savez(path, keypoints=FOUR),
}


@pytest.mark.parametrize("name", WRITERS)
def test_z_is_detector_depth_in_pixels(tmp_path, name):
    WRITERS[name](tmp_path / name)
    recording = sl.read_all(tmp_path / name, size=SIZE)[0]
    assert (recording.skeleton, recording.depth) == (MEDIAPIPE75, None)
    np.testing.assert_allclose(recording.detector_depth, EXPECTED, atol=0.01)


def test_pixels_beside_a_z_in_widths_or_in_pixels(tmp_path):
    pixels = FOUR.copy()
    pixels[..., :2] *= SIZE
    for scale in (1, SIZE[0]):
        values = pixels.copy()
        values[..., 2] *= scale
        np.save(tmp_path / "a.npy", values)
        recording = sl.read(tmp_path / "a.npy", size=SIZE)
        np.testing.assert_allclose(recording.detector_depth, EXPECTED, rtol=1e-5)
        depth = sl.read(tmp_path / "a.npy").detector_depth
        assert (depth is None) == (scale == 1)  # the width is unknown


def test_what_has_no_z_has_no_detector_depth(tmp_path):
    flat = FOUR.copy()
    flat[..., 2] = 0
    np.save(tmp_path / "flat.npy", flat)
    np.save(tmp_path / "visibility.npy", FOUR[..., [0, 1, 3]])
    np.save(tmp_path / "plane.npy", FOUR[..., :2])
    np.save(tmp_path / "coco.npy", FOUR[:, :17, [0, 1, 3]])
    for name in ("flat", "visibility", "plane", "coco"):
        assert sl.read(tmp_path / f"{name}.npy", size=SIZE).detector_depth is None, name


def test_a_table_with_a_z_that_is_no_number_is_read_without(tmp_path):
    long_table(tmp_path / "a.csv")
    table = pd.read_csv(tmp_path / "a.csv").astype({"z": object})
    table.loc[3, "z"] = "near"
    table.to_csv(tmp_path / "a.csv", index=False)
    recording = sl.read(tmp_path / "a.csv", size=SIZE)
    assert recording.detector_depth is None and recording.observed.sum() == T * 75 - 1


def test_the_depth_of_a_lifted_recording_stays_depth(tmp_path):
    np.save(tmp_path / "a.npy", FOUR)
    recording = sl.read(tmp_path / "a.npy", size=SIZE)
    lifted = recording.with_depth(rng.normal(0, 50, (T, 75)))
    for name in ("a.npz", "a.csv", "a.parquet"):
        sl.write(lifted, tmp_path / name)
        again = sl.read(tmp_path / name)
        assert again.depth is not None
        if name == "a.npz":
            np.testing.assert_array_equal(again.detector_depth, recording.detector_depth)
        else:
            assert again.detector_depth is None
    table = pd.read_csv(tmp_path / "a.csv")[["frame", "keypoint", "x", "y", "z"]]
    table.to_csv(tmp_path / "columns.csv", index=False)  # no longer signlift's own
    assert sl.read(tmp_path / "columns.csv").detector_depth is None


def test_named_keypoints_of_blazepose(tmp_path):
    names = MEDIAPIPE33.keypoints
    frames = [
        [
            {"name": name, "x": x * SIZE[0], "y": y * SIZE[1], "z": z * SIZE[0], "score": score}
            for name, (x, y, z, score) in zip(names, FOUR[t, :33].tolist(), strict=True)
        ]
        for t in range(T)
    ]
    (tmp_path / "a.json").write_text(json.dumps(frames))
    recording = sl.read(tmp_path / "a.json")
    assert recording.skeleton is MEDIAPIPE33
    np.testing.assert_allclose(recording.detector_depth, EXPECTED[:, :33], rtol=1e-5)
