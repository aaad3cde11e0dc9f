"""What `signlift lift` refuses."""

import json
import os
import sys

import numpy as np
import pytest
from command_line import call, results
from detected import body, openpose_frame, openpose_person

import signlift as sl


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--person", "3"), "expected person 0 (there is only one), found person 3"),
        (("--person", "-1"), "--person: expected 0 or more, found -1"),
        (("--max-gap", "-1"), "--max-gap: expected 0 frames or more, found -1"),
        (("--scale", "0"), "--scale: expected a number of centimetres above 0, found 0.0"),
        (
            ("--scale", "1", "--height", "170"),
            "--height: expected no --scale beside it",
        ),
        (("--skeleton", "smpl"), "--skeleton: expected panoptic26, panoptic67,"),
        (("--size", "10", "0"), "--size: expected a width and a height above 0, found 10 0"),
        (("--pitch", "-46"), "--pitch: expected an angle from -45 to 45 degrees, found -46.0"),
        (("--pitch", "nan"), "--pitch: expected an angle from -45 to 45 degrees, found nan"),
        (("--fov", "9"), "--fov: expected an angle from 10 to 150 degrees, found 9.0"),
        (("--fov", "wide"), "--fov: expected a number, found 'wide'"),
        (("--format", "fbx"), "--format: expected npy, npz, pose,"),
        (("--smooth", "much"), "--smooth"),
    ],
)
def test_a_users_mistakes(signer, tmp_path, capsys, options, expected):
    out = tmp_path / "out.bvh"
    assert call("lift", signer / "a.pose", "-o", out, *options) == 2
    printed = capsys.readouterr().err
    assert expected in printed
    assert "Traceback" not in printed
    assert not out.exists()


def test_a_field_of_view_needs_the_size_of_the_image(signer, tmp_path, capsys):
    recording = sl.read(signer / "a.pose")
    np.save(tmp_path / "a.npy", recording.convert("openpose25").keypoints)
    inputs = ("lift", tmp_path / "a.npy", "-o", tmp_path / "a.csv", "--fov", "70")
    assert call(*inputs) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(
        "a.npy: expected the --size of the image, from which --fov gives the focal length, "
        "found none"
    )
    assert call(*inputs, "--size", 1280, 720) == 0


def test_a_file_that_needs_an_extra_does_not_stop_the_others(signer, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "av", None)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    (tmp_path / "in" / "b.pose").write_bytes((signer / "a.pose").read_bytes())
    assert call("lift", tmp_path / "in", "-o", tmp_path / "out") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.npy"]
    one, _ = capsys.readouterr().err.splitlines()
    assert one.endswith("PyAV is not installed; run pip install 'signlift[video]'")
    assert "a.mp4: PyAV" in one


def test_an_empty_recording_in_a_directory_is_named_and_left_out(signer, tmp_path, capsys):
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "a.pose").write_bytes((signer / "a.pose").read_bytes())
    np.save(inputs / "b.npy", np.full((20, 26, 2), np.nan))
    assert call("lift", inputs, "-o", tmp_path / "out", "--format", "csv") == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "a.csv.json"]
    bad, _ = capsys.readouterr().err.splitlines()
    assert bad.endswith("b.npy: expected a frame with a keypoint, found none")
    assert call("lift", inputs / "b.npy", "-o", tmp_path / "b.csv") == 2


def test_several_recordings_do_not_replace_another_file(tmp_path, capsys):
    inputs = tmp_path / "in"
    inputs.mkdir()
    values = np.random.default_rng(0).uniform(100, 400, (2, 8, 52))
    np.save(inputs / "a.npy", values)
    np.save(inputs / "a_0.npy", values[0])
    assert call("lift", inputs, "-o", tmp_path / "out", "--format", "csv") == 1
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["a_0.csv", "a_0.csv.json"]
    assert "a.npy: expected paths of their own for 2" in capsys.readouterr().err


def test_a_skeleton_is_not_ignored(signer, tmp_path, capsys):
    options = ("--skeleton", "coco17")
    assert call("lift", signer / "a.pose", "-o", tmp_path / "a.csv", *options) == 2
    assert "as files of this format (pose) name their own, found coco17" in capsys.readouterr().err


def test_pipes_devices_and_links_to_themselves_are_named(signer, tmp_path, capsys):
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "a.pose").write_bytes((signer / "a.pose").read_bytes())
    os.mkfifo(inputs / "b.json")
    (inputs / "c.pose").symlink_to("/dev/zero")
    (inputs / "d.npz").symlink_to("d.npz")
    os.mkfifo(inputs / "e")
    assert call("lift", inputs, "-o", tmp_path / "out", "--format", "npz") == 1
    printed = capsys.readouterr()
    assert results(tmp_path / "out") == ["a.npz"]
    kinds = (
        ("b.json", "a pipe"),
        ("c.pose", "a device"),
        ("d.npz", "a link to itself or to nothing"),
    )
    assert printed.err.splitlines() == [
        *(f"{inputs}/{name}: expected a file or directory, found {kind}" for name, kind in kinds),
        "3 of 4 files could not be lifted",
    ]
    for name, kind in kinds:
        assert call("lift", inputs / name, "-o", tmp_path / "x.npz") == 2
        assert f"found {kind}" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".pose", ".bvh", ".csv", ".json", ".trc"])
def test_hands_without_a_body_are_refused(tmp_path, suffix, capsys):
    hands = np.stack([body(21, 5), body(21, 5, seed=1)], 1)
    frames = [openpose_frame(openpose_person([], hands[t])) for t in range(5)]
    source = tmp_path / "hands.json"
    source.write_text(json.dumps(frames))
    assert call("lift", source, "-o", tmp_path / f"out{suffix}") == 2
    expected = "keypoints of the body (both shoulders, or a shoulder and a hip)"
    assert capsys.readouterr().err == f"{source}: expected {expected}, found hands alone\n"
    assert not (tmp_path / f"out{suffix}").exists()
