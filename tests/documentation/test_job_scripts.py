"""The scripts of the documentation for clusters, run by bash."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from example_pages import ROOT

import signlift as sl
from signlift.datasets.simulated import generate

JOBS = ROOT / "docs/jobs"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


@pytest.fixture
def place(tmp_path):
    """A directory with three recordings, a list of them, and `signlift` among its programs."""
    size = {"min_frames": 6, "max_frames": 6, "upper_body": 1.0}
    recording = sl.read_arrays(generate(tmp_path / "arrays", 1, quiet=True, **size))[0]
    flat = recording.with_depth(np.zeros(recording.keypoints.shape[:2], "f4"))
    names = ["a.pose", "b/c.pose", "b/d.pose"]
    for name in names:
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        sl.write(flat, tmp_path / "in" / name)
    (tmp_path / "list.txt").write_text("\n".join(names) + "\n")
    program = tmp_path / "bin" / "signlift"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m signlift "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(place, script, **variables):
    environment = {**os.environ, "CORPUS": "in", "OUT": "out", "SLURM_CPUS_PER_TASK": "1"}
    environment |= variables
    environment["PATH"] = f"{place / 'bin'}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    )
    subprocess.run(["bash", JOBS / script], cwd=place, env=environment, check=True, timeout=300)
    return sorted(str(path.relative_to(place / "out")) for path in place.glob("out/**/*.pose"))


@pytest.mark.slow
def test_the_script_of_one_node_lifts_the_corpus(place):
    assert run(place, "one_node.sh") == ["a.pose", "b/c.pose", "b/d.pose"]


@pytest.mark.slow
def test_the_tasks_of_an_array_lift_parts_of_a_list(place):
    task = {"LIST": "list.txt", "SLURM_ARRAY_TASK_COUNT": "2"}
    assert run(place, "array.sh", SLURM_ARRAY_TASK_ID="1", **task) == [
        "part-0001/a.pose",
        "part-0001/b/d.pose",
    ]
    assert "part-0000/b/c.pose" in run(place, "array.sh", SLURM_ARRAY_TASK_ID="0", **task)


@pytest.mark.parametrize("script", sorted(path.name for path in JOBS.glob("*.sh")))
def test_scripts_can_be_parsed(script):
    subprocess.run(["bash", "-n", JOBS / script], check=True)
