"""The seeds of the fuzzer: valid files of every reader."""

import pytest

from benchmarks.fuzz.oracle import run_input
from benchmarks.fuzz.targets import READER_SEEDS, TARGETS
from signlift.io.reader_registry import READERS, find_reader
from signlift.io.source import open_source

EXTRAS = {
    "video": "av",
    "parquet": "pyarrow",
    "run": "torch",
    "checkpoint": "torch",
    "graph": "onnx",
    "live page": "aiohttp",
}

#: Of these, a sixteenth of the seeds is read, as the seeds of all readers are theirs.
SLOW = ("command line", "lift")


def test_every_reader_has_seeds():
    """A new reader is fuzzed: add seeds of its files to benchmarks.fuzz.seeds."""
    assert set(READER_SEEDS) == {reader.name for reader in READERS}


@pytest.mark.parametrize("name", READER_SEEDS)
def test_the_seeds_of_a_reader_are_recognised_by_it(name, tmp_path):
    if name in EXTRAS:
        pytest.importorskip(EXTRAS[name])
    seeds = READER_SEEDS[name]()
    assert seeds
    for number, seed in enumerate(seeds):
        with open_source(seed.write(tmp_path / str(number))) as source:
            assert find_reader(source).name == name, (number, seed.entry)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_seeds_are_read_without_a_word_and_are_the_same_each_time(target):
    if target.name in EXTRAS:
        pytest.importorskip(EXTRAS[target.name])
    step = 16 if target.name in SLOW else 1
    for number, seed in list(enumerate(target.seeds()))[::step]:
        outcome = run_input(target, number, 0)
        assert (outcome.kind, outcome.detail) == ("valid", ""), (number, seed.entry)
        assert outcome.warnings == 0 or target.name == "command line", (number, seed.entry)


@pytest.mark.parametrize("name", READER_SEEDS)
def test_seeds_are_the_same_each_time(name):
    make = READER_SEEDS[name]
    assert make() == make()
