import numpy as np
import pytest

from benchmarks import distributions
from benchmarks.distributions import (
    MEASURES,
    format_table,
    measure,
    plot_histograms,
    pool_measures,
    simulate_clips,
)
from signlift.core.skeleton import PANOPTIC26

pytestmark = pytest.mark.slow


def standing(frames=4, elbow=90.0, speed=0.0):
    """Return a torso of 1 and arms of 0.5 + 0.5, with hanging upper arms and flexed elbows."""
    points = np.zeros((frames, 26, 3))
    angle = np.radians(180 - elbow)
    positions = {"Neck": (0, 1, 0), "Nose": (0, 1.3, 0.4)}
    for side, x in (("L", 0.4), ("R", -0.4)):
        positions[side + "Shoulder"] = (x, 1, 0)
        positions[side + "Elbow"] = (x, 0.5, 0)
        positions[side + "Hand"] = (x, 0.5 - 0.5 * np.cos(angle), 0.5 * np.sin(angle))
        positions[side + "Hip"] = (x / 2, 0, 0)
    for name, position in positions.items():
        points[:, PANOPTIC26.index(name)] = position
    points[:, PANOPTIC26.index("LHand"), 0] += speed / 30 * np.arange(frames)
    return points


def test_known_numbers():
    out = measure(standing())
    np.testing.assert_allclose(out["elbow"], 90)
    np.testing.assert_allclose(out["elevation"], 0, atol=1e-5)
    np.testing.assert_allclose(out["swivel"], 0, atol=1e-9)
    np.testing.assert_allclose(out["speed"], 0)
    np.testing.assert_allclose([out["x"][0], out["y"][0], out["z"][0]], [0, -0.5, 0.5], atol=1e-12)
    for name, expected in (("torso", 1), ("shoulders", 0.8), ("forearm", 1), ("nose", 0.5)):
        np.testing.assert_allclose(out[name], expected)


def test_scale_and_heading_do_not_matter():
    clip = standing(6, speed=1.0)
    turned = 7 * clip @ np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]])
    first, second = measure(clip), measure(turned)
    for name in MEASURES:
        np.testing.assert_allclose(first[name], second[name], atol=1e-6)
    np.testing.assert_allclose(first["speed"][:5], 1)


def test_rest_is_low_and_still():
    assert measure(standing(elbow=160.0))["rest"].mean() == 1
    assert measure(standing(elbow=90.0))["rest"].mean() == 0
    np.testing.assert_array_equal(measure(standing(elbow=160.0, speed=1.0))["rest"], [0, 1])


def test_an_elbow_lifted_to_the_side():
    clip = standing()
    for side, x in (("L", 0.4), ("R", -0.4)):
        clip[:, PANOPTIC26.index(side + "Elbow")] = (x * 1.75, 1, 0.4)
        clip[:, PANOPTIC26.index(side + "Hand")] = (x, 1, 0.8)
    np.testing.assert_allclose(measure(clip)["swivel"], 90)


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame(frames):
    out = measure(standing(frames))
    assert len(out["elbow"]) == 2 * frames and len(out["speed"]) == 0


def test_a_table_and_images(tmp_path, capsys):
    for name in ("asl", "cmu"):
        (tmp_path / name).mkdir()
        np.savez(tmp_path / name / "mocap_cm_30fps.npz", clip=standing())
    out = tmp_path / "out"
    assert distributions.main([str(tmp_path), "-o", str(out), "--clips", "3"]) == 0
    printed = capsys.readouterr().out
    assert "| 10 / 50 / 90 % | simulated | asl | cmu |" in printed
    assert "90 / 90 / 90" in printed
    assert sorted(path.stem for path in out.glob("*.png")) == sorted(MEASURES)


def test_no_clips(tmp_path):
    sources = {"none": pool_measures([])}
    assert "| none |" in format_table(sources)
    assert len(plot_histograms(sources, tmp_path)) == len(MEASURES)


def test_wrong_input(tmp_path, capsys):
    assert distributions.main([str(tmp_path), "--clips", "1"]) == 2
    assert "expected a file of clips, found no such file" in capsys.readouterr().err
    (tmp_path / "asl").mkdir()
    np.savez(tmp_path / "asl" / "mocap_cm_30fps.npz", wrong=np.zeros((3, 25, 3)))
    assert distributions.main([str(tmp_path), "--clips", "1"]) == 2
    expected = "wrong: expected shape [T, 26, 3], found shape [3, 25, 3]"
    assert expected in capsys.readouterr().err


def test_simulated_clips_depend_on_the_seed_only():
    first, again = (next(simulate_clips(1, 4)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
