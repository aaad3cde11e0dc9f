"""Jobs over a corpus: what is done, what is done again, and what is refused."""

import os
import shutil
import sys
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import pytest
from corpus_jobs import StopAfter, contents, rows, run_job

import signlift as sl
from signlift.errors import InputError
from signlift.pipeline.corpus import database, manifest
from signlift.pipeline.corpus.engines.engine import Result
from signlift.pipeline.corpus.shared_output import LOCK
from signlift.pipeline.corpus.tasks import Outcome
from signlift.utils.exclusive import exclusive


def test_each_recording_has_a_result_and_a_row(corpus, tmp_path):
    root, out = corpus("a", "b/c", "b/bad"), tmp_path / "out"
    (root / "a.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    summary, lifted = run_job(root, out, recursive=True)
    assert lifted == ["a", "b/bad", "b/c"]
    assert list(contents(out)) == ["a.npz", "b/c.npz"]
    counts = summary.counts
    assert (counts.done, counts.failed, counts.skipped, counts.frames) == (2, 1, 1, 12)
    columns = "name, state, frames, people, outputs, output_size"
    size = (out / "a.npz").stat().st_size
    done = [row for row in rows(out, columns) if row[1] == "done"]
    assert done == [
        ("a", "done", 6, 1, '["a.npz"]', size),
        ("b/c", "done", 6, 1, '["b/c.npz"]', (out / "b/c.npz").stat().st_size),
    ]
    ((message, reason),) = rows(out, "message, reason", "state = 'failed'")
    assert message.startswith(f"{root}/b/bad.pose: expected a format that signlift reads")
    assert reason == message.removeprefix(f"{root}/b/bad.pose: ")
    assert summary.reasons == ((reason, 1),)
    ((message,),) = rows(out, "message", "state = 'skipped'")
    assert message == f"not lifted, as {root}/a.pose holds its keypoints"
    assert (sl.read(out / "a.npz").depth == sl.load().lift(sl.read(root / "a.pose")).depth).all()


def test_what_is_done_is_not_done_again(corpus, tmp_path):
    root, out = corpus("a", "b", "bad"), tmp_path / "out"
    _, first = run_job(root, out)
    before = contents(out)
    summary, again = run_job(root, out)
    assert first == ["a", "b", "bad"]
    assert again == [] and summary.lifted == 0
    assert summary.counts.failed == 1
    _, again = run_job(root, out, options={"retry_failed": True})
    assert again == ["bad"]
    assert contents(out) == before


def test_what_has_changed_is_done_again(corpus, tmp_path, clip):
    root, out = corpus("a", "b", "bad"), tmp_path / "out"
    run_job(root, out)
    os.utime(root / "a.pose", ns=(0, time.time_ns()))
    (root / "bad.pose").write_bytes(clip.read_bytes())
    corpus("c")
    (out / "b.npz").unlink()
    summary, again = run_job(root, out)
    assert again == ["a", "b", "bad", "c"]
    assert summary.counts.done == 4
    (root / "c.pose").unlink()
    summary, again = run_job(root, out)
    assert (again, summary.counts.done, summary.absent) == ([], 3, 1)


def test_other_settings_are_refused_unless_all_is_done_again(corpus, tmp_path):
    root, out = corpus("a", "b"), tmp_path / "out"
    run_job(root, out)
    expected = (
        f"{out}: expected the settings of its results \\(format npz\\), or `force` to do all"
        " again, found format csv"
    )
    with pytest.raises(InputError, match=expected):
        run_job(root, out, "csv")
    stop = {"engine": StopAfter(1), "options": {"force": True}}
    with pytest.raises(KeyboardInterrupt, match="1 of 2 recordings are done"):
        run_job(root, out, "csv", **stop)
    _, again = run_job(root, out, "csv")
    assert again == ["b"]
    assert len({digest for (digest,) in rows(out, "options")}) == 1


@pytest.mark.parametrize("format", ["npz", "pose", "parquet", "openpose", "arrays", "bvh"])
def test_a_stopped_job_writes_the_same_bytes(corpus, tmp_path, format):
    root = corpus("a", "b", "c", "bad")
    run_job(root, tmp_path / "whole", format)
    for tasks in (0, 1, 3):
        with pytest.raises(KeyboardInterrupt):
            run_job(root, tmp_path / "stopped", format, engine=StopAfter(tasks - tasks // 3))
    summary, _ = run_job(root, tmp_path / "stopped", format)
    assert (summary.counts.done, summary.counts.failed) == (3, 1)
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")


def test_a_second_job_on_the_same_directory_is_refused(corpus, tmp_path):
    root, out = corpus("a"), tmp_path / "out"
    run_job(root, out)
    expected = f"{out}: expected a directory that no other job writes to, found another job"
    with exclusive(out / LOCK, expected="", found=""), pytest.raises(InputError, match=expected):
        run_job(root, out)
    assert not (out / LOCK).exists()


def test_nothing_is_left_of_a_job_without_recordings(tmp_path):
    root, out = tmp_path / "in", tmp_path / "out"
    root.mkdir()
    with pytest.raises(InputError, match="expected a directory of files that signlift reads"):
        run_job(root, out)
    assert not out.exists()


def test_a_directory_cannot_hold_its_own_results(corpus):
    root = corpus("a")
    with pytest.raises(InputError, match="out: expected a directory other than the input's"):
        run_job(root, root)


def test_links_in_circles_are_passed(corpus, tmp_path):
    root, out = corpus("a/b"), tmp_path / "out"
    (root / "a" / "again").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    summary, lifted = run_job(root, out)
    assert (lifted, summary.counts.failed) == (["a/b"], 0)


def test_a_full_disk_stops_the_job_which_goes_on_later(corpus, tmp_path, monkeypatch):
    root, out = corpus("a", "b", "c"), tmp_path / "out"
    from signlift.io.arrays import recording_npz

    save, count = recording_npz.np.savez, iter(range(10))

    def fail(file, **arrays):
        if next(count) == 1:
            raise OSError(28, "No space left on device")
        save(file, **arrays)

    monkeypatch.setattr(recording_npz.np, "savez", fail)
    expected = "b.npz: expected a file to write, found no space left on device"
    with pytest.raises(InputError, match=expected):
        run_job(root, out)
    assert rows(out, "name, state") == [("a", "done"), ("b", "pending"), ("c", "pending")]
    assert list(contents(out)) == ["a.npz"]
    _, lifted = run_job(root, out)
    assert lifted == ["b", "c"]


def test_a_fault_of_the_program_fails_one_recording(corpus, tmp_path, monkeypatch):
    root, out = corpus("a", "b"), tmp_path / "out"
    from signlift.pipeline.corpus import lift_task

    convert = lift_task.convert

    def fail(source, *arguments, **more):
        if source.stem == "a":
            raise ZeroDivisionError("division by zero")
        return convert(source, *arguments, **more)

    monkeypatch.setattr(lift_task, "convert", fail)
    summary, _ = run_job(root, out)
    assert summary.counts.done == 1
    found = "ZeroDivisionError: division by zero"
    assert rows(out, "message", "state = 'failed'") == [
        (f"{root}/a.pose: expected a result, found {found}",)
    ]


def test_a_file_that_is_no_manifest_is_named(corpus, tmp_path):
    root, out = corpus("a"), tmp_path / "out"
    out.mkdir()
    (out / "_manifest.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(InputError, match=r"_manifest\.sqlite: expected a manifest of signlift"):
        run_job(root, out)


@dataclass
class AtOnce:
    """Do nothing with recordings but say that they are done."""

    workers: int = 2

    def run(self, function, tasks):
        for task in tasks:
            yield Result(task, [Outcome(item.number, "done", frames=9) for item in task.items])


@pytest.mark.slow
def test_memory_does_not_grow_with_the_corpus(tmp_path, monkeypatch):
    for module in (database, manifest):
        monkeypatch.setattr(module, "PAGE", 100)
    peaks = []
    for count in (200, 1000):
        root = tmp_path / f"in{count}"
        for number in range(count):
            path = root / str(number // 100) / f"{number}.pose"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"pose")
        tracemalloc.start()
        counts = run_job(root, tmp_path / f"out{count}", engine=AtOnce(), recursive=True)[0].counts
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert counts.done == count
    assert peaks[1] < 1.2 * peaks[0] + 2e5, peaks


@pytest.mark.skipif(sys.platform != "linux", reason="names are text on other systems")
def test_names_that_are_no_text(corpus, tmp_path, clip):
    root, out = corpus("a"), tmp_path / "out"
    names = ["b\udcff", "b\udcff_c", "手話"]
    for name in names:
        shutil.copy(clip, root / f"{name}.pose")
    (root / "bad\udcff.pose").write_bytes(b"no recording")
    summary, _ = run_job(root, out)
    assert (summary.counts.done, summary.counts.failed) == (4, 1)
    assert sorted(path.stem for path in out.glob("*.npz")) == sorted(["a", *names])
    assert run_job(root, out)[1] == []
    ((message,),) = rows(out, "message", "state = 'failed'")
    assert message.startswith(f"{root}/bad\\udcff.pose: expected")


def test_the_same_corpus_by_another_path_is_not_done_again(corpus, tmp_path, monkeypatch):
    root, out = corpus("a", "b"), tmp_path / "out"
    run_job(root, out)
    monkeypatch.chdir(tmp_path)
    assert run_job(Path("in"), Path("out"))[1] == []
    assert rows(out, "input") == [("in/a.pose",), ("in/b.pose",)]


def test_a_missing_package_is_named_with_what_installs_it(corpus, tmp_path, monkeypatch):
    root, out = corpus("a"), tmp_path / "out"
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    run_job(root, out, "parquet")
    line = "PyArrow is not installed; run pip install 'signlift[tables]'"
    assert rows(out, "state, message") == [("failed", f"{root}/a.pose: {line}")]
