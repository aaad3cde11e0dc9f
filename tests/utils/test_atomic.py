import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from signlift.errors import InputError
from signlift.utils.atomic import (
    AtomicGroup,
    atomic_directory,
    atomic_group,
    atomic_path,
    check_new_directory,
    write_text,
)

posix = pytest.mark.skipif(os.name != "posix", reason="links, FIFOs and devices of POSIX")


def test_a_file_appears_whole_in_a_new_directory(tmp_path):
    path = tmp_path / "new" / "a.txt"
    with atomic_path(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
        assert temporary.name == "a.txt"
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_the_old_file_stays_if_writing_fails(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "before")
    with pytest.raises(RuntimeError), atomic_path(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_made_for_a_file_is_removed_if_writing_fails(tmp_path):
    with pytest.raises(RuntimeError), atomic_path(tmp_path / "new" / "deep" / "a.txt"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_writes_nothing_is_an_error(tmp_path):
    path = tmp_path / "a"
    with pytest.raises(FileNotFoundError, match="nothing was written") as error, atomic_path(path):
        pass
    assert error.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_names_are_as_long_as_the_file_system_allows(tmp_path):
    path = tmp_path / ("n" * 250 + ".csv")
    write_text(path, "whole")
    assert path.read_text() == "whole"


def test_a_relative_path_stays_relative_in_messages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as error, atomic_path("a.txt") as temporary:
        raise InputError(f"{temporary}: expected more, found less")
    assert str(error.value) == "a.txt: expected more, found less"


@posix
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_names_the_file(tmp_path, code):
    with pytest.raises(OSError) as error, atomic_path(tmp_path / "a.txt"):
        raise OSError(code, os.strerror(code))
    assert error.value.filename == str(tmp_path / "a.txt")
    with pytest.raises(OSError) as error, atomic_path(tmp_path / "a.txt") as temporary:
        (temporary / "no" / "such").touch()
    assert error.value.filename == str(tmp_path / "a.txt")


def test_threads_that_write_the_same_file_do_not_mix(tmp_path):
    path = tmp_path / "a.txt"
    texts = [letter * 100_000 for letter in "abcdefgh"]
    threads = [threading.Thread(target=write_text, args=(path, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_is_not_replaced_by_a_file(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    refused = pytest.raises(InputError, match="a: expected a file to write, found a directory")
    with refused, atomic_group():
        write_text(tmp_path / "c", "c")
        write_text(tmp_path / "a", "a")
    assert (tmp_path / "a" / "b").is_dir()
    assert not (tmp_path / "c").exists()


class TestLeftovers:
    KILLED = """
import os, signal
from signlift.utils.atomic import atomic_path
with atomic_path("a.txt") as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""

    @posix
    def test_those_of_killed_processes_are_removed_by_the_next_writer(self, tmp_path):
        killed = subprocess.run([sys.executable, "-c", self.KILLED], cwd=tmp_path)
        assert killed.returncode == -signal.SIGKILL
        assert [path.name for path in tmp_path.glob(".signlift-*.part/*.txt")] == ["a.txt"]
        write_text(tmp_path / "b.txt", "b")
        assert list(tmp_path.iterdir()) == [tmp_path / "b.txt"]

    @posix
    def test_those_in_an_otherwise_empty_directory_are_no_files(self, tmp_path):
        subprocess.run([sys.executable, "-c", self.KILLED], cwd=tmp_path)
        check_new_directory(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_those_of_running_processes_stay(self, tmp_path):
        with atomic_path(tmp_path / "a.txt") as temporary:
            temporary.write_text("a")
            write_text(tmp_path / "b.txt", "b")
            check_new_directory(temporary.parent.parent / "new")
            process = multiprocessing.get_context("spawn").Process(
                target=write_text, args=(tmp_path / "c.txt", "c")
            )
            process.start()
            process.join()
            assert temporary.exists()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt", "c.txt"]

    def test_other_hidden_directories_stay(self, tmp_path):
        names = {".git", ".signlift-mine", ".signlift-0a1b2c3d.part.old"}
        for name in names:
            (tmp_path / name).mkdir()
        write_text(tmp_path / "a.txt", "a")
        assert {path.name for path in tmp_path.iterdir()} == {*names, "a.txt"}


@posix
class TestLinksAndDevices:
    def test_a_link_stays_and_its_file_is_replaced(self, tmp_path):
        target = tmp_path / "elsewhere" / "a.txt"
        write_text(target, "before")
        (tmp_path / "link").symlink_to("elsewhere/a.txt")
        (tmp_path / "link of link").symlink_to(tmp_path / "link")
        write_text(tmp_path / "link of link", "after")
        assert target.read_text() == "after"
        assert (tmp_path / "link").readlink().as_posix() == "elsewhere/a.txt"
        assert (tmp_path / "link of link").is_symlink()
        assert list(target.parent.iterdir()) == [target]

    def test_the_file_of_a_dangling_link_is_made(self, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "new" / "a.txt")
        write_text(tmp_path / "link", "a")
        assert (tmp_path / "new" / "a.txt").read_text() == "a"
        assert (tmp_path / "link").is_symlink()

    def test_a_link_to_itself_is_an_error_that_names_it(self, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "link")
        with pytest.raises(OSError) as error:
            write_text(tmp_path / "link", "a")
        assert error.value.filename == str(tmp_path / "link")

    @pytest.mark.parametrize("name", [os.devnull, "link"])
    def test_a_device_stays(self, tmp_path, name):
        (tmp_path / "link").symlink_to(os.devnull)
        before = Path(os.devnull).stat()
        write_text(tmp_path / name, "a")
        after = Path(os.devnull).stat()
        assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
        assert [path.name for path in tmp_path.iterdir()] == ["link"]

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
    def test_a_full_device_names_itself(self):
        with pytest.raises(OSError) as error:
            write_text("/dev/full", "a" * 100_000)
        assert (error.value.errno, error.value.filename) == (errno.ENOSPC, "/dev/full")

    def test_a_fifo_is_written_to(self, tmp_path):
        os.mkfifo(tmp_path / "fifo")
        with pytest.raises(InputError, match="fifo: expected a file to write, found a FIFO that"):
            write_text(tmp_path / "fifo", "a")
        reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
        write_text(tmp_path / "fifo", "a")
        assert os.read(reader, 9) == b"a"
        os.close(reader)
        assert (tmp_path / "fifo").is_fifo()

    @pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc")
    def test_standard_output_is_written_to_where_it_stands(self, tmp_path):
        code = """
import os
from signlift.utils.atomic import write_text
os.write(1, b"1")
write_text("/dev/stdout", "2")
write_text("/dev/fd/1", "3")
os.write(1, b"4")
"""
        with (tmp_path / "out").open("wb") as file:
            subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
        assert (tmp_path / "out").read_text() == "1234"
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
        assert done.stdout == b"1234"

    def test_a_socket_is_refused(self, tmp_path, monkeypatch):
        import socket

        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("s")
            with pytest.raises(InputError, match="s: expected a file to write, found a socket"):
                write_text("s", "a")


class TestGroups:
    def test_all_files_appear_at_the_end(self, tmp_path):
        a, b = tmp_path / "a.txt", tmp_path / "new" / "b.txt"
        with atomic_group():
            write_text(a, "a")
            write_text(b, "b")
            assert not a.exists() and not b.exists()
        assert (a.read_text(), b.read_text()) == ("a", "b")
        assert list(b.parent.iterdir()) == [b]

    def test_no_file_changes_if_the_block_raises(self, tmp_path):
        write_text(tmp_path / "a.txt", "before")
        with pytest.raises(RuntimeError), atomic_group():
            write_text(tmp_path / "a.txt", "after")
            write_text(tmp_path / "b" / "b.txt", "after")
            raise RuntimeError
        assert (tmp_path / "a.txt").read_text() == "before"
        assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]

    def test_old_files_come_back_if_a_file_cannot_be_renamed(self, tmp_path, monkeypatch):
        for name in "ab":
            write_text(tmp_path / name, "before")

        replace = Path.replace

        def stop_at_b(self, target):
            if target.name == "b" and ".replaced" not in self.name:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self), None, str(target))
            replace(self, target)

        monkeypatch.setattr(Path, "replace", stop_at_b)
        with pytest.raises(OSError) as error, atomic_group():
            for name in "acb":
                write_text(tmp_path / name, "after")
        assert error.value.filename == str(tmp_path / "b")
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
            "a": "before",
            "b": "before",
        }

    @posix
    @pytest.mark.parametrize("steps", range(4))
    def test_a_kill_never_leaves_a_new_file_beside_an_old_one(self, tmp_path, steps):
        for name in ("side", "main"):
            write_text(tmp_path / name, "before")
        code = f"""
import os, pathlib, signal
from signlift.utils.atomic import atomic_group, write_text
replace, left = pathlib.Path.replace, {steps}
def count(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return replace(self, target)
pathlib.Path.replace = count
with atomic_group():
    write_text("side", "after")
    write_text("main", "after")
"""
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path)
        texts = {path.read_text() for path in tmp_path.iterdir() if path.is_file()}
        assert len(texts) <= 1
        if steps > 0:
            assert not ((tmp_path / "main").exists() and (tmp_path / "side").exists())

    def test_a_group_can_be_active_for_a_while(self, tmp_path):
        group = AtomicGroup()
        with group.active():
            write_text(tmp_path / "a", "a")
        write_text(tmp_path / "b", "b")
        assert (tmp_path / "b").exists() and not (tmp_path / "a").exists()
        group.close(commit=True)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


class TestDirectories:
    @pytest.mark.parametrize("exists", [True, False])
    def test_a_directory_appears_whole(self, tmp_path, exists):
        path = tmp_path / "out"
        if exists:
            path.mkdir()
        with atomic_directory(path) as temporary:
            (temporary / "a").write_text("a")
            (temporary / "b").mkdir()
            (temporary / "b" / "c").write_text("c")
            assert temporary.name == "out"
            assert not (path / "a").exists()
        assert (path / "a").read_text() == "a"
        assert (path / "b" / "c").read_text() == "c"
        assert list(tmp_path.iterdir()) == [path]
        assert len(list(path.iterdir())) == 2

    def test_it_has_to_be_new_or_empty(self, tmp_path):
        (tmp_path / "a").touch()
        for path, found in ((tmp_path, "a directory with files in it"), (tmp_path / "a", "a file")):
            with pytest.raises(InputError, match=found), atomic_directory(path):
                pass

    def test_nothing_stays_if_the_block_raises(self, tmp_path):
        with pytest.raises(RuntimeError), atomic_directory(tmp_path / "out") as temporary:
            (temporary / "a").touch()
            raise RuntimeError
        assert list(tmp_path.iterdir()) == []
