"""Disks that are full."""

import contextlib


@contextlib.contextmanager
def small_files(limit):
    """Limit the size of files that this process writes, which stands for a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
