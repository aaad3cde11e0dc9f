"""The engine of Ray: actors on this machine, or on those of a cluster.

An actor is a process that keeps its model from task to task. Each runs one task at a time, so that
a death names its task. Ray Data and plain tasks would give out several, run those of a dead worker
again unasked, and so kill a worker after the other with the same recording.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from signlift._version import __version__
from signlift.errors import InputError, parameter_problem
from signlift.pipeline.corpus.engines.engine import Result, TaskT, ValueT
from signlift.pipeline.corpus.engines.pool import run_tasks
from signlift.pipeline.corpus.engines.processes import THREAD_VARIABLES, available_cores
from signlift.pipeline.corpus.guard import WORKER_VARIABLE
from signlift.utils.staging import Staging

#: The address that stands for this machine.
_LOCAL = "local"

#: Ray reads these when it is imported. Nothing is reported to its makers.
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}

#: Bytes of the memory in which Ray shares large objects; there are none.
_OBJECT_STORE = 80 << 20

#: Seconds in which a cluster has to answer.
_PATIENCE = 10.0

#: Paths of Ray's sockets have to be short, which those in $TMPDIR are not everywhere.
_SHORT = Path("/tmp")


class RayEngine:
    """Run tasks in actors of Ray, each on one core. `connect` makes it.

    Parameters
    ----------
    workers
        Number of actors.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(
        self, function: Callable[[TaskT], ValueT], tasks: Iterable[TaskT]
    ) -> Iterator[Result[TaskT, ValueT]]:
        """Run a function over tasks; see `Engine.run`.

        When the generator is closed, the actors end; with this process, too.
        """
        import ray

        shared = ray.put((function, str(Path.cwd()), __version__))
        return run_tasks(_Actors(shared), tasks, self.workers)


class _Actors:
    """Actors that run a function."""

    def __init__(self, shared: Any) -> None:
        self._shared = shared

    def make_worker(self) -> _Worker:
        """Start an actor."""
        return _Worker(_start_actor(self._shared))

    def wait(self, handles: Sequence[Any]) -> Iterable[Any]:
        """Wait for the first result."""
        import ray

        references: Iterable[Any] = ray.wait(list(handles))[0]
        return references


class _Worker:
    """One actor, and the task that it runs."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._task: Any = None
        self._reference: Any = None

    def start(self, task: Any) -> Any:
        """Give the actor a task, and return the reference of its result."""
        self._task, self._reference = task, self._actor.run.remote(task)
        return self._reference

    def receive(self) -> Result[Any, Any]:
        """Take the result of the task; see `_receive`."""
        result = _receive(self._reference, self._task)
        if result.lost is not None:
            self.kill()
        return result

    def end(self) -> None:
        """End the actor."""
        self.kill()

    def kill(self) -> None:
        """End the actor at once."""
        import ray

        ray.kill(self._actor)


class _Actor:
    """A process that runs tasks."""

    def __init__(self, shared: tuple[Callable[[Any], Any], str, str]) -> None:
        self._function, self._directory, self._version = shared
        self._prepared = False

    def run(self, task: Any) -> Any:
        """Run the function on a task."""
        if not self._prepared:
            self._prepare()
        return self._function(task)

    def _prepare(self) -> None:
        """Raise InputError where the results would not be those of the machine of the job."""
        if self._version != __version__:
            expected = f"signlift {self._version} on all machines, as on that of the job"
            found = f"{__version__} on {os.uname().nodename}"
            raise InputError(parameter_problem("address", expected=expected, found=found))
        with contextlib.suppress(OSError):  # relative paths are those of the job
            os.chdir(self._directory)
        self._prepared = True


def _start_actor(shared: Any) -> Any:
    """Start an actor. One that dies stays dead: the job decides what becomes of its recordings."""
    import ray

    variables = dict.fromkeys((*THREAD_VARIABLES, WORKER_VARIABLE), "1")
    options = {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0}
    kind = ray.remote(**options, runtime_env={"env_vars": variables})(_Actor)
    return kind.remote(shared)


def _receive(reference: Any, task: TaskT) -> Result[TaskT, Any]:
    """Take the result of a task.

    Raises
    ------
    InputError
        Actors cannot run on this cluster.
    Exception
        That of the function.
    """
    import ray
    from ray import exceptions

    try:
        return Result(task, ray.get(reference))
    except exceptions.RayTaskError as error:
        cause = error.cause
        raise (cause if isinstance(cause, Exception) else error) from None
    except (exceptions.RuntimeEnvSetupError, exceptions.ActorUnschedulableError) as error:
        raise _unusable(str(error)) from None
    except exceptions.OutOfMemoryError:
        return Result(task, lost="killed by Ray, as memory ran out")
    except exceptions.RayActorError as error:
        if getattr(error, "actor_init_failed", False):
            raise _unusable(str(error)) from None
        return Result(task, lost="of Ray that died")


def _unusable(text: str) -> InputError:
    """Describe why actors cannot run, by the last line of what Ray says."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    expected = f"a cluster with signlift {__version__} on all machines"
    found = lines[-1] if lines else "none"
    return InputError(parameter_problem("address", expected=expected, found=found))


@contextlib.contextmanager
def connect(workers: int | None = None, address: str | None = None) -> Iterator[RayEngine]:
    """Connect to a cluster, or start Ray on this machine until the end of a block.

    Parameters
    ----------
    workers
        Number of actors; by default that of the cores of the cluster, or of those that this
        process may use.
    address
        Address of a cluster as Ray takes it ("auto", "HOST:6379"), by default that in
        `$RAY_ADDRESS`; without either, Ray is started on this machine, for this machine alone.

    Raises
    ------
    InputError
        No cluster answers, or Ray does not start.
    ModuleNotFoundError
        Ray is not installed.
    """
    address = address or os.environ.get("RAY_ADDRESS") or _LOCAL
    _set_environment(address)
    import ray

    if ray.is_initialized():  # by the program that calls this
        yield RayEngine(workers or _cluster_cores())
        return
    with contextlib.ExitStack() as stack:
        if address == _LOCAL:
            workers = workers or available_cores()
            _start(workers, stack.enter_context(_temporary_directory()), stack)
        else:
            _join(address, stack)
        yield RayEngine(workers or _cluster_cores())


def _set_environment(address: str) -> None:
    """Set what Ray reads when it is imported.

    Ray on this machine listens on the network, and runs what it is sent, by those who have a token.
    """
    if "ray" in sys.modules:
        return
    os.environ.update(_QUIET)
    if address == _LOCAL:
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))


def _start(workers: int, directory: str, stack: contextlib.ExitStack) -> None:
    """Start Ray on this machine."""
    try:
        _init(
            stack,
            address=_LOCAL,
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=_OBJECT_STORE,
            _temp_dir=directory,
        )
    except Exception as error:  # Ray has no class for it; a loaded machine is too slow
        expected, found = "Ray to start on this machine", str(error).partition("\n")[0]
        raise InputError(parameter_problem("engine", expected=expected, found=found)) from error


def _join(address: str, stack: contextlib.ExitStack) -> None:
    """Connect to a cluster; Ray itself waits for minutes for one that is not there."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        if host and port.isdecimal():
            socket.create_connection((host, int(port)), _PATIENCE).close()
        _init(stack, address=address)
    except (ConnectionError, ValueError, RuntimeError, OSError) as error:
        why = str(error).strip().partition("\n")[0].partition(". ")[0]
        expected, found = "the address of a Ray cluster that answers", f"{address} ({why})"
        raise InputError(parameter_problem("address", expected=expected, found=found)) from None


def _init(stack: contextlib.ExitStack, **options: Any) -> None:
    """Call `ray.init`; keep the reaction to SIGTERM, which it replaces."""
    import ray

    handler = signal.getsignal(signal.SIGTERM)
    stack.enter_context(_without_lines_of_ray())
    stack.callback(ray.shutdown)
    ray.init(log_to_driver=False, logging_level="ERROR", **options)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)


@contextlib.contextmanager
def _without_lines_of_ray() -> Iterator[None]:
    """Keep Ray from printing paragraphs about actors that died, which the job reports."""
    from ray._private import worker

    before = getattr(worker, "print_to_stdstream", None)
    if before is None:
        yield
        return
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = before


@contextlib.contextmanager
def _temporary_directory() -> Iterator[str]:
    """Make a directory for Ray's sockets and logs; it, and those of killed jobs, are removed."""
    place = os.environ.get("RAY_TMPDIR") or (_SHORT if _SHORT.is_dir() else tempfile.gettempdir())
    staging = Staging(Path(place))
    try:
        yield str(staging.path)
    finally:
        staging.remove()


def _cluster_cores() -> int:
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))
