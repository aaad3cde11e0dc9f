"""Pages of recordings: `sl.view` and `signlift view`."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from detected import openpose_frame, openpose_person, save
from pages import read_page

import signlift as sl
from signlift.cli.main import main
from signlift.core.skeleton import OPENPOSE25
from signlift.datasets.simulated import generate, simulate_recording
from signlift.pipeline.shown_recordings import MAX_RECORDINGS

FRAMES = 20


def call(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Recordings of 20 frames: with true depth, without, lifted, and of two people."""
    directory = tmp_path_factory.mktemp("files")
    true = simulate_recording(0, 0, min_frames=FRAMES, max_frames=FRAMES, upper_body=1.0)
    true = replace(true, fps=25, name="signer")
    sl.write(true, directory / "true.npz")
    flat = replace(true, depth=None)
    sl.write(sl.load().lift(flat), directory / "lifted.npz")
    keypoints = true.convert(OPENPOSE25).keypoints
    observed = ~np.isnan(keypoints[..., :1])
    values = np.where(observed, np.concatenate([keypoints, observed * 0.9], -1), 0)
    save(directory / "flat.json", [openpose_frame(openpose_person(frame)) for frame in values])
    small = np.where(observed, values * [0.6, 0.6, 1] + [900, 0, 0], 0)
    both = zip(values, small, strict=True)
    people = [openpose_frame(*map(openpose_person, each)) for each in both]
    save(directory / "people.json", people)
    generate(directory / "data", 3, seed=4, min_frames=10, max_frames=12, quiet=True)
    (directory / "clip.mp4").write_bytes(b"a film")
    return directory


@pytest.fixture
def shown(monkeypatch):
    """What is given to `write_page`, instead of a page."""
    calls = []

    def write_page(path, recordings, **options):
        calls.append({"path": path, "recordings": recordings, **options})
        return path

    monkeypatch.setattr("signlift.viewer.write_page", write_page)
    return calls


def test_a_file_with_depth_is_shown_as_it_is(files, shown):
    viewed = sl.view(files / "lifted.npz", "signer.html")
    (recording,) = shown[0]["recordings"]
    np.testing.assert_array_equal(recording.depth, sl.read(files / "lifted.npz").depth)
    assert (str(viewed.path), viewed.lengths, viewed.notes) == ("signer.html", (FRAMES,), ())
    assert shown[0]["layout"] == "side-by-side" and shown[0]["truths"] is None


def test_a_file_without_depth_is_lifted_and_completed(files, shown):
    sl.view(files / "flat.json")
    (recording,) = shown[0]["recordings"]
    expected = sl.load().lift(sl.read(files / "flat.json"), complete=True)
    np.testing.assert_array_equal(recording.depth, expected.depth)
    np.testing.assert_array_equal(recording.keypoints, expected.keypoints)
    assert (recording.detected != recording.observed).any()


def test_recordings_are_shown_in_python(files, shown):
    recording = sl.read(files / "lifted.npz")
    sl.view(recording)
    sl.view([files / "true.npz", recording], layout="overlay", title="A sign")
    assert shown[0]["recordings"][0] is recording
    assert [each.name for each in shown[1]["recordings"]] == ["true", "signer"]
    assert (shown[1]["layout"], shown[1]["title"]) == ("overlay", "A sign")


def test_several_files_have_their_own_names(files, shown):
    sl.view([files / "lifted.npz", files / "true.npz", files / "flat.json"])
    assert [each.name for each in shown[0]["recordings"]] == ["lifted", "true", "flat"]


def test_all_people_are_in_one_scene(files, shown):
    sl.view(files / "people.json", reading=sl.ReadOptions(person="all"))
    names = [recording.name for recording in shown[0]["recordings"]]
    assert names == ["person 0", "person 1"]
    assert (shown[0]["layout"], shown[0]["title"]) == ("image", "people.json")


def test_a_directory_of_arrays_is_shown_with_its_depth_and_its_file_is_lifted(files, shown):
    data = files / "data"
    sl.view(data)
    sl.view(data / "body_data.npy", true=data)
    expected = sl.read_arrays(data)
    for recording, true, each in zip(
        shown[0]["recordings"], shown[1]["truths"], expected, strict=True
    ):
        np.testing.assert_array_equal(recording.depth, each.depth)
        np.testing.assert_array_equal(true.depth, each.depth)
    for recording in shown[1]["recordings"]:
        assert recording.depth_uncertainty is not None


def test_absolute_depth_becomes_relative(files, shown):
    true = sl.read(files / "true.npz")
    away = true.with_depth(true.depth + 500)
    sl.view([true, away], true=away)
    for recording in (*shown[0]["recordings"], *shown[0]["truths"]):
        np.testing.assert_allclose(recording.depth, true.depth, atol=1e-3)


def test_one_true_recording_is_compared_with_each(files, shown):
    sl.view([files / "lifted.npz", files / "flat.json"], true=files / "true.npz")
    assert [true.name for true in shown[0]["truths"]] == ["signer", "signer"]


def test_true_recordings_have_depth_and_the_same_frames(files, tmp_path, capsys):
    short = sl.read(files / "true.npz")[:5]
    sl.write(short, tmp_path / "short.npz")
    out = tmp_path / "a.html"

    def mistake(*arguments):
        assert call("view", files / "lifted.npz", "-o", out, *arguments) == 2
        return capsys.readouterr().err

    line = mistake("--true", tmp_path / "short.npz")
    assert line == "signer: expected 20 frames, as signer has, found 5\n"
    line = mistake("--true", files / "flat.json")
    assert line == "flat.json: expected true depth, found none\n"
    line = mistake("--true", files / "data")
    assert line == "--true: expected one, found 3\n"
    assert not out.exists()


def test_each_input_has_its_video(files, shown):
    sources = [files / "lifted.npz", files / "true.npz"]
    sl.view(sources, video=[files / "clip.mp4", files / "other.mp4"], embed_video=True)
    assert shown[0]["videos"] == [files / "clip.mp4", files / "other.mp4"]
    assert shown[0]["embed_video"] is True
    with pytest.raises(sl.InputError, match="video: expected one for each of 2 inputs, found 1"):
        sl.view(sources, video=files / "clip.mp4")
    people = sl.ReadOptions(person="all")
    sl.view(files / "people.json", video=files / "clip.mp4", reading=people)
    assert shown[1]["videos"] == [files / "clip.mp4"] * 2


def test_a_file_that_cannot_be_read_is_named_and_left_out(files, tmp_path, shown, capsys):
    (tmp_path / "bad.pose").write_bytes(b"not a pose")
    assert call("view", tmp_path / "bad.pose", files / "lifted.npz") == 1
    assert [each.name for each in shown[0]["recordings"]] == ["lifted"]
    assert capsys.readouterr().err.startswith(f"left out: {tmp_path}/bad.pose: expected a format")
    assert call("view", tmp_path / "bad.pose") == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path}/bad.pose: expected a format")


def test_a_page_shows_twelve_recordings_at_most(files, tmp_path, shown, capsys):
    for number in range(MAX_RECORDINGS + 2):
        shutil.copy(files / "lifted.npz", tmp_path / f"{number:02}.npz")
    assert call("view", tmp_path) == 0
    captured = capsys.readouterr()
    assert captured.err == "the first 12 of 14 recordings are shown\n"
    assert captured.out == "12 recordings of 20 frames\nviewer.html\n"
    assert len(shown[0]["recordings"]) == len(shown[0]["videos"]) == MAX_RECORDINGS


def test_a_recording_without_a_body_is_a_mistake(files, tmp_path, capsys):
    empty = replace(sl.read(files / "true.npz"), depth=None)
    keypoints = np.full_like(empty.keypoints, np.nan)
    keypoints[:, empty.skeleton.index("Nose")] = 5
    np.save(tmp_path / "nose.npy", keypoints)
    assert call("view", tmp_path / "nose.npy", "-o", tmp_path / "a.html") == 2
    assert "shoulder" in capsys.readouterr().err


def test_the_page_of_the_command_line(files, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = (files / "lifted.npz", files / "flat.json", "--true", files / "true.npz")
    assert call("view", *arguments, "--overlay", "--title", "Two <models>") == 0
    assert capsys.readouterr().out == "2 recordings of 20 frames\nviewer.html\n"
    page = read_page(tmp_path / "viewer.html")
    assert (page["title"], page["layout"]) == ("Two <models>", "overlay")
    assert [each["name"] for each in page["recordings"]] == ["lifted", "flat"]
    assert [each["truth"]["frames"] for each in page["recordings"]] == [FRAMES, FRAMES]


def test_a_video_is_named_by_its_path_relative_to_the_page(files, tmp_path):
    shutil.copy(files / "clip.mp4", tmp_path / "clip.mp4")
    (tmp_path / "pages").mkdir()
    out = tmp_path / "pages" / "a.html"
    assert call("view", files / "lifted.npz", "--video", tmp_path / "clip.mp4", "-o", out) == 0
    assert read_page(out)["recordings"][0]["video"] == "../clip.mp4"
    options = ("--video", tmp_path / "clip.mp4", "--embed-video", "-o", out)
    assert call("view", files / "lifted.npz", *options) == 0
    assert read_page(out)["recordings"][0]["video"].startswith("data:video/mp4;base64,")


def test_a_page_from_standard_input_to_standard_output(files, tmp_path, monkeypatch, capfdbinary):
    with (files / "lifted.npz").open("rb") as file:
        monkeypatch.setattr("sys.stdin", type("Input", (), {"buffer": file}))
        assert call("view", "-", "-o", "-") == 0
    captured = capfdbinary.readouterr()
    (tmp_path / "a.html").write_bytes(captured.out)
    assert read_page(tmp_path / "a.html")["recordings"][0]["frames"] == FRAMES
    assert captured.err == b"1 recording of 20 frames\n"


def test_the_browser_opens_the_page(files, tmp_path, monkeypatch, shown):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert call("view", files / "lifted.npz", "-o", tmp_path / "a.html", "--open") == 0
    assert opened == [(tmp_path / "a.html").resolve().as_uri()]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-o", "a.png"], "--out: expected a name that ends in .html, found a.png"),
        (["-o", "-", "--open"], "--open: expected a file as --out, found -"),
        (["--embed-video"], "--embed-video: expected --video with it, found none"),
        (["--video", "no.mp4"], "no.mp4: expected a video, found no such file"),
        (["--true", "no.npz"], "no.npz: expected a file or directory, found none"),
    ],
)
def test_mistakes_are_one_line(files, tmp_path, monkeypatch, capsys, arguments, line):
    monkeypatch.chdir(tmp_path)
    assert call("view", files / "lifted.npz", *arguments) == 2
    assert capsys.readouterr().err == line + "\n"
    assert not list(tmp_path.iterdir())


def test_lifting_writes_a_page(files, tmp_path, capsys):
    assert call("lift", files / "flat.json", "-o", tmp_path / "a.html") == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "a.html")
    sl.convert(files / "flat.json", tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_page_beside_the_result(files, tmp_path, capsys):
    out = tmp_path / "out"
    assert (
        call("lift", files / "people.json", "-o", out / "a.bvh", "--person", "all", "--view") == 0
    )
    names = {path.name for path in out.iterdir()}
    assert {"a_person0.bvh", "a_person1.bvh", "a.html"} <= names
    assert capsys.readouterr().out.splitlines()[-1] == str(out / "a.html")
    page = read_page(out / "a.html")
    assert page["layout"] == "image" and len(page["recordings"]) == 2
    assert page["recordings"][0]["skeleton"] == "openpose25"


def test_a_video_needs_a_page(files, tmp_path, capsys):
    options = ("--video", files / "clip.mp4")
    assert call("lift", files / "flat.json", "-o", tmp_path / "a.csv", *options) == 2
    expected = "--video: expected --view, or an --out that ends in .html, to show it, found csv\n"
    assert capsys.readouterr().err == expected
    assert call("lift", files / "flat.json", "-o", tmp_path / "a.csv", *options, "--view") == 0
    assert read_page(tmp_path / "a.html")["recordings"][0]["video"].endswith("clip.mp4")
    with pytest.raises(sl.InputError, match=r"video: expected a format that shows it \(html\)"):
        options = sl.WriteOptions(video=files / "clip.mp4")
        sl.write(sl.read(files / "lifted.npz"), tmp_path / "a.npz", options=options)


def test_a_page_holds_recordings_of_several_skeletons(files, tmp_path):
    recordings = [sl.read(files / name) for name in ("lifted.npz", "true.npz")]
    recordings[1] = recordings[1].convert("coco17")
    sl.write_all(recordings, tmp_path / "a.html")
    names = [each["skeleton"] for each in read_page(tmp_path / "a.html")["recordings"]]
    assert names == ["panoptic26", "coco17"]
