"""The campaign of faults, in small: `python -m benchmarks.faults` is the whole."""

import struct
import subprocess
import sys

import pytest

from benchmarks.faults import full_disk, jobs
from benchmarks.faults.__main__ import format_disks
from benchmarks.faults.full_disk import FullDisk, fill_disks, find_compiler
from benchmarks.fuzz.commands import COMMANDS, is_same_job, read_rows, write_inputs

_COMPILER = pytest.mark.skipif(find_compiler() is None, reason="needs Linux and a C compiler")


def _command(name):
    return next(command for command in COMMANDS if command.name == name)


@_COMPILER
def test_a_disk_is_full_from_the_nth_write_on(tmp_path):
    library, count, place = tmp_path / "full.so", tmp_path / "count", tmp_path / "place"
    place.mkdir()
    count.write_bytes(struct.pack("l", 0))
    build = [find_compiler(), "-shared", "-fPIC", "-o", library, full_disk._SOURCE, "-ldl"]
    subprocess.run(build, check=True)
    program = (
        "import errno\n"
        "for n in range(4):\n"
        "    try: open(f'{n}', 'wb', buffering=0).write(b'a')\n"
        "    except OSError as error: print(n, errno.errorcode[error.errno])\n"
        "open('../elsewhere', 'wb', buffering=0).write(b'a')"
    )
    environment = {
        "LD_PRELOAD": str(library),
        "FULL_DISK_PLACE": f"{place.resolve()}/",
        "FULL_DISK_COUNT": str(count),
        "FULL_DISK_AFTER": "2",
    }
    command = [sys.executable, "-S", "-c", program]
    output = subprocess.check_output(command, cwd=place, env=environment, text=True)
    assert output.splitlines() == ["2 ENOSPC", "3 ENOSPC"]
    assert struct.unpack("l", count.read_bytes()) == (4,)


@pytest.mark.slow
@_COMPILER
@pytest.mark.parametrize("name", ["lift to .csv", "lift a tree"])
def test_a_command_on_a_full_disk_leaves_nothing_half_and_goes_on(name):
    disks = list(fill_disks(1, 0, (_command(name),)))
    assert [disk.problem for disk in disks] == [""]


def test_a_read_only_output_is_one_line(tmp_path):
    write_inputs(tmp_path / "inputs", short=True)
    assert jobs._check_read_only(tmp_path) == ""


@pytest.mark.slow
def test_two_jobs_on_one_output_are_not_in_each_others_way(tmp_path):
    write_inputs(tmp_path / "inputs", short=True)
    assert jobs._check_pairs(tmp_path, 1, 0) == ""


@pytest.mark.slow
def test_bad_files_fail_alone(tmp_path):
    assert jobs._check_bad_files(tmp_path, 100, 0, workers=1) == ""


def test_a_lost_recording_and_a_half_result_are_found(tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(b"a")
    (tmp_path / "b.npz").write_bytes(b"b")
    assert is_same_job(path, path) and not is_same_job(path, tmp_path / "b.npz")
    (tmp_path / "_manifest.sqlite").write_bytes(b"no database, but bytes of the same length")
    assert read_rows(tmp_path / "_manifest.sqlite") is None
    assert jobs._check_states(tmp_path, 1, set()) == ["the manifest is damaged"]


def test_the_table():
    disks = [FullDisk("project", 0, 20), FullDisk("project", 5, 20, "a.npy is not whole")]
    assert format_disks(disks).splitlines()[-1] == "| project | 20 | 2 | 1 |"
