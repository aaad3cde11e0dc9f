"""The recordings of files and directories."""

import gzip
import json
import os
from pathlib import Path

import pytest
from detected import body, openpose_frame, openpose_person

import signlift as sl
from signlift.pipeline.search import Search

FRAME = json.dumps(openpose_frame(openpose_person(body(25, 1)[0])))
CLIP = f"[{FRAME}, {FRAME}]"
VIDEO = "\0\0\0\x18ftypmp42" + "\0" * 100


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Make files by name and content, in the working directory."""
    monkeypatch.chdir(tmp_path)

    def make(contents):
        for name, content in contents.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    return make


def names(*inputs, notes=(), out="out", recursive=None, split=True):
    search = Search(Path(out), recursive, split)
    items = search([Path(path) for path in inputs])
    assert sorted(search.notes) == sorted(notes)
    return {item.name: item.files and len(item.files) for item in items}


def frames(*clips, count=3):
    return {f"{clip}_{t:012d}_keypoints.json": FRAME for clip in clips for t in range(count)}


def test_layouts_of_frames(tree):
    tree(frames("one/x", "in/00300", "in/00307"))
    assert names("one") == {"one": None}
    assert names("in") == {"00300": 3, "00307": 3}
    assert names("in", split=False) == {"in": None}
    assert names("one", "in") == {"one": None, "00300": 3, "00307": 3}


def test_numbered_files_that_are_recordings_by_themselves(tree):
    tree({f"in/clip_{n}.json": CLIP for n in range(30)})
    assert len(names("in")) == len(names("in", split=False)) == 30
    assert names("in")["clip_7"] is None
    assert names(*sorted(Path("in").iterdir())[:4]) == dict.fromkeys(
        ["clip_0", "clip_1", "clip_10", "clip_11"]
    )


def test_packed_frames_are_grouped_as_others_are(tree):
    tree({f"{name}.gz": "" for name in frames("in/00300", "in/00307")})
    for path in Path("in").iterdir():
        path.write_bytes(gzip.compress(FRAME.encode()))
    assert names("in") == names(*sorted(Path("in").iterdir())) == {"00300": 3, "00307": 3}


def test_results_of_packed_files_are_named_without_both_suffixes(tree):
    tree({"in/b.jsonl": CLIP, "in/d.x.json": CLIP})
    for name in ("a.json.gz", "c.2.jsonl.gz"):
        Path("in", name).write_bytes(gzip.compress(CLIP.encode()))
    assert list(names("in")) == ["a", "b", "c.2", "d.x"]
    assert list(names("in/a.json.gz")) == ["a"]


def test_recordings_among_frames_and_other_files(tree):
    tree(frames("in/a") | {"in/b_1.json": CLIP, "in/whole.json": CLIP, "in/c.npy": "\x93NUMPY"})
    tree({"in/calibration.json": "{}", "in/a.mp4": VIDEO, "in/.hidden.npy": "x"})
    note = "in/a.mp4: not lifted, as in holds its keypoints"
    expected = {"a": 3, "b_1": None, "c": None, "whole": None}
    assert names("in", notes=[note]) == names("in", notes=[note], split=False) == expected


def test_results_of_mmpose_and_alphapose(tree):
    tree({"m/predictions/a.json": CLIP, "m/visualizations/a.mp4": VIDEO})
    note = "m/visualizations: not lifted, as m/predictions holds the same"
    assert names("m", notes=[note]) == {"predictions/a": None}
    tree({"p/alphapose-results.json": CLIP} | frames("p/sep-json/a"))
    note = "p/sep-json: not lifted, as p/alphapose-results.json holds the same"
    assert names("p", notes=[note]) == {"alphapose-results": None}


def test_files_on_the_command_line_are_grouped_in_their_place(tree):
    tree(frames("in/a", "in/b") | {"in/c.json": CLIP, "d.json": FRAME, "in/e_1.json": FRAME})
    inputs = ["d.json", *sorted(Path("in").iterdir())]
    assert names(*inputs) == {"d": None, "a": 3, "b": 3, "c": None, "e_1": None}
    assert names(*inputs, "in/a_000000000000_keypoints.json")["a"] == 3
    os.chdir("in")
    assert names(*sorted(path.name for path in Path().iterdir()))["a"] == 3


def test_a_directory_without_files_is_searched_and_one_with_files_if_it_is_said(tree):
    tree(frames("root/a/x/1/clip") | {"root/b/y.npy": "\x93NUMPY", "root/b/more/z.pose": "x"})
    note = "root/b: subdirectories are not searched without `recursive` (more)"
    assert names("root", notes=[note]) == {"a/x/1": None, "b/y": None}
    assert names("root", recursive=True) == {"a/x/1": None, "b/more/z": None, "b/y": None}
    with pytest.raises(sl.InputError, match=r"found none .subdirectories are searched with"):
        names("root", recursive=False)
    assert names("root/a/x", recursive=False) == {"1": None}
    (Path("root") / "none").mkdir()
    with pytest.raises(sl.InputError, match=r"none: expected a directory of files .*, found none$"):
        names("root/none")


def test_links_in_circles_and_the_results_themselves_are_not_searched(tree):
    tree({"root/a/x.npy": "\x93NUMPY", "root/out/a/x.npy": "\x93NUMPY"})
    Path("root/a/up").symlink_to(Path("root").resolve())
    Path("root/loop").symlink_to("loop")
    Path("root/self.npy").symlink_to("self.npy")
    expected = {"a/x": None, "self": None}
    assert names("root", out="root/out", recursive=True) == expected


def test_a_video_beside_its_keypoints(tree):
    tree(frames("in/b/b") | {"in/a.mp4": VIDEO, "in/a.npy": "\x93NUMPY", "in/b.mp4": VIDEO})
    tree({"in/c.mp4": VIDEO, "in/d.mp4": VIDEO, "in/d.json": '{"title": 1}', "in/a.json": CLIP})
    notes = [
        "in/a.mp4: not lifted, as in/a.json holds its keypoints",
        "in/b.mp4: not lifted, as in/b holds its keypoints",
        "in/d.json: not lifted, as it holds no keypoints",
    ]
    expected = {"a.json": None, "a.npy": None, "b": None, "c": None, "d": None}
    assert names("in", notes=notes) == expected
    assert names("in/a.mp4", "in/a.npy") == {"a.mp4": None, "a.npy": None}
    tree({"two/e.mp4": VIDEO, "two/e.mp4.json": CLIP})
    notes = ["two/e.mp4: not lifted, as two/e.mp4.json holds its keypoints"]
    assert names("two", notes=notes) == {"e.mp4": None}


def test_suffixes_of_two_parts(tree):
    tree({"in/a.json.gz": "x", "in/b.JSONL": "x", "in/c.d.npy": "x", "in/a.npy": "x"})
    assert set(names("in")) == {"a.json.gz", "a.npy", "b", "c.d"}
    assert set(names("in/a.json.gz")) == {"a"}


def test_frames_with_too_large_gaps_stay_one_recording_that_is_refused(tree):
    tree(frames("in/a") | {"in/a_000000900000_keypoints.json": FRAME})
    assert names("in") == names("in", split=False) == {"in": None}
    assert names(*sorted(Path("in").iterdir())) == {"a": 4}
    with pytest.raises(sl.InputError, match="at most 30,000 missing between them, found 4 frames"):
        sl.read("in")
    tree(frames("in/b"))
    assert names("in") == {"a": 4, "b": 3}


def test_a_video_among_the_frames_of_other_clips(tree):
    tree(frames("in/a", "in/b") | {"in/a.mp4": VIDEO, "in/c.mp4": VIDEO, "in/b.npy": "\x93NUMPY"})
    note = "in/a.mp4: not lifted, as in holds its keypoints"
    assert names("in", notes=[note]) == {"a": 3, "b": 3, "b.npy": None, "c": None}
    assert names("in", notes=[note], split=False) == {"in": None, "b": None, "c": None}


def test_json_that_describes_a_corpus_does_not_hide_its_directories(tree):
    tree(frames("root/a/clip/x", "root/b/y") | {"root/WLASL_v0.3.json": '[{"gloss": "book"}]'})
    note = "root/WLASL_v0.3.json: not lifted, as it holds no keypoints"
    assert names("root", notes=[note]) == {"a/clip": None, "b": None}
    tree({"root/damaged.json": "[{"})
    both = [note, "root: subdirectories are not searched without `recursive` (a)"]
    assert names("root", notes=both) == {"b": None, "damaged": None}


def test_directories_among_frames_are_searched_if_it_is_said(tree):
    tree(frames("in/x", "in/more/y"))
    note = "in: subdirectories are not searched without `recursive` (more)"
    assert names("in", notes=[note]) == names("in", recursive=False) == {"in": None}
    assert names("in", recursive=True) == {"in": None, "more": None}


def test_files_of_one_name_in_several_directories_that_are_given_one_by_one(tree):
    tree({"1/results.json": CLIP, "2/results.json": CLIP, "2/other.json": CLIP})
    files = sorted(Path().glob("*/*.json"))
    assert names(*files) == dict.fromkeys(["1/results", "2/results", "other"])
    tree(frames("3/clip", "4/clip"))
    assert names(*sorted(Path().glob("[34]/*.json"))) == {"3/clip": 3, "4/clip": 3}


@pytest.mark.parametrize("split", [False, True])
def test_numbered_json_without_keypoints_among_frames_is_left_out(tree, split):
    boxes = {f"in/clip_{t:05d}_bbox.json": '{"bbox": [1, 2, 3, 4]}' for t in range(3)}
    tree({**frames("in/clip"), **boxes, "in/labels_2.json": '{"a": [1, 2]}'})
    notes = [
        "in/clip_00000_bbox.json and 2 more: not lifted, as they hold no keypoints",
        "in/labels_2.json: not lifted, as it holds no keypoints",
    ]
    assert names("in", notes=notes, split=split) == {"in": 3}
    tree(frames("in/other"))
    several = {"clip": 3, "other": 3} if split else {"in": 6}
    assert names("in", notes=notes, split=split) == several
