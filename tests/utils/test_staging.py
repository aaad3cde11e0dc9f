"""Staging directories, and temporary ones of processes that are killed."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from signlift.utils.staging import is_staging, temporary_directory


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
