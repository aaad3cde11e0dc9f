"""`signlift lift` from file to file, with the shipped weights."""

import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person

import signlift as sl
from signlift.cli.main import main
from signlift.datasets.simulated import generate
from signlift.io.mocap.bvh import read_bvh
from signlift.lifting.lifter import Lifter


def call(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    """A recording of 40 frames, from the waist up, as .pose and as body_data.npy."""
    directory = tmp_path_factory.mktemp("signer")
    size = {"min_frames": 40, "max_frames": 40, "upper_body": 1.0, "missing": 0.02}
    recording = sl.read_arrays(generate(directory, 1, seed=4, quiet=True, **size))[0]
    sl.write(
        recording.with_depth(np.zeros(recording.keypoints.shape[:2], "f4")), directory / "a.pose"
    )
    return directory


@pytest.mark.parametrize(
    "suffix", [".npy", ".npz", ".pose", ".bvh", ".csv", ".parquet", ".json", ".trc"]
)
def test_every_format_is_written(signer, tmp_path, suffix, capsys):
    out = tmp_path / f"out{suffix}"
    assert call("lift", signer / "a.pose", "-o", out, "--fps", "30") == 0
    assert out.stat().st_size > 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == str(out)
    assert any("with the shipped weights" in line for line in printed)


def test_unobserved_keypoints_are_written_with_complete_only(signer, tmp_path):
    seen = sl.read(signer / "a.pose").observed
    assert not seen.all()
    for options, everywhere in (((), False), (("--complete",), True)):
        assert call("lift", signer / "a.pose", "-o", tmp_path / "b.pose", "--quiet", *options) == 0
        again = sl.read(tmp_path / "b.pose")
        frames = seen.any(1)
        expected = np.broadcast_to(frames[:, None], seen.shape) if everywhere else seen
        np.testing.assert_array_equal(again.observed, expected)
        np.testing.assert_array_equal(~np.isnan(again.depth), expected)


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


def test_an_avatar_of_a_known_height(signer, tmp_path):
    sizes = []
    for height in (150, 180):
        out = tmp_path / "a.bvh"
        assert call("lift", signer / "a.pose", "-o", out, "--height", height, "--quiet") == 0
        arm = [joint for joint in read_bvh(out).joints if joint.name == "LeftForeArm"]
        sizes.append(np.linalg.norm(arm[0].offset))
        assert any("scale: 1 px =" in note for note in json.loads(out_notes(out))["notes"])
    assert sizes[1] / sizes[0] == pytest.approx(1.2, rel=0.02)
    assert 15 < sizes[0] < 35


def out_notes(path):
    return path.with_name(path.name + ".json").read_text()


def test_smoothing_and_interpolation(signer, tmp_path):
    plain, smooth = tmp_path / "plain.npz", tmp_path / "smooth.npz"
    assert call("lift", signer / "a.pose", "-o", plain, "--quiet") == 0
    options = ("--smooth", "one-euro", "--max-gap", "3")
    assert call("lift", signer / "a.pose", "-o", smooth, "--quiet", *options) == 0
    before, after = sl.read(plain), sl.read(smooth)
    assert (~np.isnan(after.depth)).sum() >= (~np.isnan(before.depth)).sum()
    steps = [np.nanmean(np.abs(np.diff(one.depth, axis=0))) for one in (before, after)]
    assert steps[1] < steps[0]
    assert "One-Euro" in after.notes[-1]


def test_uncertainty_beside_depth(signer, tmp_path):
    assert (
        call("lift", signer / "a.pose", "-o", tmp_path / "d.npy", "--uncertainty", "--quiet") == 0
    )
    depth, error = np.load(tmp_path / "d.npy"), np.load(tmp_path / "d_uncertainty.npy")
    assert depth.shape == error.shape == (40, 26)
    assert (error[~np.isnan(depth)] >= 0).all()


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


def test_a_given_view_is_that_of_python(signer, tmp_path, monkeypatch):
    views = []
    lift = Lifter.lift_with_proportions

    def spy(self, recording, **options):
        views.append((options["pitch"], options["fov"]))
        return lift(self, recording, **options)

    monkeypatch.setattr(Lifter, "lift_with_proportions", spy)
    out = tmp_path / "a.npz"
    options = ("--pitch", "-7.5", "--fov", "70", "--quiet")
    assert call("lift", signer / "a.pose", "-o", out, *options) == 0
    assert call("lift", signer / "a.pose", "-o", tmp_path / "b.npz", "--quiet") == 0
    assert views == [(-7.5, 70.0), (None, None)]
    given = sl.load().lift(sl.read(signer / "a.pose"), pitch=-7.5, fov=70)
    np.testing.assert_array_equal(sl.read(out).depth, given.depth)
    assert (sl.read(tmp_path / "b.npz").depth != given.depth).any()
    sl.convert(signer / "a.pose", tmp_path / "c.npz", pitch=-7.5, fov=70)
    assert (tmp_path / "c.npz").read_bytes() == out.read_bytes()


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


def test_a_format_without_a_suffix(signer, tmp_path):
    directory = tmp_path / "frames"
    assert call("lift", signer / "a.pose", "-o", directory, "--format", "openpose", "--quiet") == 0
    assert len(list(directory.iterdir())) == 40


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


def test_an_avatar_of_known_size_states_the_unit_of_the_keypoints(signer, tmp_path):
    about = []
    for options in ((), ("--height", 172), ("--scale", 0.4)):
        out = tmp_path / "a.bvh"
        assert call("lift", signer / "a.pose", "-o", out, "--quiet", *options) == 0
        about.append(json.loads(out_notes(out)))
    usual, by_height, by_scale = about
    assert {one["unit_of_recording"] for one in about} == {"px"}
    assert by_scale["cm_per_unit"] == 0.4
    assert f"scale: 1 px = {by_height['cm_per_unit']:.4g} cm" in by_height["notes"]
    for one in about:
        np.testing.assert_allclose(
            one["lengths_cm"]["upper_arm"] / one["cm_per_unit"],
            usual["lengths_cm"]["upper_arm"] / usual["cm_per_unit"],
            rtol=0.02,
        )
    # Without the height the lifted depth is a little another one; with a scale it is the same.
    np.testing.assert_allclose(
        by_scale["origin_in_recording"], usual["origin_in_recording"], atol=0.01
    )
    np.testing.assert_allclose(
        by_height["origin_in_recording"][:2], usual["origin_in_recording"][:2], rtol=0.02
    )


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


def test_a_skeleton_is_not_ignored(signer, tmp_path, capsys):
    options = ("--skeleton", "coco17")
    assert call("lift", signer / "a.pose", "-o", tmp_path / "a.csv", *options) == 2
    assert "as files of this format (pose) name their own, found coco17" in capsys.readouterr().err


def save_frames(directory, *clips, frames=4):
    """Write OpenPose's files of clips into one directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for number, clip in enumerate(clips):
        for t, points in enumerate(body(25, frames, seed=number)):
            text = json.dumps(openpose_frame(openpose_person(points)))
            (directory / f"{clip}_{t:012d}_keypoints.json").write_text(text)
    return directory


def results(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*.npz"))


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


def run_alone(monkeypatch, source, target):
    """Lift in a process whose streams accept valid text alone."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    command = [sys.executable, "-m", "signlift", "lift", source, "-o", target]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def run_here(monkeypatch, source, target):
    """Lift in this process, with such streams."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", "strict") for _ in range(2)]
    for name, stream in zip(("stdout", "stderr"), streams, strict=True):
        monkeypatch.setattr(sys, name, stream)
    code = call("lift", source, "-o", target)
    return code, *(stream.buffer.getvalue() for stream in streams)


@pytest.mark.parametrize("suffix", ["npz", "pose", "bvh", "csv", "json", "trc", "npy", "parquet"])
def test_names_of_any_bytes_are_read_and_written(signer, tmp_path, suffix, monkeypatch):
    source = tmp_path / os.fsdecode(b"caf\xe9.pose")
    source.write_bytes((signer / "a.pose").read_bytes())
    target = tmp_path / os.fsdecode(b"out\xe9." + suffix.encode())
    code, stdout, stderr = (run_alone if suffix == "npz" else run_here)(monkeypatch, source, target)
    assert (code, stderr) == (0, b"")
    assert stdout.splitlines()[-1].startswith(bytes(tmp_path / "out") + b"\\")
    assert target.is_file()
    if suffix == "npz":
        assert sl.read(target).name == "caf\ufffd.pose"


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


def test_keypoints_that_are_made_up_are_left_out_with_a_note(tmp_path, capsys):
    values = body(17, 8)
    values[:, 11:, 2] = 0.05
    np.save(tmp_path / "a.npy", values)
    assert call("lift", tmp_path / "a.npy", "-o", tmp_path / "out.npz") == 0
    note = capsys.readouterr().out.splitlines()[0]
    assert note.endswith(": hips, knees, ankles in 100% of the frames")
    assert sl.read(tmp_path / "out.npz").observed.mean() == 11 / 17
    options = ("--min-confidence", "0", "--quiet")
    assert call("lift", tmp_path / "a.npy", "-o", tmp_path / "out.npz", *options) == 0
    assert sl.read(tmp_path / "out.npz").observed.all()
