"""Shards: Parquet tables of many recordings."""

import pytest
from corpus_jobs import DeadlyEngine, contents, rows, run_job

import signlift as sl
from signlift.pipeline.corpus.engines.serial import SerialEngine

pa = pytest.importorskip("pyarrow")

FRAMES = 6  # of each recording


def run_shards(root, out, frames=2 * FRAMES, **options):
    return run_job(root, out, "parquet", shard_frames=frames, **options)


def test_consecutive_recordings_share_a_table_which_other_programs_read(corpus, tmp_path):
    root, out = corpus("b/c", "a", "bad", "d", "e", "f"), tmp_path / "out"
    summary, _ = run_shards(root, out, recursive=True)
    assert (summary.counts.done, summary.counts.failed) == (5, 1)
    assert list(contents(out)) == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    expected = [["a", "b/c"], ["d", "e"], ["f"]]
    shards = [f"part-{number:05d}" for number in range(3)]
    assert [[name for (name,) in rows(out, "name", f"shard = '{shard}'")] for shard in shards] == (
        expected
    )
    run_job(root, tmp_path / "files", "parquet", recursive=True)
    import pandas as pd
    import pyarrow.dataset as ds

    whole = pd.read_parquet(out)
    assert list(dict.fromkeys(whole["recording"])) == ["a", "b/c", "d", "e", "f"]
    assert whole.equals(ds.dataset(out, format="parquet").to_table().to_pandas())
    alone = pd.read_parquet(tmp_path / "files" / "b" / "c.parquet")
    same = whole[whole["recording"] == "b/c"].reset_index(drop=True)
    assert alone.astype({"keypoint": str}).equals(same[alone.columns].astype({"keypoint": str}))
    assert set(same["skeleton"]) == {sl.read(root / "a.pose").skeleton.name}
    duckdb = pytest.importorskip("duckdb")
    query = f"SELECT recording, count(DISTINCT frame) FROM '{out}/*.parquet' GROUP BY 1 ORDER BY 1"
    assert duckdb.sql(query).fetchall() == [(name, FRAMES) for name in ("a", "b/c", "d", "e", "f")]


@pytest.mark.parametrize("tasks", [0, 1, 3, 5])
def test_a_stopped_job_writes_the_same_tables(corpus, tmp_path, tasks):
    root = corpus("a", "b", "bad", "d", "e")
    run_shards(root, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run_shards(root, tmp_path / "out", engine=_StopAfterAll(tasks))
    run_shards(root, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert run_shards(root, tmp_path / "out")[1] == []


class _StopAfterAll:
    """Stop a job after some tasks of all its runs, those that measure as well."""

    workers = 1

    def __init__(self, tasks):
        self._left = tasks

    def run(self, function, tasks):
        for result in SerialEngine().run(function, tasks):
            if self._left == 0:
                raise KeyboardInterrupt
            self._left -= 1
            yield result
        if self._left == 0:
            raise KeyboardInterrupt


def test_a_new_recording_has_a_new_table_and_a_changed_one_stays_in_its_own(corpus, clip, tmp_path):
    root, out = corpus("b", "c", "d"), tmp_path / "out"
    run_shards(root, out)
    before = contents(out)
    corpus("a", "e")
    (root / "d.pose").write_bytes(clip.read_bytes())
    _, lifted = run_shards(root, out)
    assert lifted == ["a", "d", "e"]
    after = contents(out)
    assert before.items() <= after.items() and len(after) == 3
    (root / "c.pose").write_bytes(b"no recording")
    summary, lifted = run_shards(root, out)
    assert (lifted, summary.counts.failed) == (["c"], 1)
    assert contents(out)["part-00000.parquet"] == before["part-00000.parquet"]


def test_other_sizes_of_tables_replace_all_of_them(corpus, tmp_path):
    root, out = corpus("a", "b", "c"), tmp_path / "out"
    run_shards(root, out, frames=1)
    assert len(contents(out)) == 3
    run_shards(root, out, frames=100, options={"force": True})
    assert list(contents(out)) == ["part-00000.parquet"]


@pytest.mark.usefixtures("quick_processes")
def test_a_recording_that_kills_its_worker_is_left_out_of_its_table(corpus, tmp_path):
    root, out = corpus("a", "b", "c"), tmp_path / "out"
    summary, _ = run_shards(root, out, frames=100, engine=DeadlyEngine("b", "LiftTask"))
    assert (summary.counts.done, summary.counts.failed) == (2, 1)
    assert [name for (name,) in rows(out, "name", "state = 'failed'")] == ["b"]
    (root / "b.pose").unlink()
    run_shards(root, tmp_path / "without", frames=100)
    assert contents(out) == contents(tmp_path / "without")
