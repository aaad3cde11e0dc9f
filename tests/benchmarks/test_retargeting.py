import numpy as np
import pytest

from benchmarks import retargeting
from signlift.animation.avatar import solve_avatar
from signlift.animation.finger_rotations import RELAXED
from signlift.core.skeleton import PANOPTIC67
from tests.hands import place_fingers, record_hands

FLIP = np.array([1.0, -1.0, -1.0])


@pytest.fixture(scope="module")
def recording():
    bend = np.linspace(0.5, 1.5, 20)[:, None, None]
    return record_hands(place_fingers(bend * RELAXED))


def test_an_avatar_of_constant_bones_is_where_the_keypoints_are(recording):
    distances = retargeting.measure(recording, solve_avatar(recording))
    assert set(distances) == set(retargeting.COLUMNS)
    for name, count in {"body": 14, "hands": 40, "tips": 10, "shape": 40}.items():
        assert distances[name].shape == (2, count * 20)
        assert distances[name].mean() < 0.05


def test_corrected_keypoints_have_the_avatars_lengths(recording):
    lengths = dict(solve_avatar(recording).lengths)
    lengths["forearm"] *= 1.2
    points = {name: recording.points[:, n] * 1.0 for n, name in enumerate(PANOPTIC67.keypoints)}
    corrected = retargeting.correct_lengths(points, lengths)
    forearm = corrected["LHand"] - corrected["LElbow"]
    np.testing.assert_allclose(np.linalg.norm(forearm, axis=-1), lengths["forearm"])
    moved = corrected["LIndex4"] - points["LIndex4"]
    np.testing.assert_allclose(moved, corrected["LHand"] - points["LHand"], atol=0.02)


def test_the_table_has_a_row_for_each_source(recording, tmp_path, capsys):
    points = recording.points * FLIP
    np.savez(tmp_path / "clips.npz", **{"one.a": points, "one.b": points[:9], "two.c": points})
    assert retargeting.main([str(tmp_path / "clips.npz")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[-2:]] == [["one", "2", "29"], ["two", "1", "20"]]
    assert retargeting.main([str(tmp_path / "none.npz")]) == 2
    assert "expected" in capsys.readouterr().err


def test_a_file_without_fingers(tmp_path, recording, capsys):
    np.savez(tmp_path / "body.npz", a=recording.convert("panoptic26").points * FLIP)
    assert retargeting.main([str(tmp_path / "body.npz")]) == 2
    assert "expected clips with fingers, found none" in capsys.readouterr().err
