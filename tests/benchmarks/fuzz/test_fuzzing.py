"""Damaged files: every reader reads them, or refuses them in a few printable lines.

`python -m benchmarks.fuzz` reads thousands of them.
"""

import pytest

from benchmarks.fuzz.targets import READER_SEEDS, TARGETS
from benchmarks.fuzz.workers import Job, Worker

#: Number of inputs of each reader, and of everything else that reads files.
READER_INPUTS, OTHER_INPUTS, SLOW_INPUTS = 60, 16, 8

SLOW = ("run", "graph", "command line")
EXTRAS = {
    "video": "av",
    "parquet": "pyarrow",
    "run": "torch",
    "checkpoint": "torch",
    "live page": "aiohttp",
}


@pytest.fixture(scope="module")
def worker():
    worker = Worker(seed=0)
    yield worker
    worker.close()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_damaged_files_are_read_or_refused(target, worker):
    if target.name in EXTRAS:
        pytest.importorskip(EXTRAS[target.name])
    count = READER_INPUTS if target.name in READER_SEEDS else OTHER_INPUTS
    count = SLOW_INPUTS if target.name in SLOW else count
    failures = []
    for number in range(count):
        worker.give(Job(target.name, number))
        outcome = worker.wait()
        if outcome.kind == "failure":
            command = f"python -m benchmarks.fuzz --target '{target.name}' --only {number}"
            failures.append(f"{command}: {outcome.detail}")
    assert not failures, "\n".join(failures)
