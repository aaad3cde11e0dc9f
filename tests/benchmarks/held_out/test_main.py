import json

import numpy as np
import pytest

from benchmarks.held_out.__main__ import main
from benchmarks.held_out.measures import Score
from benchmarks.held_out.tables import format_score
from benchmarks.held_out.targets import format_targets
from tests.benchmarks.held_out.drawn_cases import sample_motion, write_rendering


@pytest.fixture
def data(tmp_path):
    motion = sample_motion()
    for directory in ("signs", "rendered"):
        (tmp_path / directory).mkdir()
    np.savez(tmp_path / "signs" / "mocap67_cm_30fps.npz", **{"aws.A": motion, "galt.A": motion})
    write_rendering(tmp_path / "rendered" / "01_front.npz")
    return tmp_path


def test_all_tables_are_printed_and_written(data, capsys):
    out = data / "out"
    assert main([str(data), "--only", "asl", "galt", "rendered", "-o", str(out)]) == 0
    text = capsys.readouterr().out
    assert "| mean of asl and galt |" in text and "| rendered (model: shipped" in text
    assert (out / "tables.md").read_text().strip() in text
    results = json.loads((out / "results.json").read_text())
    assert results["sources"]["asl"]["clean"]["wrists"] > 0
    assert results["rendered"]["signlift"]["front"]["wrists"] > 0
    assert results["rendered"]["signlift"]["01_front"]["elbows"] > 0
    assert "webcam" not in results["rendered"]["signlift"]


def test_a_source_that_does_not_exist(data, capsys):
    assert main([str(data), "--only", "cmu bodies"]) == 2
    assert "expected motion capture, found no file" in capsys.readouterr().err


def test_cells_of_a_score():
    score = Score(wrists=1.04, elbows=2, upper=3, velocity=0.5, nearer=0.931, body_coverage=0.68)
    cells = format_score(score)
    assert cells[0] == "1.0 / 2.0 / 3.0" and cells[3] == "0.50 (–)"
    assert cells[4:7] == ["93 %", "– (–)", "68 %, –"]


def test_targets_that_are_reached_and_not():
    reached = Score(wrists=3.6, elbows=2.5, upper=1, joints=1, body_coverage=0.5)
    table = format_targets({"asl and galt": {"clean": reached}}, {})
    assert "| asl and galt | clean | wrists | 3.6 | 3.60 | yes |" in table
    assert "| asl and galt | clean | elbows | 2.4 | 2.50 | no |" in table
    assert "| asl and galt | clean | tips | 2 | – | no |" in table
    assert "| asl and galt | clean | body_coverage | 0.6 to 0.76 | 0.50 | no |" in table
