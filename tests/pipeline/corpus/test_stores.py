"""Recordings and results in object stores."""

import time
from pathlib import Path

import pytest
from corpus_jobs import contents, run_job

from signlift.errors import InputError
from signlift.pipeline.corpus.engines.serial import SerialEngine
from signlift.pipeline.corpus.inputs import search_inputs, search_list
from signlift.pipeline.corpus.job import CorpusJob
from signlift.pipeline.corpus.settings import Settings
from signlift.pipeline.corpus.stores import Store, url_of

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def memory():
    """A store in the memory of this process."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


def run(inputs, out, manifest, format="npz", recursive=True, options=None, **settings):
    """Run a job on URLs; return its summary, and the numbers of what it lifted."""
    lifted = []
    job = CorpusJob(
        Settings(Path(out), format, **settings),
        SerialEngine(),
        lambda outcome: lifted.append((outcome.state, outcome.message)),
        manifest=manifest,
        **(options or {}),
    )
    inputs = [Path(each) for each in inputs]
    return job.run(search_inputs(inputs, Path(out), recursive=recursive)), lifted


def stored(files, root):
    """Read all files of a store below a directory."""
    root = root.rstrip("/")
    return {name[len(root) + 1 :]: files.cat_file(name) for name in sorted(files.find(root))}


def upload(files, root, place):
    for path in sorted(root.rglob("*.pose")):
        files.pipe_file(f"{place}/{path.relative_to(root)}", path.read_bytes())


@pytest.mark.parametrize("path", ["s3://bucket/a b/c", "gs://x", "memory://a/b/", "local:///a"])
def test_a_url_that_was_read_as_a_path_is_a_url(path):
    assert url_of(Path(path)) == url_of(path) == path.rstrip("/")


@pytest.mark.parametrize("path", ["a/b", "/a/b", "C:/a", "a:b", "-"])
def test_a_path_is_no_url(path):
    assert url_of(Path(path)) is None


@pytest.mark.parametrize("format", ["npz", "csv", "openpose"])
def test_results_in_a_store_are_those_of_a_directory(corpus, tmp_path, memory, format):
    root = corpus("a", "b/c", "b/bad")
    upload(memory, root, "/in")
    run_job(root, tmp_path / "out", format, recursive=True)
    summary, lifted = run(["memory://in"], "memory://out", tmp_path / "m.sqlite", format)
    assert (summary.counts.done, summary.counts.failed) == (2, 1)
    assert stored(memory, "/out") == contents(tmp_path / "out")
    ((_, message),) = [each for each in lifted if each[0] == "failed"]
    assert message.startswith("memory://in/b/bad.pose: expected a format that signlift reads")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "m.sqlite", "out"]


def test_what_is_done_in_a_store_is_not_done_again(corpus, tmp_path, memory):
    root, manifest = corpus("a", "b", "d/c"), tmp_path / "m.sqlite"
    upload(memory, root, "/in")
    job = ["memory://in"], "memory://out", manifest
    assert len(run(*job)[1]) == 3
    before = stored(memory, "/out")
    assert run(*job)[1] == []
    memory.rm_file("/out/d/c.npz")
    memory.pipe_file("/out/a.npz", b"half")
    assert len(run(*job)[1]) == 2
    assert stored(memory, "/out") == before
    time.sleep(0.01)
    memory.pipe_file("/in/b.pose", memory.cat_file("/in/a.pose"))  # newer
    assert len(run(*job)[1]) == 1
    with pytest.raises(InputError, match="found format csv"):
        run(*job, "csv")


def test_a_directory_of_frames_in_a_store_is_replaced_as_a_whole(corpus, tmp_path, memory):
    upload(memory, corpus("a"), "/in")
    job = ["memory://in"], "memory://out", tmp_path / "m.sqlite", "openpose"
    run(*job)
    before = stored(memory, "/out")
    memory.pipe_file("/out/a/old_keypoints.json", b"{}")
    run(*job, options={"force": True}, causal=True)
    run(*job, options={"force": True})
    assert stored(memory, "/out") == before


def test_tables_of_many_recordings_in_a_store(corpus, tmp_path, memory):
    pytest.importorskip("pyarrow")
    root = corpus("a", "b", "c")
    upload(memory, root, "/in")
    run_job(root, tmp_path / "out", "parquet", shard_frames=12)
    job = ["memory://in"], "memory://out", tmp_path / "m.sqlite", "parquet"
    run(*job, shard_frames=12)
    assert stored(memory, "/out") == contents(tmp_path / "out")
    assert list(contents(tmp_path / "out")) == ["part-00000.parquet", "part-00001.parquet"]
    run(*job, options={"force": True}, shard_frames=100)
    assert list(stored(memory, "/out")) == ["part-00000.parquet"]


def test_a_file_system_gets_whole_files_by_renaming(corpus, tmp_path, monkeypatch):
    root = corpus("a", "b/c")
    manifest = tmp_path / "m.sqlite"
    run_job(root, tmp_path / "out", recursive=True)
    run([f"local://{root}"], f"local://{tmp_path}/sent", manifest)
    assert contents(tmp_path / "sent") == contents(tmp_path / "out")
    assert not list((tmp_path / "sent").rglob(".signlift*"))
    store = Store(f"local://{tmp_path}/other")

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(store._files), "mv", fail)
    expected = "other/x/a: expected a file to write, found OSError: .* No space left on device"
    with pytest.raises(InputError, match=expected):
        store.put(root / "a.pose", "x/a")
    assert list((tmp_path / "other/x").iterdir()) == []


def test_a_store_that_cannot_be_written_stops_the_job(corpus, tmp_path, memory, monkeypatch):
    root, manifest = corpus("a", "b"), tmp_path / "m.sqlite"
    put = type(memory).put_file

    def fail(*arguments, **more):
        raise FileNotFoundError("no such bucket")

    monkeypatch.setattr(type(memory), "put_file", fail)
    with pytest.raises(
        InputError, match="expected a file to write, found FileNotFoundError: no such bucket"
    ):
        run([root], "memory://out", manifest)
    monkeypatch.setattr(type(memory), "put_file", put)
    assert len(run([root], "memory://out", manifest)[1]) == 2


def test_what_a_store_holds_beside_recordings_is_left_out(corpus, tmp_path, memory):
    root = corpus("a")
    upload(memory, root, "/in")
    for name in ("a.mp4", "a.json", "x.tar", "notes.txt", ".hidden.pose"):
        memory.pipe_file(f"/in/{name}", b"x")
    found = {each.source: each.left_out for each in search_inputs([Path("memory://in")], Path("o"))}
    packed = "not lifted, as JSON and archives are not read from a store"
    assert found == {
        "memory://in/a.pose": "",
        "memory://in/a.mp4": "not lifted, as memory://in/a.pose holds its keypoints",
        "memory://in/a.json": packed,
        "memory://in/x.tar": packed,
    }


def test_names_of_results_from_a_store(memory):
    for name in ("a.pose", "a.npz", "d/b.pose"):
        memory.pipe_file(f"/in/{name}", b"x")

    def names(*inputs, **options):
        inputs = [Path(each) for each in inputs]
        return [each.name for each in search_inputs(inputs, Path("o"), **options)]

    assert names("memory://in", recursive=True) == ["a.npz", "a.pose", "d/b"]
    assert names("memory://in") == ["a.npz", "a.pose"]
    assert names("memory://in/d/b.pose") == ["b"]
    assert names("memory://in/d", "memory://in/a.pose") == ["d/b", "a.pose/a"]


def test_lists_hold_urls(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("s3://bucket/x/a.pose\ngs://other/b.json.gz\n")
    found = [(each.source, each.name) for each in search_list(path, tmp_path / "out")]
    assert found == [("s3://bucket/x/a.pose", "bucket/x/a"), ("gs://other/b.json.gz", "other/b")]


def test_mistakes_about_stores(tmp_path, memory, monkeypatch):
    manifest = tmp_path / "m.sqlite"
    expected = "manifest: expected a file of this machine, for a job that writes to memory://out"
    with pytest.raises(InputError, match=expected):
        run(["memory://in"], "memory://out", None)
    with pytest.raises(InputError, match="memory://in: expected a file or directory, found none"):
        run(["memory://in"], "memory://out", manifest)
    with pytest.raises(InputError, match="nothing://in: expected the URL of a store whose package"):
        run(["nothing://in"], tmp_path / "out", None)
    memory.pipe_file("/in/notes.txt", b"x")
    with pytest.raises(InputError, match="memory://in: expected a directory of files that"):
        run(["memory://in"], "memory://out", manifest)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="out: expected a directory other than the input's"):
        run(["memory://in"], "memory://in", manifest)
