"""The benchmark of jobs over a corpus, in small."""

import numpy as np
import pytest

import signlift as sl
from benchmarks.corpus.__main__ import main
from benchmarks.corpus.recordings import MAX_FRAMES, MIN_FRAMES, count_bad, write_corpus


def test_a_corpus_has_recordings_of_all_lengths_and_damaged_ones(tmp_path):
    write_corpus(tmp_path, 200)
    paths = sorted(tmp_path.rglob("*.pose"))
    assert len(paths) == 200
    bad, lengths = 0, []
    for number, path in enumerate(paths):
        try:
            lengths.append(len(sl.read(path)))
        except sl.InputError:
            bad += 1
            assert number % 100 == 99
    assert bad == count_bad(200) == 2
    assert min(lengths) >= MIN_FRAMES and max(lengths) <= MAX_FRAMES and np.ptp(lengths) > 200


@pytest.mark.slow
def test_all_runs_write_the_same_bytes(capsys, monkeypatch):
    # The engines are compared in tests of their own.
    monkeypatch.setattr("benchmarks.corpus.__main__.find_spec", lambda name: None)
    assert main(["--recordings", "12", "--kills", "1"]) == 0
    printed = capsys.readouterr().out
    assert "1 process: 12 done\n" in printed
    assert "efficiency of 2 processes: " in printed
