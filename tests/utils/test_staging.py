"""Staging directories, and temporary ones of processes that are killed."""

import os
import signal
import subprocess
import sys
import tempfile
import threading

import pytest

from signlift.utils import staging
from signlift.utils.staging import Staging, is_staging, remove_leftovers, temporary_directory


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_temporary_directory_is_empty_and_removed_at_the_end(place):
    with temporary_directory() as directory:
        assert list(directory.iterdir()) == []
        (directory / "a").write_text("a")
    assert list(place.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_that_of_a_killed_process_is_removed_by_the_next_one(place):
    program = (
        "import os, signal\n"
        "from signlift.utils.staging import temporary_directory\n"
        "with temporary_directory() as directory:\n"
        "    (directory / 'a').write_text('a')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "TMPDIR": str(place)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    (left,) = place.iterdir()
    assert is_staging(left) and (left / "files" / "a").exists()
    with temporary_directory():
        assert not left.exists()
    assert list(place.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="no locks")
def test_one_without_a_lock_is_removed_at_once(place):
    # Of a process that was killed before it had one, or while it removed the directory.
    (place / ".signlift-0a1b2c3d.part" / "files").mkdir(parents=True)
    remove_leftovers(place, always=True)
    assert list(place.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="no locks")
def test_one_of_another_user_does_not_keep_the_others(place, monkeypatch):
    for name in ("0a1b2c3d", "4e5f6071", "8a9b0c1d"):
        (place / f".signlift-{name}.part").mkdir()
    other = place / ".signlift-4e5f6071.part"
    lock = staging._lock_leftover

    def refuse(path):
        if path == other:
            raise PermissionError(13, "Permission denied", str(path))
        return lock(path)

    monkeypatch.setattr(staging, "_lock_leftover", refuse)
    remove_leftovers(place, always=True)
    assert list(place.iterdir()) == [other]


@pytest.mark.skipif(os.name != "posix", reason="no locks")
def test_new_ones_stay_whole_while_others_search(place):
    ended = threading.Event()

    def search():
        while not ended.is_set():
            remove_leftovers(place, always=True)

    searches = [threading.Thread(target=search) for _ in range(2)]
    for thread in searches:
        thread.start()
    try:
        for number in range(300):
            new = Staging(place)
            (new.path / "a").write_text(str(number))
            assert (new.path / "a").read_text() == str(number)
            new.remove()
    finally:
        ended.set()
        for thread in searches:
            thread.join()
    assert list(place.iterdir()) == []
