"""The inputs of a job: directories, files, lists, and archives."""

import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from corpus_jobs import contents, rows, run_job
from detected import body, openpose_frame, openpose_person

from signlift.errors import InputError
from signlift.pipeline.corpus.archives import open_member
from signlift.pipeline.corpus.engines.serial import SerialEngine
from signlift.pipeline.corpus.inputs import search_inputs, search_list
from signlift.pipeline.corpus.job import CorpusJob
from signlift.pipeline.corpus.settings import Settings

FRAME = json.dumps(openpose_frame(openpose_person(body(25, 1)[0])))
CLIP = f"[{FRAME}, {FRAME}]"


def names(inputs):
    return {each.name: (each.source, each.member) for each in inputs if not each.left_out}


def test_several_directories_have_a_directory_each(corpus, tmp_path, monkeypatch):
    corpus("a", "b", root="one")
    corpus("a", root="two")
    corpus("c", root="three")
    monkeypatch.chdir(tmp_path)
    found = names(search_inputs([Path("one"), Path("two"), Path("three/c.pose")], Path("out")))
    assert list(found) == ["one/a", "one/b", "two/a", "c"]
    assert list(names(search_inputs([Path("one")], Path("out")))) == ["a", "b"]


def test_a_tree_of_frames_is_a_recording_for_each_group(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for place in ("in/clips/x", "in/more"):
        Path(place).mkdir(parents=True)
    for place, clip in (("in/clips/x", "x"), ("in/more", "y"), ("in/more", "z")):
        for frame in range(3):
            Path(place, f"{clip}_{frame:012d}_keypoints.json").write_text(FRAME)
    found = {each.name: each for each in search_inputs([Path("in")], Path("out"))}
    assert sorted(found) == ["clips/x", "more/y", "more/z"]
    assert found["clips/x"].files is None and len(found["more/z"].files) == 3
    assert found["more/z"].size == 3 * len(FRAME)
    run_job(Path("in"), Path("out"))
    os.utime("in/more/z_000000000001_keypoints.json", ns=(0, 2**62))
    _, again = run_job(Path("in"), Path("out"))
    assert again == ["more/z"]


@pytest.mark.parametrize("kind", ["txt", "csv", "tsv", "parquet"])
def test_lists_of_paths(corpus, tmp_path, kind):
    root = corpus("a", "b/c", "b/d", "bad")
    path = tmp_path / f"list.{kind}"
    paths = ["b/c.pose", "a.pose", "b/c.pose", "missing.pose"]
    if kind == "txt":
        path.write_text("\n".join(["", *paths, ""]))
    elif kind == "parquet":
        pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        pq.write_table(pa.table({"split": ["train"] * 4, "path": paths}), path)
    else:
        comma = "," if kind == "csv" else "\t"
        lines = [("split", "path"), *(("train", each) for each in paths)]
        path.write_text("\n".join(map(comma.join, lines)))
    out = tmp_path / "out"
    found = list(search_list(path, out, root=root))
    assert [each.name for each in found] == ["b/c", "a", "b/c", "missing"]
    job = CorpusJob(Settings(out, "npz"), SerialEngine())
    counts = job.run(search_list(path, out, root=root)).counts
    assert (counts.done, counts.failed) == (2, 1)
    assert list(contents(out)) == ["a.npz", "b/c.npz"]
    ((message,),) = rows(out, "message", "state = 'failed'")
    assert message == f"{root}/missing.pose: expected a file or directory, found none"


def test_names_of_the_results_of_lists(corpus, tmp_path, monkeypatch):
    root = corpus("a", "b/c")
    monkeypatch.chdir(tmp_path)
    path = Path("list.txt")
    path.write_text(f"in/a.pose\n{root}/b\n")
    inside = str(root).removeprefix("/")
    assert list(names(search_list(path, Path("out")))) == ["in/a", f"{inside}/b/c"]
    path.write_text(f"a.pose\n{root}/b/c.pose\n../list.txt")
    expected = r"list\.txt, row 3: expected a path in .*in, found \.\./list\.txt"
    with pytest.raises(InputError, match=expected):
        list(search_list(path, Path("out"), root=root))


def test_lists_that_are_refused(tmp_path):
    out, path = tmp_path / "out", tmp_path / "list.csv"
    path.write_text("x,y\n1,2\n")
    expected = r"column: expected one of the columns of .*list\.csv \(x, y\), found"
    with pytest.raises(InputError, match=f"{expected} none"):
        list(search_list(path, out))
    with pytest.raises(InputError, match=f"{expected} path"):
        list(search_list(path, out, column="path"))
    with pytest.raises(InputError, match="expected a list of paths, found no such file"):
        list(search_list(tmp_path / "none.txt", out))
    path.write_text("path\n")
    with pytest.raises(InputError, match=r"list\.csv: expected a list of paths, found none"):
        list(search_list(path, out))


def test_two_inputs_of_one_result_are_refused(corpus, tmp_path):
    root, out = corpus("a"), tmp_path / "out"
    (root / "a.npz").write_bytes(b"PK")
    path = tmp_path / "list.txt"
    path.write_text("a.pose\na.npz\n")
    expected = f"found a twice, of {root}/a.pose and {root}/a.npz"
    with pytest.raises(InputError, match=expected):
        CorpusJob(Settings(out, "csv"), SerialEngine()).run(search_list(path, out, root=root))
    assert not out.exists()


def save_archive(path, members):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives_of_samples(corpus, clip, tmp_path, kind):
    root, out = tmp_path / "in", tmp_path / "out"
    root.mkdir()
    content = clip.read_bytes()
    members = {
        "0001.pose": content,
        "0001.json": b'{"gloss": "HOUSE"}',
        "0001.txt": b"house",
        "more/0002.json": CLIP.encode(),
        "more/0003.mp4": b"\0\0\0\x18ftypmp42",
        "more/0003.json": b'{"gloss": "TREE"}',
        "bad.pose": b"no recording",
        "empty.pose": b"",
        "../out.pose": content,
        ".hidden/0004.pose": content,
    }
    save_archive(root / f"shard.{kind}", members)
    summary, lifted = run_job(root, out)
    expected = ["shard/0001", "shard/bad", "shard/empty", "shard/more/0002"]
    assert lifted == expected
    assert list(contents(out)) == ["shard/0001.npz", "shard/more/0002.npz"]
    counts = summary.counts
    assert (counts.done, counts.failed, counts.skipped) == (2, 2, 3)
    place = f"{root}/shard.{kind}"
    assert rows(out, "input, message", "state = 'skipped'") == [
        (f"{place}/0001.json", f"not lifted, as {place}/0001.pose holds its keypoints"),
        (f"{place}/more/0003.json", "not lifted, as it holds no keypoints"),
        (f"{place}/more/0003.mp4", "not lifted, as a video in an archive is not read"),
    ]
    (bad, empty) = (message for (message,) in rows(out, "message", "state = 'failed'"))
    assert bad.startswith(f"{place}/bad.pose: expected a format that signlift reads")
    assert empty == f"{place}/empty.pose: expected a file with content, found an empty file"
    run_job(corpus("0001", root="plain"), tmp_path / "plain_out")
    assert contents(out)["shard/0001.npz"] == contents(tmp_path / "plain_out")["0001.npz"]
    assert run_job(root, out)[1] == []


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08packed", b"damaged" * 100])
def test_an_archive_that_cannot_be_read_fails_alone(corpus, tmp_path, content):
    root, out = corpus("a"), tmp_path / "out"
    (root / "x.tar").write_bytes(content)
    summary, _ = run_job(root, out)
    assert (summary.counts.done, summary.counts.failed) == (1, 1)
    ((message,),) = rows(out, "message", "state = 'failed'")
    assert message.startswith(f"{root}/x.tar: expected a tar archive without compression, found")


@pytest.mark.parametrize("entry", ["a\0b.pose", f"{'a' * 5000}.pose"], ids=["null", "long"])
def test_a_path_that_no_system_takes_is_a_mistake_in_a_list(tmp_path, entry):
    path = tmp_path / "list.txt"
    path.write_text(f"a.pose\n{entry}\n")
    with pytest.raises(InputError, match=r"list\.txt, row 2: expected a path, found a"):
        list(search_list(path, tmp_path / "out"))


def test_a_url_of_a_list_cannot_lead_out_of_the_results(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("memory://../../clip.pose\n")
    with pytest.raises(InputError, match="row 1: expected a URL without"):
        list(search_list(path, tmp_path / "out"))


def test_an_archive_that_is_a_pipe_is_not_waited_for(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes")
    for name in ("a.tar", "b.zip"):
        os.mkfifo(tmp_path / name)
        with (
            pytest.raises(InputError, match="a pipe"),
            open_member(tmp_path / name, "c.pose"),
        ):
            pass
