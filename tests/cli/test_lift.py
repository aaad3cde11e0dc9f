"""`signlift lift` from file to file, with the shipped weights."""

import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from command_line import call
from detected import body

import signlift as sl
from signlift.io.mocap.bvh import read_bvh
from signlift.lifting.lifter import Lifter


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


def test_a_given_view_is_that_of_python(signer, tmp_path, monkeypatch):
    views = []
    lift = Lifter.lift_all_with_proportions

    def spy(self, recordings, **options):
        views.append((options["pitch"], options["fov"]))
        return lift(self, recordings, **options)

    monkeypatch.setattr(Lifter, "lift_all_with_proportions", spy)
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


def test_a_format_without_a_suffix(signer, tmp_path):
    directory = tmp_path / "frames"
    assert call("lift", signer / "a.pose", "-o", directory, "--format", "openpose", "--quiet") == 0
    assert len(list(directory.iterdir())) == 40


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
