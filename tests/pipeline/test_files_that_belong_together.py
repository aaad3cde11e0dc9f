"""Pairs of files: a process that is killed leaves no new file beside an old one."""

import os
from pathlib import Path

import numpy as np
import pytest

import signlift as sl
from signlift.datasets.canonical_dataset import prepare
from signlift.datasets.simulated import simulate_recording
from signlift.io.writer import WriteOptions

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork of POSIX")


def lifted(seed):
    recording = simulate_recording(seed, 0, min_frames=20 + seed, max_frames=20 + seed)
    return recording.with_depth(recording.depth, np.full_like(recording.depth, 0.1 + seed))


def write_arrays(directory, seed):
    sl.write_arrays(directory, [lifted(seed)])


def write_arrays_by_format(directory, seed):
    sl.write(lifted(seed), directory / "arrays")


def write_normalized(directory, seed):
    source = directory.parent / f"source {seed}"
    sl.write_arrays(source, [lifted(seed), lifted(seed + 7)])
    arrays = source / "body_data.npy", source / "body_ground.npy"
    prepare(*arrays, directory / "normalized_data.npy")


def write_uncertainty(directory, seed):
    sl.write(lifted(seed), directory / "a.npy", options=WriteOptions(uncertainty=True))


def write_avatar(directory, seed):
    sl.write(lifted(seed), directory / "a.bvh")


def write_several(directory, seed):
    sl.write_all([lifted(seed), lifted(seed + 7)], directory / "a.trc")


def kill_at(step, write, directory, seed):
    """Write in a process that ends at its step-th rename; return whether it ended before that."""
    child = os.fork()
    if not child:
        replace, left = Path.replace, step

        def count(self, target):
            nonlocal left
            if left == 0:
                os._exit(1)
            left -= 1
            return replace(self, target)

        Path.replace = count
        try:
            write(directory, seed)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def read_files(directory):
    files = (path for path in directory.rglob("*") if path.is_file())
    return {
        path.relative_to(directory): path.read_bytes()
        for path in files
        if not any(part.startswith(".signlift-") for part in path.parts)
    }


@pytest.mark.parametrize(
    "write",
    [
        write_arrays,
        write_arrays_by_format,
        write_normalized,
        write_uncertainty,
        write_avatar,
        write_several,
    ],
)
def test_a_kill_leaves_old_files_or_new_files_but_not_both(tmp_path, write):
    whole = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        write(tmp_path / str(seed), seed)
        whole.append(read_files(tmp_path / str(seed)))
    old, new = whole
    assert old.keys() == new.keys()
    assert len(old) >= 2
    different = [name for name in old if old[name] != new[name]]
    assert len(different) >= 2
    done, step, incomplete = False, 0, 0
    while not done:
        directory = tmp_path / f"killed {step}"
        directory.mkdir()
        write(directory, 1)
        done = kill_at(step, write, directory, 2)
        left = read_files(directory)
        ages = {left[name] == old[name] for name in different if name in left}
        assert len(ages) <= 1, f"step {step}: old and new files"
        incomplete += left.keys() != old.keys()
        step += 1
    assert left == new
    assert incomplete
    write(tmp_path / "killed 1", 2)
    assert read_files(tmp_path / "killed 1") == new
    assert not list((tmp_path / "killed 1").rglob(".signlift-*"))
