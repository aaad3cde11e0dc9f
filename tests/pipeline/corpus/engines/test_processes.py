"""The engine of processes: order, bounds, faults and deaths."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from corpus_jobs import DeadlyEngine, contents, rows, run_job
from engine_tasks import work

from signlift.pipeline.corpus.engines.engine import Engine
from signlift.pipeline.corpus.engines.processes import ProcessEngine, available_cores


def test_every_task_has_a_result_and_tasks_are_taken_as_workers_get_free():
    taken = []

    def tasks():
        for number in range(6):
            taken.append(number)
            yield number

    engine = ProcessEngine(2)
    assert isinstance(engine, Engine)
    results = engine.run(work, tasks())
    first = next(results)
    assert len(taken) <= 3
    answers = [first, *results]
    assert sorted(result.value[0] for result in answers) == list(range(6))
    pids = {result.value[1] for result in answers}
    assert os.getpid() not in pids and len(pids) <= 2
    assert {result.value[2] for result in answers} == {"1"}  # thread
    time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_worker_that_dies_is_replaced_and_its_task_named():
    results = list(ProcessEngine(1).run(work, [1, "die", 2, "leave"]))
    assert [result.task for result in results] == [1, "die", 2, "leave"]
    assert [result.lost for result in results] == [
        None,
        "killed by signal 9",
        None,
        "ended with exit code 3",
    ]
    assert results[0].value[1] != results[2].value[1]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no masks of signals")
def test_processes_start_without_interrupts_also_the_first_one():
    program = (
        "import signal\n"
        "from signlift.pipeline.corpus.engines.processes import _no_interrupts\n"
        "from multiprocessing import resource_tracker\n"
        "with _no_interrupts():\n"
        "    resource_tracker.ensure_running()  # as the start of the first process does\n"
        "    print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))\n"
        "print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))"
    )
    output = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert output.split() == ["True", "False"]


def test_a_fault_of_the_function_is_raised():
    with pytest.raises(ZeroDivisionError):
        list(ProcessEngine(1).run(work, ["fail"]))


def test_the_default_is_a_process_for_each_core():
    assert ProcessEngine().workers == available_cores() >= 1


@pytest.mark.usefixtures("quick_processes")
def test_only_the_recording_that_kills_its_worker_fails(corpus, tmp_path):
    root, out = corpus("a", "b", "c"), tmp_path / "out"
    _, lifted = run_job(root, out, engine=DeadlyEngine("b"))
    assert lifted == ["a", "b", "c"]
    assert list(contents(out)) == ["a.npz", "c.npz"]
    found = "a worker killed by signal 9, 3 times (too little memory?)"
    assert rows(out, "message", "state = 'failed'") == [
        (f"{root}/b.pose: expected a result, found {found}",)
    ]
    run_job(root, tmp_path / "serial")
    (tmp_path / "serial" / "b.npz").unlink()
    assert contents(out) == contents(tmp_path / "serial")
