"""From file to file: `sl.convert`, the command line and `sl.write(lifter.lift(sl.read()))`."""

import json
import weakref
from dataclasses import replace

import numpy as np
import pytest
from lifting_nets import random_lifter

import signlift as sl
from signlift.animation.mannequin import mannequin
from signlift.animation.mannequin.mannequin import make_mannequin
from signlift.cli.main import main
from signlift.core.skeleton import get_skeleton
from signlift.datasets.simulated import generate, simulate_recording
from signlift.io import read_file
from signlift.io.writer_registry import WRITERS

FORMATS = [writer.name for writer in WRITERS if not writer.is_picture]


@pytest.fixture(scope="module")
def same_mannequins():
    """Make the mannequin of a body once, in tests that write the same file several times."""
    made = {}

    def make(joints, rest):
        key = (tuple(joints), rest.tobytes())
        if key not in made:
            made[key] = make_mannequin(joints, rest)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mannequin, "make_mannequin", make)
        yield


@pytest.fixture(scope="module")
def lifter(tmp_path_factory):
    return random_lifter(tmp_path_factory.mktemp("net"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Make files with gaps: one person, two people in each frame, and several recordings."""
    directory = tmp_path_factory.mktemp("sources")
    recording = simulate_recording(0, 0, min_frames=40, max_frames=40, upper_body=1.0)
    keypoints = recording.keypoints.copy()
    keypoints[10:13, 4] = keypoints[20:35, 7] = keypoints[30] = np.nan
    person = replace(recording, keypoints=keypoints, depth=None, fps=25)
    sl.write(person, directory / "a.pose")
    values = np.concatenate([keypoints, np.ones((40, 26, 1))], -1)
    values[np.isnan(values).any(-1)] = 0
    smaller = np.where(values[..., 2:] > 0, values * [0.6, 0.6, 1], 0)
    smaller[..., 0] += 300 * smaller[..., 2]
    np.save(directory / "people.npy", np.stack([values, smaller], 1))
    generate(directory, 2, seed=4, min_frames=12, max_frames=20, missing=0.1, quiet=True)
    return directory


def contents(directory):
    """Read all files of a directory."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


@pytest.mark.usefixtures("same_mannequins")
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a.pose", id="gaps"),
        pytest.param("people.npy", id="several people"),
        pytest.param("body_data.npy", id="several recordings"),
    ],
)
def test_command_line_and_python_write_the_same_bytes(sources, tmp_path, name, format):
    source, lifter = sources / name, sl.load()
    suffix = next(writer.suffix for writer in WRITERS if writer.name == format)
    out = {way: tmp_path / way / f"out{suffix}" for way in ("command", "convert", "write")}
    options = ["--format", format, "--quiet"]
    assert main(["lift", str(source), "-o", str(out["command"]), *options]) == 0
    sl.convert(source, out["convert"], format)
    recordings = sl.read_all(source)
    if len(recordings) == 1:
        sl.write(lifter.lift(sl.read(source)), out["write"], format)
    else:
        sl.write_all(recordings.map_all(lifter.lift_all), out["write"], format)
    expected = contents(tmp_path / "command")
    assert expected
    assert contents(tmp_path / "convert") == expected
    assert contents(tmp_path / "write") == expected


@pytest.mark.parametrize("format", ["npy", "csv", "bvh", "trc"])
def test_options_have_the_same_effect_on_both_sides(sources, tmp_path, format):
    source = sources / "a.pose"
    out = {way: tmp_path / way / f"out.{format}" for way in ("command", "convert", "write")}
    options = [
        "--format",
        format,
        "--quiet",
        "--max-gap",
        "3",
        "--smooth",
        "one-euro",
        "--fps",
        "50",
    ]
    options += ["--scale", "0.4", "--complete", "--causal"]
    assert main(["lift", str(source), "-o", str(out["command"]), *options]) == 0
    reading = sl.ReadOptions(fps=50)
    writing = sl.WriteOptions(max_gap=3, smooth="one-euro", scale=0.4)
    way = {"complete": True, "causal": True}
    sl.convert(source, out["convert"], reading=reading, writing=writing, **way)
    lifted = sl.load().lift(sl.read(source, fps=50), **way)
    sl.write(lifted, out["write"], options=writing)
    expected = contents(tmp_path / "command")
    assert contents(tmp_path / "convert") == contents(tmp_path / "write") == expected


@pytest.mark.parametrize(("format", "default"), [("npy", True), ("npz", True), ("csv", False)])
def test_the_depth_of_unobserved_keypoints_is_an_option(sources, tmp_path, format, default):
    outputs = []
    for number, (option, value) in enumerate(
        [((), None), (("--unobserved-depth",), True), (("--no-unobserved-depth",), False)]
    ):
        command, python = (tmp_path / f"{way}{number}.{format}" for way in ("command", "convert"))
        arguments = ["lift", str(sources / "a.pose"), "-o", str(command), "--quiet", *option]
        assert main(arguments) == 0
        writing = sl.WriteOptions(unobserved_depth=value)
        sl.convert(sources / "a.pose", python, writing=writing)
        assert command.read_bytes() == python.read_bytes()
        outputs.append(python.read_bytes())
    assert outputs[0] == outputs[1 if default else 2]
    assert outputs[1] != outputs[2]


def test_recordings_are_lifted_and_written_one_by_one(lifter, sources, tmp_path):
    alive, counts = weakref.WeakSet(), []

    def lift(recording):
        lifted = lifter.lift(recording)
        alive.add(lifted)
        counts.append(len(alive))
        return lifted

    data = np.load(sources / "body_data.npy")
    np.save(tmp_path / "many.npy", np.concatenate([data, data, data]))
    sl.write_all(sl.read_all(tmp_path / "many.npy").map(lift), tmp_path / "depth.npy")
    # The type checks of the tests look at some of them, too.
    assert len(counts) >= 6 and max(counts) <= 2


def array(path, shape=(6, 26, 2)):
    np.save(path, np.random.default_rng(0).uniform(100, 400, shape))
    return path


@pytest.mark.parametrize("suffix", [".csv", ".trc", ".npz", ".bvh"])
def test_a_frame_rate_that_is_unknown_is_30_and_noted(lifter, tmp_path, suffix):
    source, out = array(tmp_path / "a.npy"), tmp_path / f"out{suffix}"
    note = "frame rate unknown: 30 frames per second assumed"
    assert note in sl.convert(source, out, model=lifter).notes[0]
    if suffix == ".csv":
        assert note in (tmp_path / "out.csv.json").read_text()
        rows = [line for line in out.read_text().splitlines() if line.startswith("5,")]
        assert all(row.split(",")[1].startswith("0.16666") for row in rows) and rows
    reading = sl.ReadOptions(fps=50)
    (notes,) = sl.convert(source, out, model=lifter, reading=reading).notes
    assert not any("frame rate" in line for line in notes)


def test_a_frame_rate_that_the_lifter_assumed_is_noted_once_in_every_format(lifter, tmp_path):
    source = array(tmp_path / "a.npy")
    for out in ("out.npy", "out", "out.csv", "out.bvh", "out.pose", "out.trc"):
        (notes,) = sl.convert(source, tmp_path / out, model=lifter).notes
        assert notes.count("frame rate unknown: 30 frames per second assumed") == 1


def test_a_recording_without_a_keypoint_is_refused(lifter, tmp_path):
    np.save(tmp_path / "a.npy", np.full((20, 26, 2), np.nan))
    expected = r"a\.npy: expected a frame with a keypoint, found none"
    with pytest.raises(sl.InputError, match=expected):
        sl.convert(tmp_path / "a.npy", tmp_path / "out.csv", model=lifter)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_several_recordings_do_not_replace_other_files(lifter, tmp_path):
    source, out = array(tmp_path / "a.npy", (2, 6, 52)), tmp_path / "out.csv"
    converted = sl.convert(source, out, model=lifter)
    assert [path.name for path in converted.paths] == ["out_0.csv", "out_1.csv"]
    reserved = {(tmp_path / "out_1.csv").resolve()}
    with pytest.raises(sl.InputError, match=r"found .*out_1\.csv, which belongs to another file"):
        sl.convert(source, out, model=lifter, reserved=reserved)
    with pytest.raises(sl.InputError, match="expected one recording, of one person, found 2"):
        sl.convert(source, tmp_path / "one.csv", model=lifter, single=True)
    assert not (tmp_path / "one_0.csv").exists()


def test_the_input_is_not_replaced(lifter, tmp_path):
    source = array(tmp_path / "body_data.npy", (2, 6, 52))
    for out in (source, tmp_path):
        with pytest.raises(sl.InputError, match="expected a path other than the input's"):
            sl.convert(source, out, "arrays" if out == tmp_path else None, model=lifter)
    uncertainty = array(tmp_path / "a_uncertainty.npy", (6, 52))
    with pytest.raises(sl.InputError, match="expected a path other than the input's"):
        writing = sl.WriteOptions(uncertainty=True)
        sl.convert(uncertainty, tmp_path / "a.npy", model=lifter, writing=writing)


def test_all_recordings_are_written_or_none(lifter, tmp_path):
    data = np.random.default_rng(0).uniform(100, 400, (3, 2, 6, 26, 2))
    np.savez(tmp_path / "a.npz", keypoints=data[:2].reshape(2, 12, 52))
    np.save(tmp_path / "b.npy", np.where([[[0]], [[1]]], np.nan, data[0].reshape(2, 6, 52)))
    sl.convert(tmp_path / "a.npz", tmp_path / "good" / "out.csv", model=lifter)
    names = sorted(path.name for path in (tmp_path / "good").iterdir())
    assert names == ["out_0.csv", "out_0.csv.json", "out_1.csv", "out_1.csv.json"]
    with pytest.raises(sl.InputError):
        sl.convert(tmp_path / "b.npy", tmp_path / "bad" / "out.csv", model=lifter)
    assert not (tmp_path / "bad").exists() or not list((tmp_path / "bad").iterdir())


@pytest.mark.parametrize("causal", [False, True])
def test_every_recording_of_an_array_is_lifted_on_its_own(lifter, sources, tmp_path, causal):
    data = np.load(sources / "body_data.npy")
    data = np.concatenate([data, np.full_like(data[:, :3], np.nan)], 1)
    np.save(tmp_path / "body_data.npy", data)
    converted = sl.convert(
        tmp_path / "body_data.npy",
        tmp_path / "new" / "depth.npy",
        model=lifter,
        causal=causal,
        reading=sl.ReadOptions(fps=50),
        writing=sl.WriteOptions(uncertainty=True),
    )
    names = [path.name for path in converted.paths]
    assert names == ["depth.npy", "depth_uncertainty.npy"]
    depths, uncertainties = (np.load(path) for path in converted.paths)
    assert depths.shape == uncertainties.shape == (*data.shape[:2], 26)
    assert depths.dtype == uncertainties.dtype == np.float32
    for v, recording in enumerate(sl.read_arrays(tmp_path / "body_data.npy")):
        alone = replace(recording, fps=50)
        expected, proportions = lifter.lift_with_proportions(alone, causal=causal)
        T = len(recording)
        np.testing.assert_allclose(depths[v, :T], expected.depth, atol=1e-3)
        np.testing.assert_allclose(uncertainties[v, :T], expected.depth_uncertainty, atol=1e-3)
        assert np.isnan(depths[v, T:]).all() and np.isnan(uncertainties[v, T:]).all()
        assert converted.proportions[v].lengths == pytest.approx(proportions.lengths, rel=1e-4)


def test_arrays_keep_their_axes(lifter, sources, tmp_path):
    data = np.load(sources / "body_data.npy")
    for name, some in (("one", data[1]), ("first", data[:1])):
        np.save(tmp_path / f"{name}.npy", some)
        sl.convert(tmp_path / f"{name}.npy", tmp_path / "depth.npy", model=lifter)
        assert np.load(tmp_path / "depth.npy").shape == (*some.shape[:-1], 26)


def test_several_recordings_become_one_directory_of_arrays(lifter, sources, tmp_path):
    sl.convert(sources / "body_data.npy", tmp_path / "out", model=lifter)
    data, again = np.load(sources / "body_data.npy"), np.load(tmp_path / "out" / "body_data.npy")
    pairs = data.reshape(*data.shape[:-1], -1, 2)
    pairs[np.isnan(pairs).any(-1)] = np.nan
    np.testing.assert_array_equal(again.reshape(pairs.shape), pairs)
    depth = np.load(tmp_path / "out" / "body_ground.npy")
    np.testing.assert_array_equal(np.isnan(depth), np.isnan(pairs[..., 0]))


def test_recordings_on_different_skeletons_get_a_file_each(lifter, tmp_path):
    recordings = [sl.Recording(np.ones((3, len(s), 2)), s) for s in (sl.COCO17, sl.PANOPTIC26)]
    lifted = [lifter.lift(recording) for recording in recordings]
    paths = sl.write_all(lifted, tmp_path / "depth.npy")
    assert [np.load(path).shape for path in paths] == [(3, 17), (3, 26)]


def test_proportions_hold_for_every_recording(lifter, sources, tmp_path):
    body = sl.BodyProportions(torso=50, upper_arm=20)
    out = tmp_path / "depth.npy"
    converted = sl.convert(sources / "body_data.npy", out, model=lifter, proportions=body)
    for proportions in converted.proportions:
        assert proportions.upper_arm / proportions.torso == pytest.approx(0.4, rel=1e-5)


def test_a_height_gives_true_lengths(lifter, sources, tmp_path):
    sizes = []
    for height in (150, 180):
        sl.convert(sources / "a.pose", tmp_path / "a.trc", model=lifter, height=height)
        sl.convert(sources / "a.pose", tmp_path / "a.bvh", model=lifter, height=height)
        about = json.loads((tmp_path / "a.bvh.json").read_text())
        assert about["unit_of_recording"] == "px"
        assert f"scale: 1 px = {about['cm_per_unit']:.4g} cm" in about["notes"]
        row = (tmp_path / "a.trc").read_text().splitlines()[6].split("\t")
        assert "\tmm\t" in (tmp_path / "a.trc").read_text().splitlines()[2]
        sizes.append(float(row[2]) / about["cm_per_unit"])
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)
    sl.convert(sources / "a.pose", tmp_path / "a.csv", model=lifter, height=170)
    assert '"unit": "px"' in (tmp_path / "a.csv.json").read_text()
    writing = sl.WriteOptions(scale=1)
    with pytest.raises(sl.InputError, match=r"height: expected no `scale` beside it, found both"):
        sl.convert(sources / "a.pose", tmp_path / "b.bvh", height=170, writing=writing)


def test_the_scale_of_a_height_is_the_same_everywhere(lifter, sources, tmp_path):
    lifted = lifter.lift(sl.read(sources / "a.pose"))
    scale = sl.solve_avatar(lifted, height=172).scale
    line = f"scale: 1 px = {scale:.4g} cm"
    for name in ("a.bvh", "a.trc", "a.csv", "a.npy", "a.npz"):
        converted = sl.convert(sources / "a.pose", tmp_path / name, model=lifter, height=172)
        assert [note for note in converted.notes[0] if "scale" in note] == [line]
        assert converted.scale == (
            f"a unit of the depth is about {scale:.4g} cm (by a height of 172 cm)"
        )
    assert json.loads((tmp_path / "a.bvh.json").read_text())["cm_per_unit"] == pytest.approx(scale)
    again = sl.read(tmp_path / "a.npz")
    assert sl.solve_avatar(again, height=172).scale == pytest.approx(scale)


def test_a_height_gives_the_size_and_proportions_the_ratios(lifter, sources, tmp_path):
    long_arms = sl.BodyProportions(torso=50, shoulders=36, upper_arm=40, forearm=36)
    depths = {}
    for name, options in (
        ("height", {"height": 172}),
        ("proportions", {"proportions": long_arms}),
        ("both", {"height": 172, "proportions": long_arms}),
    ):
        out = tmp_path / f"{name}.npy"
        converted = sl.convert(sources / "a.pose", out, model=lifter, **options)
        depths[name] = np.load(out)
    np.testing.assert_array_equal(depths["both"], depths["proportions"])
    assert np.nanmax(np.abs(depths["both"] - depths["height"])) > 1
    lifted = lifter.lift(sl.read(sources / "a.pose"), proportions=long_arms)
    avatar = sl.solve_avatar(lifted, height=172, proportions=long_arms)
    assert f"scale: 1 px = {avatar.scale:.4g} cm" in converted.notes[0]
    assert avatar.lengths["upper_arm"] / avatar.lengths["torso"] == pytest.approx(0.8)


def test_an_unknown_size_is_noted(lifter, sources, tmp_path):
    (notes,) = sl.convert(sources / "a.pose", tmp_path / "a.bvh", model=lifter).notes
    assert "size unknown: a torso of 50 cm assumed" in notes
    (notes,) = sl.convert(sources / "a.pose", tmp_path / "a.csv", model=lifter).notes
    assert not any("size" in note for note in notes)


def test_the_skeleton_of_the_model_is_preferred_among_those_of_one_size(tmp_path):
    array(tmp_path / "a.npy", (5, 26, 2))
    assert read_file(tmp_path / "a.npy")[0].skeleton == sl.PANOPTIC26
    halpe = get_skeleton("halpe26")
    options = sl.ReadOptions(preferred_skeleton=halpe)
    assert read_file(tmp_path / "a.npy", options)[0].skeleton == halpe
    array(tmp_path / "a.npy", (5, 17, 2))
    assert read_file(tmp_path / "a.npy", options)[0].skeleton == sl.COCO17
