"""`--person all`: each person of a recording is lifted, into a file of its own."""

import json
import zipfile

import numpy as np
import pytest
from detected import openpose_frame, openpose_person, save

import signlift as sl
from signlift.cli.main import main
from signlift.core.skeleton import OPENPOSE25
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputError, InputWarning
from signlift.io import Recordings
from signlift.pipeline.people import select_people

FRAMES = 24


def signer(number, at=0.0, scale=1.0):
    """[T, 25, 3], x, y and confidence of a simulated signer."""
    true = simulate_recording(number, 0, min_frames=FRAMES, max_frames=FRAMES, upper_body=1.0)
    keypoints = true.convert(OPENPOSE25).keypoints[:FRAMES] * scale + [at, 0]
    values = np.concatenate([keypoints, np.full((FRAMES, 25, 1), 0.9)], -1)
    return np.where(np.isnan(values[..., :1]), 0, values)


def write_scene(path, *people):
    frames = [[openpose_person(person[t]) for person in people] for t in range(FRAMES)]
    return save(path, [openpose_frame(*each) for each in frames])


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A recording of two people, the main one second."""
    path = tmp_path_factory.mktemp("scene") / "scene.json"
    return write_scene(path, signer(1, 2000, 0.6), signer(2))


def call(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.mark.parametrize("suffix", ["pose", "csv", "bvh"])
def test_each_person_gets_a_file(scene, tmp_path, suffix, capsys):
    assert call("lift", scene, "-o", tmp_path / f"out.{suffix}", "--person", "all") == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert {f"out_person{number}.{suffix}" for number in (0, 1)} <= written
    assert f"out.{suffix}" not in written
    printed = capsys.readouterr().out.splitlines()
    assert f"2 recordings of {FRAMES} frames" in printed
    assert str(tmp_path / f"out_person1.{suffix}") in printed


def test_all_people_are_lifted_as_one_by_one(scene, tmp_path):
    assert call("lift", scene, "-o", tmp_path / "all.csv", "--person", "all", "--quiet") == 0
    for number in (0, 1):
        one = tmp_path / f"one{number}.csv"
        assert call("lift", scene, "-o", one, "--person", number, "--quiet") == 0
        assert (tmp_path / f"all_person{number}.csv").read_bytes() == one.read_bytes()
        notes = json.loads((tmp_path / f"all_person{number}.csv.json").read_text())
        assert f"person {number} of 2" in str(notes)


def test_a_file_of_one_person_keeps_its_name(tmp_path):
    scene = write_scene(tmp_path / "scene.json", signer(2))
    assert call("lift", scene, "-o", tmp_path / "out.npz", "--person", "all", "--quiet") == 0
    assert (tmp_path / "out.npz").exists()


def test_depth_of_all_people_is_one_array(scene, tmp_path):
    assert call("lift", scene, "-o", tmp_path / "depth.npy", "--person", "all", "--quiet") == 0
    assert np.load(tmp_path / "depth.npy").shape == (2, FRAMES, 25)


def test_recordings_of_an_archive_are_named_by_file_and_person(scene, tmp_path):
    for name in ("wave", "run"):
        sl.write(sl.load().lift(sl.read(scene)), tmp_path / f"{name}.pose")
    people = sl.read_all(scene, person="all")
    assert people.titles == ("person0", "person1")
    with zipfile.ZipFile(tmp_path / "clips.zip", "w") as archive:
        for name in ("wave", "run"):
            archive.write(tmp_path / f"{name}.pose", f"{name}.pose")
            archive.write(scene, f"{name}.json")
    recordings = sl.read_all(tmp_path / "clips.zip", person="all")
    assert recordings.titles is not None and len(recordings) == 6
    assert {"wave_person0", "wave_person1"} <= {
        title.replace(".json", "") for title in recordings.titles
    }


def test_a_person_without_a_body_is_left_out(tmp_path, capsys):
    face = signer(1, 2000)
    parts = ("Nose", "LEye", "REye", "LEar", "REar")
    face[:, [name not in parts for name in OPENPOSE25.keypoints]] = 0
    scene = write_scene(tmp_path / "scene.json", signer(2), face, signer(3, 4000, 0.5))
    out = tmp_path / "out"
    out.mkdir()
    assert call("lift", scene, "-o", out / "a.csv", "--person", "all") == 1
    names = sorted(path.name for path in out.glob("*.csv"))
    line = capsys.readouterr().err.strip()
    assert line.startswith("left out: ") and "scene.json/person" in line and "shoulder" in line
    missing = line.partition("/person")[2][0]
    assert names == [f"a_person{number}.csv" for number in "012" if number != missing]


def test_a_person_in_few_frames_is_warned_of(tmp_path, capsys):
    short = signer(1, 2000, 0.6)
    short[4:] = 0
    scene = write_scene(tmp_path / "scene.json", signer(2), short)
    assert call("lift", scene, "-o", tmp_path / "a.csv", "--person", "all") == 1
    captured = capsys.readouterr()
    assert captured.err == (
        f"{scene}/person1: observed in 4 of 24 frames only; depth from so few is less certain\n"
    )
    assert (tmp_path / "a_person1.csv").exists()


def test_nobody_who_can_be_lifted_is_a_mistake(tmp_path):
    empty = sl.Recording(np.full((3, 25, 2), np.nan), OPENPOSE25, name="a.json/person0")
    recordings = Recordings.from_list([empty, empty])
    with pytest.raises(InputError) as error:
        select_people(recordings, tmp_path / "a.json")
    assert len(error.value.problems) == 2


def test_titles_of_those_who_are_left_remain(tmp_path):
    people = [
        sl.Recording(values[..., :2], OPENPOSE25, name=f"a.json/person{number}")
        for number, values in enumerate([signer(1), np.full((3, 25, 2), np.nan), signer(2)])
    ]
    with pytest.warns(InputWarning, match="person1: expected a frame with a keypoint"):
        kept = select_people(Recordings.from_list(people), tmp_path / "a.json")
    assert kept.titles == ("person0", "person2")
    assert (kept.lengths, kept.shape) == ((FRAMES, FRAMES), (2, FRAMES))


def test_options_for_one_person_refuse_several(scene, tmp_path, capsys):
    options = ("--person", "all", "--save-proportions", tmp_path / "p.json")
    assert call("lift", scene, "-o", tmp_path / "a.csv", *options) == 2
    assert "expected one recording, of one person, found 2" in capsys.readouterr().err
    assert call("lift", scene, "-o", tmp_path / "a.csv", "--person", "both") == 2
    assert capsys.readouterr().err == "--person: expected a whole number or all, found 'both'\n"
