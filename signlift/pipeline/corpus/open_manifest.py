"""The manifest of a job, opened by one job at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from signlift.errors import InputError, parameter_problem
from signlift.pipeline.corpus.manifest import MANIFEST, Manifest
from signlift.pipeline.corpus.shared_output import LOCK
from signlift.pipeline.corpus.stores import url_of
from signlift.utils.exclusive import exclusive


@contextmanager
def open_manifest(out: Path, path: Path | None = None) -> Iterator[Manifest]:
    """Open the manifest for one job; a new one without a recording is removed again.

    Parameters
    ----------
    out
        Directory of the results, which no other job may write to at the same time. Only a
        directory of a file system can be kept from other jobs, not that of an object store.
    path
        File of the manifest, which no other job may use at the same time; by default it is in the
        directory.

    Raises
    ------
    InputError
        Another job is at work; or there is no file for the manifest of results in a store.
    """
    with ExitStack() as stack:
        if url_of(out) is None:
            stack.enter_context(_directory(out))
            stack.enter_context(_alone(out / LOCK, "a directory that no other job writes to"))
        elif path is None:
            expected = f"a file of this machine, for a job that writes to {url_of(out)}"
            raise InputError(parameter_problem("manifest", expected=expected, found="none"))
        if path is not None:
            stack.enter_context(_directory(path.parent))
            lock = path.with_name(f"{path.name}.lock")
            stack.enter_context(_alone(lock, "a manifest that no other job writes to"))
        path = path or out / MANIFEST
        is_empty = False
        try:
            with Manifest(path) as manifest:
                try:
                    yield manifest
                finally:
                    is_empty = manifest.is_empty
        finally:
            if is_empty:
                path.unlink()


def _alone(lock: Path, expected: str) -> AbstractContextManager[None]:
    return exclusive(lock, expected=expected, found="another job that does")


@contextmanager
def _directory(path: Path) -> Iterator[None]:
    """Make a directory; remove a new one that stays empty."""
    created = not path.exists()
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        if created:
            with suppress(OSError):
                path.rmdir()
