"""`signlift lift` of a corpus, as a job with a manifest."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import call
from corpus_jobs import contents, count_results, rows, write_recordings

from signlift.cli.corpus_job import MAX_SMALL

# Those that are killed or interrupted are started as a user does, and their workers, too.
pytestmark = pytest.mark.usefixtures("quick_processes")


@pytest.fixture
def corpus(signer, tmp_path):
    """Make a directory of recordings by name; those named bad hold no recording."""

    def make(*names, root="in"):
        return write_recordings(signer / "a.pose", tmp_path / root, names)

    return make


def test_what_is_printed_about_a_job(corpus, tmp_path, capsys):
    root, out = corpus("a", "b", "bad0", "bad1"), tmp_path / "out"
    command = ("lift", root, "-o", out, "--format", "npz", "--workers", "1")
    assert call(*command) == 1
    printed = capsys.readouterr()
    *lines, summary, _ = printed.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{root}/bad{n}.pose" for n in (0, 1)]
    assert summary == "2 of 4 files could not be lifted"
    reason = "expected a format that signlift reads (docs/formats.md), found a file that begins"
    assert printed.err.splitlines()[-1].startswith(f"  2: {reason}")
    first, last = printed.out.splitlines()
    assert first.startswith("2 recordings lifted in ") and first.endswith(" frames/s)")
    assert last == f"{out}/_manifest.sqlite: 2 done, 2 failed"
    assert call(*command) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["nothing to do", last]
    again = "2 of 4 files could not be lifted (--retry-failed does them again)"
    assert printed.err.splitlines()[0] == again
    for path in root.glob("bad*"):
        path.unlink()
    assert call(*command, "--quiet") == 0
    printed = capsys.readouterr()
    assert printed.out == printed.err == ""


def test_a_large_directory_is_a_job_and_a_small_one_is_not(corpus, tmp_path, capsys):
    root = corpus(*(f"bad{number}" for number in range(MAX_SMALL)))
    assert call("lift", root, "-o", tmp_path / "small") == 1
    assert not (tmp_path / "small").exists()
    corpus("bad")
    assert call("lift", root, "-o", tmp_path / "large") == 1
    assert len(rows(tmp_path / "large", "name")) == MAX_SMALL + 1
    (root / "bad.pose").unlink()
    capsys.readouterr()
    assert call("lift", root, "-o", tmp_path / "large") == 1
    assert "1 no longer there" in capsys.readouterr().out


def test_mistakes_of_a_job(corpus, tmp_path, capsys):
    root, out = corpus("a"), tmp_path / "out"
    assert call("lift", root, "-o", out, "--workers", "1", "--quiet") == 0
    assert call("lift", root, "-o", out, "--format", "csv") == 2
    assert capsys.readouterr().err == (
        f"{out}: expected the settings of its results (format npy), or --force to do all again,"
        " found format csv\n"
    )
    assert call("lift", root, "-o", out, "--format", "csv", "--force", "--quiet") == 0
    assert sorted(contents(out)) == ["a.csv", "a.csv.json", "a.npy"]
    wrong = ("--workers", "0", "--save-proportions", "p.json", "--video", "v.mp4")
    assert call("lift", root, "-", "-o", tmp_path / "a.npz", *wrong[2:], "--retry-failed") == 2
    assert capsys.readouterr().err.splitlines() == [
        "INPUT: expected files and directories, for a job of many recordings, found -",
        f"--out: expected a directory, for a job of many recordings, found {tmp_path}/a.npz",
        "--save-proportions: expected one recording, instead of a job of many, found p.json",
        "--video: expected one recording, instead of a job of many, found v.mp4",
    ]
    assert call("lift", root, "-o", out, *wrong[:2]) == 2
    expected = "--workers: expected a number of processes above 0, found 0\n"
    assert capsys.readouterr().err == expected


def start(*arguments):
    command = [sys.executable, "-m", "signlift", "lift", *map(str, arguments), "--quiet"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def obey_interrupts():
    """Restore what a background job or nohup ignores, before the child starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_all_processes_in_one_line(corpus, tmp_path):
    root, out = corpus(*map(str, range(150))), tmp_path / "out"
    command = [sys.executable, "-m", "signlift", "lift", root, "-o", out, "--workers", "2"]
    process = subprocess.Popen(
        [*map(str, command)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=obey_interrupts,
    )
    stop_at = time.monotonic() + 120
    while not count_results(out, ".npy"):
        assert time.monotonic() < stop_at and process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    printed, errors = process.communicate(timeout=60)  # until no process holds the pipes
    assert (process.returncode, printed) == (130, b"")
    assert re.fullmatch(
        rb"interrupted: \d+ of 150 recordings are done; the same command goes on\n", errors
    )
    assert [path.name for path in out.glob("_*")] == ["_manifest.sqlite"]


def test_a_job_that_is_killed_goes_on_and_writes_the_same_bytes(corpus, tmp_path):
    root, out = corpus(*(f"{n % 3}/{n}" for n in range(24))), tmp_path / "out"
    arguments = (root, "-o", out, "--format", "npz", "--recursive", "--workers", "2")
    process = start(*arguments)
    stop_at = time.monotonic() + 120
    while count_results(out, ".npz") < 5:
        assert time.monotonic() < stop_at and process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    undisturbed = call("lift", root, "-o", tmp_path / "whole", *arguments[3:-1], "1", "--quiet")
    assert (undisturbed, start(*arguments).wait(120)) == (0, 0)
    assert contents(out) == contents(tmp_path / "whole")
    assert len(contents(out)) == 24 and not list(out.rglob(".signlift*"))
    assert [path.name for path in out.glob("_*")] == ["_manifest.sqlite"]


def test_mistakes_about_ray(corpus, tmp_path, capsys, monkeypatch):
    command = ("lift", corpus("a"), "-o", tmp_path / "out")
    assert call(*command, "--address", "auto") == 2
    assert capsys.readouterr().err == "--address: expected --engine ray beside it, found auto\n"
    monkeypatch.setitem(sys.modules, "ray", None)
    assert call(*command, "--engine", "ray") == 2
    expected = "Ray is not installed; run pip install 'signlift[scale]'\n"
    assert capsys.readouterr().err == expected
    assert not (tmp_path / "out").exists()


def test_urls_of_stores(corpus, tmp_path, capsys):
    pytest.importorskip("fsspec")
    root, manifest = corpus("a", "b"), tmp_path / "manifest.sqlite"
    command = ("lift", f"local://{root}", "-o", f"local://{tmp_path}/out", "--format", "npz")
    assert call(*command) == 2
    expected = f"a file of this machine, for a job that writes to local://{tmp_path}/out"
    assert capsys.readouterr().err == f"--manifest: expected {expected}, found none\n"
    assert call(*command, "--manifest", manifest, "--workers", "1") == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == f"{manifest}: 2 done" and not printed.err
    assert call("lift", f"file://{root}", "-o", tmp_path / "plain", *command[4:], "--quiet") == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")
    assert call("lift", root, "-o", "memory://out") == 2
    expected = "a store that lasts longer than this process, found memory://out"
    assert capsys.readouterr().err == f"--out: expected {expected}\n"
    assert call("lift", "s3://bucket/in", "-o", tmp_path / "other") == 2
    printed = capsys.readouterr().err
    assert printed.startswith("s3://bucket/in: expected the URL of a store whose package is")
    assert len(printed.splitlines()) == 1 and "s3fs" in printed


def test_a_table_of_paths_and_tables_of_recordings(corpus, tmp_path, monkeypatch, capsys):
    pytest.importorskip("pyarrow")
    corpus("a", "b/c", "d")
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text("clip,gloss\nin/a.pose,HOUSE\nin/b/c.pose,TREE\n")
    arguments = ("--list", "list.csv", "-o", "out", "--format", "parquet", "--workers", "1")
    assert call("lift", *arguments) == 2
    expected = "--column: expected one of the columns of list.csv (clip, gloss), found none\n"
    assert capsys.readouterr().err == expected
    assert call("lift", *arguments[:-2], "--column", "clip", "--shard-frames", "50") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "out/_manifest.sqlite: 2 done"
    assert sorted(contents(Path("out"))) == ["part-00000.parquet", "part-00001.parquet"]
    assert [name for (name,) in rows(Path("out"), "name")] == ["in/a", "in/b/c"]
    assert call("lift", "in", "-o", "other", "--shard-frames", "9") == 2
    assert capsys.readouterr().err == "--shard-frames: expected --format parquet, found none\n"
