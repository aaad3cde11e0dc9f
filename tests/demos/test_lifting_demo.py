"""Demo of lifting; tests/cli/test_cli.py runs all of it."""

import numpy as np
import pytest
from pages import read_page
from PIL import Image

import signlift as sl
from signlift.datasets.simulated import simulate_recording
from signlift.demos.lifting_demo import demo, format_measures, lift_sample, measure_lifted
from signlift.lifting import open_network


def test_without_weights_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(open_network, "WEIGHTS_PACKAGE", "signlift.lifting")
    with pytest.raises(sl.InputError, match=r"^shipped weights: expected"):
        demo(tmp_path / "demo", quiet=True)
    assert not (tmp_path / "demo").exists()


def test_the_sample_is_lifted_and_drawn(tmp_path):
    page, image, animation = lift_sample(tmp_path)
    lifted = sl.read(tmp_path / "signer.npz")
    recording = sl.read(sl.sample_path("openpose"))
    assert len(lifted) == len(recording)
    assert np.isfinite(lifted.depth[:, recording.skeleton.index("RWrist")]).mean() > 0.9
    assert not np.isfinite(lifted.depth[~recording.observed]).any()
    with Image.open(animation) as frames:
        assert frames.n_frames == len(recording)
    assert image.stat().st_size > 10_000
    shown = read_page(page)
    assert (shown["title"], len(shown["recordings"])) == ("A real signer", 1)


def test_missing_depth_does_not_count():
    """All true depths are within an uncertainty that is twice the error."""
    true = simulate_recording(0, 0)
    depth, missing = true.depth + 1, slice(0, len(true), 3)
    uncertainty = np.full_like(depth, 2)
    depth[missing] = uncertainty[missing] = np.nan
    for scale, expected in ((1, "100%"), (0.25, "0%")):
        report, flat = measure_lifted([true], [true.with_depth(depth, scale * uncertainty)])
        lines = format_measures(report, flat).splitlines()
        assert [line.split()[-1] for line in lines[1:4]] == [expected] * 3
        assert [line.split()[-3] for line in lines[1:4]] == ["0.0"] * 3  # a constant offset
    report, flat = measure_lifted([true], [true.with_depth(depth)])
    lines = format_measures(report, flat).splitlines()
    assert [line.split()[-1] for line in lines[1:4]] == ["-"] * 3
    wrists = np.abs(true.depth - true.depth[:, [0]])[:, [5, 11]]
    assert flat.neck_relative_depth_error["wrists"].units == pytest.approx(wrists.mean(), rel=1e-4)


def test_the_table_says_which_coverage_is_meant():
    true = simulate_recording(0, 0)
    lines = format_measures(*measure_lifted([true], [true])).splitlines()
    assert any("coverage" in line and "68 % is meant" in line for line in lines[4:])
    assert all(len(line) <= 80 or line.startswith("(") for line in lines)
