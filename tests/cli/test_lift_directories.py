"""`signlift lift` of directories and lists of files."""

import json

import numpy as np
from command_line import call, results
from detected import body, openpose_frame, openpose_person

import signlift as sl


def test_a_directory_of_any_files_to_one_format(signer, tmp_path, capsys):
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "a.pose").write_bytes((signer / "a.pose").read_bytes())
    (inputs / "b.npy").write_bytes((signer / "body_data.npy").read_bytes())
    (inputs / "c.pose").write_bytes(b"not a pose")
    (inputs / "readme.txt").write_text("about these files")
    assert call("lift", inputs, "-o", tmp_path / "out", "--format", "csv") == 1
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["a.csv", "a.csv.json", "b.csv", "b.csv.json"]
    bad, summary = capsys.readouterr().err.splitlines()
    assert (
        "c.pose: expected a format that signlift reads (docs/formats.md), found a file that" in bad
    )
    assert summary == "1 of 3 files could not be lifted"


def test_files_without_video_and_directories_that_are_not_searched_are_named(
    signer, tmp_path, capsys
):
    inputs = tmp_path / "in"
    (inputs / "more").mkdir(parents=True)
    for name in ("a.pose", "more/b.pose"):
        (inputs / name).write_bytes((signer / "a.pose").read_bytes())
    assert call("lift", inputs, "-o", tmp_path / "out", "--quiet") == 0
    note = f"{inputs}: subdirectories are not searched without --recursive (more)\n"
    assert capsys.readouterr().err == note
    (inputs / "c.MP4").write_text("no video at all")
    assert call("lift", inputs, "-o", tmp_path / "out", "--quiet") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.npy"]
    _, bad, _ = capsys.readouterr().err.splitlines()
    assert "c.MP4: expected a format that signlift reads" in bad
    (inputs / "a.pose").unlink()
    (inputs / "c.MP4").unlink()
    assert call("lift", inputs, "-o", tmp_path / "out", "--quiet", "--no-recursive") == 2
    assert "found none (subdirectories are searched with --recursive)" in capsys.readouterr().err


def save_frames(directory, *clips, frames=4):
    """Write OpenPose's files of clips into one directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for number, clip in enumerate(clips):
        for t, points in enumerate(body(25, frames, seed=number)):
            text = json.dumps(openpose_frame(openpose_person(points)))
            (directory / f"{clip}_{t:012d}_keypoints.json").write_text(text)
    return directory


def test_clips_in_one_directory_are_a_result_for_each(tmp_path, capsys):
    inputs = save_frames(tmp_path / "in", "00300", "00307", "00314")
    assert call("lift", inputs, "-o", tmp_path / "out", "--format", "npz") == 0
    assert results(tmp_path / "out") == ["00300.npz", "00307.npz", "00314.npz"]
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == "3 recordings of 4 frames"
    assert sum("with the shipped weights" in line for line in printed) == 1
    lifted, alone = (sl.read(tmp_path / "out" / "00307.npz"), sl.read_all(inputs)[1])
    np.testing.assert_array_equal(lifted.keypoints, alone.keypoints)
    assert lifted.name == alone.name == "in/00307"
    save_frames(inputs, "00321", frames=7)
    assert call("lift", inputs, "-o", tmp_path / "all.npy") == 0
    assert np.load(tmp_path / "all.npy").shape == (4, 7, 25)
    assert "4 recordings of 4 to 7 frames" in capsys.readouterr().out


def test_a_list_of_frames_on_the_command_line_is_one_recording(tmp_path, capsys):
    files = sorted(save_frames(tmp_path / "in", "clip").iterdir())
    assert call("lift", *files[:3], "-o", tmp_path / "out", "--format", "npz") == 0
    assert results(tmp_path / "out") == ["clip.npz"]
    assert "1 recording of 3 frames" in capsys.readouterr().out
    assert call("lift", *files, "-o", tmp_path / "one.csv", "--quiet") == 0
    assert capsys.readouterr().out == ""


def test_directories_of_directories_are_searched_and_keep_their_tree(signer, tmp_path, capsys):
    root = tmp_path / "corpus"
    save_frames(root / "a" / "clips" / "one", "x")
    (root / "b").mkdir()
    (root / "b" / "two.pose").write_bytes((signer / "a.pose").read_bytes())
    (root / "b" / "again").symlink_to(root)
    assert call("lift", root, "-o", root / "out", "--format", "npz") == 0
    expected = ["a/clips/one.npz", "b/two.npz"]
    assert results(root / "out") == expected
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "2 recordings of 4 to 40 frames"
    assert "b: subdirectories are not searched without --recursive (again)" in printed.err
    assert call("lift", root, "-o", root / "out", "--format", "npz", "--recursive") == 0
    assert results(root / "out") == expected


def test_keypoints_beside_their_video_are_lifted_and_the_video_is_named(signer, tmp_path, capsys):
    inputs = tmp_path / "in"
    save_frames(inputs / "b", "b")
    for name in ("a", "b", "c"):
        (inputs / f"{name}.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    for name in ("a", "d"):
        (inputs / f"{name}.pose").write_bytes((signer / "a.pose").read_bytes())
    (inputs / "d.json").write_text('{"title": "no keypoints"}')
    assert call("lift", inputs, "-o", tmp_path / "out", "--format", "npz") == 1
    assert results(tmp_path / "out") == ["a.npz", "b.npz", "d.npz"]
    printed = capsys.readouterr()
    assert f"{inputs}/a.mp4: not lifted, as {inputs}/a.pose holds its keypoints" in printed.err
    assert f"{inputs}/b.mp4: not lifted, as {inputs}/b holds its keypoints" in printed.err
    assert f"{inputs}/d.json: not lifted, as it holds no keypoints" in printed.err
    assert "1 of 4 files could not be lifted" in printed.err
    assert printed.out.splitlines()[-1] == "3 recordings of 4 to 40 frames"
