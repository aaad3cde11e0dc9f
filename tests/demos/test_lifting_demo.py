"""The demo, as far as it needs no shipped weights (with them: see cli/test_cli.py)."""

import numpy as np
import pytest

import signlift as sl
from signlift.demos.lifting_demo import _film, _table, demo
from signlift.lifting import open_network


def test_without_weights_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(open_network, "WEIGHTS_PACKAGE", "signlift.lifting")
    with pytest.raises(sl.InputError, match=r"^shipped weights: expected"):
        demo(tmp_path / "demo", quiet=True)
    assert not (tmp_path / "demo").exists()


def test_only_what_is_known_counts():
    """Of a depth that is true to the half of its error, all are within it, whoever is hidden."""
    true, seen = _film(0, 0)
    error = np.full_like(true.depth, 2)
    depth, hidden = true.depth + 1, slice(0, len(true), 3)
    depth[hidden] = error[hidden] = np.nan
    lines = _table([(true, seen.with_depth(depth, error))], 100.0).splitlines()
    assert [line.split()[-1] for line in lines[1:5]] == ["100%"] * 4
    error[:] = 0.5
    lines = _table([(true, seen.with_depth(depth, error))], 100.0).splitlines()
    assert [line.split()[-1] for line in lines[1:5]] == ["0%"] * 4
    lines = _table([(true, seen.with_depth(depth))], 100.0).splitlines()
    assert [line.split()[-1] for line in lines[1:5]] == ["-"] * 4
