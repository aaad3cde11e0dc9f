"""The page of an evaluation that plays its recordings, true beside predicted."""

from dataclasses import replace

from conftest import random_recordings
from pages import read_page

import signlift as sl
from signlift.cli.main import main


def test_the_page_shows_the_best_the_median_and_the_worst_recording(tmp_path):
    recordings = [replace(each, fps=30) for each in random_recordings([4] * 9)]
    evaluation = sl.evaluate(recordings, page=tmp_path / "a.html")
    assert evaluation.written == (tmp_path / "a.html",)
    shown = read_page(tmp_path / "a.html")["recordings"]
    names = [each["name"] for each in shown]
    assert [name.partition(":")[0] for name in names] == ["best", "median", "worst"]
    assert all(each["truth"]["frames"] == 4 for each in shown)
    numbers = {int(name.rpartition(" ")[2]) for name in names}
    assert len(numbers) == 3 and numbers <= set(range(9))


def test_a_page_of_one_recording(tmp_path, monkeypatch, make_data, capsys):
    monkeypatch.chdir(tmp_path)
    data = make_data([5])
    assert main(["evaluate", str(data), "--view"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "viewer.html"
    (shown,) = read_page(tmp_path / "viewer.html")["recordings"]
    assert shown["name"] == "recording 0"
    assert main(["evaluate", str(data), "--view", "-o", "out", "--quiet"]) == 0
    assert (tmp_path / "out" / "viewer.html").exists()
