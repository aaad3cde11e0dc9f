import json

import numpy as np
import pytest

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.io.arrays.normalized import index_path, index_text, read_normalized


def save(path, lengths=(3, 2), values=None):
    total = sum(lengths)
    begins = np.cumsum(lengths) - lengths
    values = (
        np.arange(total * 26 * 3, dtype="f4").reshape(total, 26, 3) if values is None else values
    )
    np.save(path, values)
    index_path(path).write_text(index_text(PANOPTIC26, begins, total))
    return values


def test_windows_hold_lateral_and_height_and_depth(tmp_path):
    values = save(tmp_path / "normalized_data.npy")
    data = read_normalized(tmp_path / "normalized_data.npy")
    assert (len(data), data.lengths.tolist()) == (2, [3, 2])
    keypoints, depth = data.fetch(np.array([1]), np.array([1]), 2)
    np.testing.assert_array_equal(keypoints[0, 0], values[4][:, [2, 1]])
    np.testing.assert_array_equal(depth[0, 0], values[4][:, 0])
    assert np.isnan(keypoints[0, 1]).all()


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (None, "no such file"),
        ("{", "expected JSON"),
        ("[" * 5000, "expected JSON, found brackets nested too deeply"),
        ("[1]", "expected the index that `prepare` writes"),
        (
            {"skeleton": "coco17", "begins": [0], "total_frames": 10**400},
            "expected the index that `prepare` writes",
        ),
        ({"skeleton": [], "begins": [0], "total_frames": 5}, "expected one of panoptic26"),
        ('{"skeleton": "panoptic26"}', "expected the index that `prepare` writes"),
        ({"skeleton": "smpl", "begins": [0], "total_frames": 5}, "expected one of panoptic26"),
        ({"skeleton": "coco17", "begins": [0], "total_frames": 5}, r"expected shape \[5, 17, 3\]"),
        ({"skeleton": "panoptic26", "begins": [0, 9], "total_frames": 5}, "stay below 5"),
        ({"skeleton": "panoptic26", "begins": [], "total_frames": 5}, "increase from 0"),
        ({"skeleton": "panoptic26", "begins": [0, 3, 3], "total_frames": 5}, "increase from 0"),
    ],
)
def test_a_damaged_index(tmp_path, index, message):
    path = tmp_path / "normalized_data.npy"
    save(path)
    index_path(path).unlink()
    if index is not None:
        text = index if isinstance(index, str) else json.dumps(index)
        index_path(path).write_text(text)
    with pytest.raises(InputError, match=message):
        read_normalized(path)


def test_infinities_and_both_files_missing(tmp_path):
    values = np.zeros((5, 26, 3), "f4")
    values[4, 2, 1] = np.inf
    save(tmp_path / "a.npy", values=values)
    with pytest.raises(InputError, match="found an infinity in frame 4"):
        read_normalized(tmp_path / "a.npy")
    with pytest.raises(InputError) as error:
        read_normalized(tmp_path / "b.npy")
    assert len(error.value.problems) == 2
