"""The time and the memory of one recording, kept within limits.

A limit is kept twice. First the code that runs is interrupted, by an exception or by an allocation
that fails, and the worker goes on with the next recording. Where that does not help, as in a
library that computes for minutes or does not expect to be refused memory, the worker dies of it,
and the job replaces it.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import TypeVar

from signlift.errors import InputError, problem
from signlift.pipeline.corpus.limits import Limits

#: Name of an environment variable of workers that `multiprocessing` has not started.
WORKER_VARIABLE = "SIGNLIFT_WORKER"

#: Seconds that an interrupted recording has to end by itself.
PATIENCE = 5.0

#: Seconds between interruptions, as one of them may come where exceptions are ignored; and between
#: looks at the memory, where the system does not keep its limit.
_INTERVAL = 0.25

#: What libraries say when an allocation failed.
_NO_MEMORY = re.compile(r"bad_alloc|alloc(ate|ation)|of memory|new thread", re.IGNORECASE)

#: Exit code of a worker in which there was no memory for a library, which is of no use any more.
_NO_LIBRARY = 77

#: How a worker is lost that was still at it after `PATIENCE`.
_TIMED_OUT = f"signal {int(getattr(signal, 'SIGALRM', 14))}"

ResultT = TypeVar("ResultT")


def _is_worker() -> bool:
    """Return whether this process is one that a job replaces when it dies."""
    return multiprocessing.parent_process() is not None or WORKER_VARIABLE in os.environ


class _TimeUp(BaseException):
    """The time of a recording is up."""


class _MemoryUp(BaseException):
    """A recording takes more memory than it may."""


def run_guarded(where: str | PathLike[str], limits: Limits, work: Callable[[], ResultT]) -> ResultT:
    """Run a function within the limits of time and memory.

    A worker process dies of one that cannot be interrupted (see `describe_loss`).

    Parameters
    ----------
    where
        The recording, for messages.
    limits
        The limits. That of frames is the readers' (`ReadOptions.max_frames`).
    work
        The function.

    Raises
    ------
    InputError
        It took more time or memory; or what the function raises.
    """
    if not limits.needs_process:
        return work()
    watch = _Watch(limits)
    try:
        try:
            watch.start()
            with _last_resort(limits.seconds), _memory_limit(limits.memory):
                return work()
        finally:
            watch.end()
    except _TimeUp as error:
        raise InputError(_time_problem(where, limits.seconds or 0)) from error
    except (Exception, _MemoryUp) as error:
        if limits.memory is None or isinstance(error, ModuleNotFoundError):
            raise
        if isinstance(error, ImportError | SystemError):  # it did not fit beside the recording
            if _is_worker():
                os._exit(_NO_LIBRARY)
        elif not _is_excess(error):
            raise
        raise InputError(_memory_problem(where, limits.memory)) from error


def describe_loss(where: str | PathLike[str], lost: str, limits: Limits) -> str | None:
    """Describe why a worker died (`Result.lost`), if it was surely a limit; None otherwise."""
    if limits.seconds is not None and lost.endswith(_TIMED_OUT):
        return _time_problem(where, limits.seconds)
    if limits.memory is not None and lost.endswith(f"exit code {_NO_LIBRARY}"):
        return _memory_problem(where, limits.memory)
    return None


def _is_excess(error: BaseException) -> bool:
    """Return whether an error, or the one that it was raised for, is one of memory."""
    if isinstance(error, InputError):
        return isinstance(error.__cause__ or error.__context__, MemoryError)
    kinds = (MemoryError, _MemoryUp)
    return isinstance(error, kinds) or _NO_MEMORY.search(str(error)) is not None


def _time_problem(where: str | PathLike[str], seconds: float) -> str:
    return problem(where, expected=f"at most {seconds:g} s", found="more, and stopped it")


def _memory_problem(where: str | PathLike[str], memory: float) -> str:
    size = f"{memory / 1e6:,.0f}" if memory >= 1e6 else f"{memory / 1e6:g}"
    return problem(where, expected=f"at most {size} MB of memory", found="more")


class _Watch:
    """A thread that interrupts the one that made it by an exception, again and again."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._polls = limits.memory is not None and not sys.platform.startswith("linux")
        self._target = ctypes.c_ulong(threading.get_ident())
        self._deadline = time.monotonic() + (limits.seconds or float("inf"))
        self._peak = _peak_memory()
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to watch; an interruption may come from here on."""
        limits = self._limits
        if limits.seconds is not None or self._polls:
            threading.Thread(target=self._run, daemon=True, name="signlift limits").start()

    def end(self) -> None:
        """Stop, and take back an interruption that has not come yet."""
        while True:
            try:
                self._ended.set()
                with self._lock:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(self._target, None)
                return
            except (_TimeUp, _MemoryUp):  # it came here: the work had just ended
                continue

    def _run(self) -> None:
        kind = None
        while kind is None:
            left = max(0.0, self._deadline - time.monotonic())
            if self._ended.wait(min(left, _INTERVAL) if self._polls else left):
                return
            kind = self._excess()
        while True:
            with self._lock:
                if self._ended.is_set():
                    return
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self._target, ctypes.py_object(kind))
            if self._ended.wait(_INTERVAL):
                return

    def _excess(self) -> type[BaseException] | None:
        if time.monotonic() >= self._deadline:
            return _TimeUp
        memory = self._limits.memory
        if self._polls and memory is not None and _peak_memory() - self._peak > memory:
            return _MemoryUp
        return None


@contextlib.contextmanager
def _last_resort(seconds: float | None) -> Iterator[None]:
    """Let a worker process be killed by the system if the block does not end."""
    is_main = threading.current_thread() is threading.main_thread()
    if seconds is None or not is_main or not _is_worker() or sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _memory_limit(memory: float | None) -> Iterator[None]:
    """Let the system refuse more memory than the process has now and the limit.

    It counts memory that is written to, not files that are mapped. macOS accepts the limit but does
    not keep it; there the memory is looked at now and then.
    """
    if memory is None or sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _current_data() + int(memory)
    if soft != resource.RLIM_INFINITY:
        limit = min(limit, soft)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _current_data() -> int:
    """Return the bytes of memory of this process that RLIMIT_DATA counts."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmData:")).split()[1])
    return _peak_memory()


def _peak_memory() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
