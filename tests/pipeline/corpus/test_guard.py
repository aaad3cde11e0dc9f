"""The limits of time and memory of one recording."""

import sys
import time

import numpy as np
import pytest

from signlift.errors import InputError
from signlift.pipeline.corpus.engines.processes import ProcessEngine
from signlift.pipeline.corpus.guard import describe_loss, run_guarded
from signlift.pipeline.corpus.limits import NO_LIMITS, Limits

_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")


def _compute_forever():
    while True:
        sum(range(1000))


def test_work_within_its_limits_returns_its_result():
    for limits in (NO_LIMITS, Limits(seconds=10), Limits(memory=1 << 30), Limits(5, 10, 1 << 30)):
        assert run_guarded("a.pose", limits, lambda: 5) == 5


def test_work_that_takes_too_long_is_interrupted():
    start = time.monotonic()
    with pytest.raises(InputError) as error:
        run_guarded("a.pose", Limits(seconds=0.1), _compute_forever)
    assert error.value.problems == ("a.pose: expected at most 0.1 s, found more, and stopped it",)
    assert time.monotonic() - start < 2


def test_work_that_ignores_an_interruption_is_interrupted_again():
    def ignore():
        try:
            _compute_forever()
        except BaseException:
            _compute_forever()

    with pytest.raises(InputError, match=r"at most 0\.1 s"):
        run_guarded("a.pose", Limits(seconds=0.1), ignore)


def test_no_interruption_comes_after_the_end():
    for _ in range(300):
        limits = Limits(seconds=1e-4)
        try:
            run_guarded("a.pose", limits, lambda: sum(range(3000)))
        except InputError as error:
            assert "at most 0.0001 s" in str(error)
        sum(range(1000))
    time.sleep(0.3)


def test_other_errors_are_those_of_the_work():
    def fail():
        raise ValueError("a")

    with pytest.raises(ValueError, match="a"):
        run_guarded("a.pose", Limits(seconds=5, memory=1 << 30), fail)


@_LINUX
def test_work_that_takes_too_much_memory_is_refused_it():
    with pytest.raises(InputError) as error:
        run_guarded("a.pose", Limits(memory=100_000_000), lambda: np.empty(20_000_000))
    assert error.value.problems == ("a.pose: expected at most 100 MB of memory, found more",)
    assert np.empty(20_000_000).nbytes == 160_000_000  # the limit has ended


@_LINUX
def test_errors_of_libraries_without_memory_are_described():
    def fail():
        raise RuntimeError("std::bad_alloc")

    with pytest.raises(InputError, match="at most 100 MB of memory, found more"):
        run_guarded("a.pose", Limits(memory=100_000_000), fail)


def _hang_in_a_library(limits):
    from signlift.pipeline.corpus import guard

    guard.PATIENCE = 0.2
    return run_guarded("a.pose", limits, lambda: time.sleep(60))


@pytest.mark.usefixtures("quick_processes")
@pytest.mark.skipif(sys.platform == "win32", reason="no alarm")
def test_a_worker_dies_of_work_that_cannot_be_interrupted():
    limits = Limits(seconds=0.1)
    start = time.monotonic()
    (result,) = ProcessEngine(1).run(_hang_in_a_library, [limits])
    assert result.lost is not None
    line = describe_loss("a.pose", result.lost, limits)
    assert line == "a.pose: expected at most 0.1 s, found more, and stopped it"
    assert time.monotonic() - start < 30
    assert describe_loss("a.pose", "killed by signal 9", limits) is None
    assert describe_loss("a.pose", result.lost, NO_LIMITS) is None


def test_limits_are_above_0():
    with pytest.raises(InputError) as error:
        Limits(0, -1, 0)
    assert [line.partition(":")[0] for line in error.value.problems] == [
        "max_frames",
        "max_seconds",
        "max_memory",
    ]


def _need_a_library(limits):
    def fail():
        raise ImportError("cannot map zero-fill pages")

    return run_guarded("a.pose", limits, fail)


@pytest.mark.usefixtures("quick_processes")
@_LINUX
def test_a_worker_without_memory_for_a_library_is_replaced():
    limits = Limits(memory=100_000_000)
    (result,) = ProcessEngine(1).run(_need_a_library, [limits])
    line = describe_loss("a.pose", result.lost or "", limits)
    assert line == "a.pose: expected at most 100 MB of memory, found more"
