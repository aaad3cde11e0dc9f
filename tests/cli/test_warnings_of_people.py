"""Warnings of the check of people, as `signlift lift` prints them."""

import numpy as np
import pytest

import signlift as sl
from signlift.cli.main import main
from signlift.datasets.simulated import simulate_recording
from signlift.io.arrays.original_arrays import write_arrays
from signlift.io.image_axes import correct_axes

pytestmark = pytest.mark.checked_people


def person(index=0, **faults):
    recording = simulate_recording(3, index, min_frames=6, max_frames=6, skeleton="coco17")
    return correct_axes(recording, **faults)


def lift(capsys, path, out, *options):
    """Exit code, and lines on stderr."""
    code = main(["lift", str(path), "-o", str(out), "--quiet", *options])
    return code, capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("faults", "options"),
    [
        ({"flip_y": True}, ["--flip-y"]),
        ({"rotate": 180}, ["--rotate", "180"]),
        ({"rotate": 90}, ["--rotate", "270"]),
        ({"rotate": 270}, ["--rotate", "90"]),
        ({"mirror": True}, ["--mirror"]),
        ({"rotate": 90, "mirror": True}, ["--rotate", "90", "--mirror"]),
    ],
)
def test_the_option_that_is_named_gives_the_depth_of_the_clip_without_the_fault(
    tmp_path, capsys, faults, options
):
    expected = sl.load().lift(person()).depth
    path, out = tmp_path / "clip.npy", tmp_path / "out.npy"
    np.save(path, person(**faults).keypoints)
    code, lines = lift(capsys, path, out)
    assert code == 1 and len(lines) == 1
    words = " ".join(options) if len(options) < 3 else "--rotate 90 and --mirror"
    assert lines[0].startswith(f"{path}: expected ") and words in lines[0]
    assert lift(capsys, path, out, *options) == (0, [])
    np.testing.assert_allclose(np.load(out), expected, atol=0.01)


def test_the_order_that_is_named_is_that_of_the_keypoints(tmp_path, capsys):
    path, out = tmp_path / "clip.npy", tmp_path / "out.npy"
    np.save(path, person().convert("h36m17").keypoints)
    code, (line,) = lift(capsys, path, out)
    assert code == 1 and line.endswith("the order is that of h36m17 (--skeleton)")
    assert lift(capsys, path, out, "--skeleton", "h36m17") == (0, [])


def test_a_corpus_with_one_fault_gives_one_line(tmp_path, capsys):
    recordings = [person(index, flip_y=True) for index in range(5)]
    path = write_arrays(tmp_path / "data", recordings) / "body_data.npy"
    code, (line,) = lift(capsys, path, tmp_path / "out.npy")
    assert code == 1 and line.endswith("--flip-y (in 5 of 5 recordings)")


def test_the_same_fault_of_many_files_is_counted_after_three(tmp_path, capsys):
    (tmp_path / "clips").mkdir()
    for index in range(6):
        np.save(tmp_path / "clips" / f"{'abcdef'[index]}.npy", person(index, flip_y=True).keypoints)
    code, lines = lift(capsys, tmp_path / "clips", tmp_path / "out")
    assert code == 1 and len(lines) == 4
    assert lines[3].startswith(
        "3 more files: expected the head above the shoulders, found it below"
    )
    assert lines[3].endswith("--flip-y")
