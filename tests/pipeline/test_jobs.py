"""The output file of each input file of `signlift lift INPUT... -o OUT`."""

from pathlib import Path

import pytest

import signlift as sl
from signlift.pipeline.jobs import find_jobs


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Make empty files by name, in the working directory."""
    monkeypatch.chdir(tmp_path)

    def make(*names):
        for name in map(Path, names):
            name.parent.mkdir(parents=True, exist_ok=True)
            name.touch()
        return [Path(name) for name in names]

    return make


def targets(inputs, out, name=None, **options):
    return [str(job.target) for job in find_jobs(inputs, Path(out), name, **options).jobs]


@pytest.mark.parametrize("name", ["arrays", "openpose"])
def test_a_format_that_is_a_directory_takes_the_output_itself(files, name):
    recording = files("a.npy")
    assert targets(recording, "out", name) == ["out"]
    Path("out").mkdir()
    assert targets(recording, "out", name) == ["out"]
    several = files("a.npy", "b.pose")
    for out in ("out", "new"):
        assert targets(several, out, name) == [f"{out}/a", f"{out}/b"]


def test_other_formats_go_into_a_directory(files):
    several = files("a.npy", "b.pose")
    assert targets(several, "out", "csv") == ["out/a.csv", "out/b.csv"]
    assert targets(several[:1], "out") == ["out/a.npy"]
    assert targets(several[:1], "x.csv") == ["x.csv"]
    assert targets(several[:1], "x.json", "openpose") == ["x.json"]
    assert targets(several[:1], "x.dat", "csv") == ["x.dat"]
    with pytest.raises(sl.InputError) as caught:
        find_jobs(several, Path("x.csv"))
    expected = "out: expected a directory for 2 recordings (the first is a.npy), found x.csv"
    assert caught.value.problems == (expected,)


def test_a_dot_in_a_directorys_name_does_not_begin_a_suffix(files):
    files("cams/cam.01/f_001.json", "cams/cam.02/f_001.json")
    for directory in ("cam.01", "cam.02"):
        Path("cams", directory, "f_001.json").write_text('{"people": []}')
    assert targets([Path("cams")], "out", "csv") == ["out/cam.01.csv", "out/cam.02.csv"]


def test_results_of_one_name_keep_their_suffixes_or_are_refused(files):
    several = files("in/a.npy", "in/a.pose", "in/b.npy", "other/b.npy")
    expected = ["out/a.npy.npy", "out/a.pose.npy", "out/b.npy"]
    assert targets([Path("in")], "out") == targets(several[:3], "out") == expected
    both = ["out/in/a.npy.npy", "out/in/a.pose.npy", "out/in/b.npy", "out/other/b.npy"]
    assert targets([Path("in"), Path("other")], "out") == both
    assert targets(several[2:], "out") == ["out/in/b.npy", "out/other/b.npy"]
    with pytest.raises(sl.InputError) as caught:
        find_jobs(files("x/in/b.npy", "y/in/b.npy"), Path("out"))
    (line,) = caught.value.problems
    assert line.endswith("found out/in/b.npy twice, of x/in/b.npy and y/in/b.npy")


def test_results_of_an_earlier_run_beside_their_sources_are_no_inputs(files):
    files("in/a.pose", "in/a.npz", "in/b.pose")
    with pytest.raises(sl.InputError, match=r"path other than the input's, found in/a\.npz"):
        find_jobs([Path("in")], Path("in"), "npz")
    assert targets([Path("in")], "in", "csv") == ["in/a.npz.csv", "in/a.pose.csv", "in/b.csv"]


def test_arrays_do_not_replace_the_arrays_they_come_from(files):
    files("data/body_data.npy")
    with pytest.raises(sl.InputError, match="out: expected a path other than the input's"):
        find_jobs([Path("data")], Path("data"), "arrays")


@pytest.mark.parametrize(
    ("out", "name", "by_suffix"), [("x.csv", "bvh", "csv"), ("x.JSON", "arrays", "openpose")]
)
def test_a_format_that_contradicts_the_suffix(files, out, name, by_suffix):
    with pytest.raises(sl.InputError) as caught:
        find_jobs(files("a.npy"), Path(out), name)
    assert caught.value.problems == (
        f"format: expected {by_suffix}, the format of {out}, found {name}",
    )


def test_uncertainty_needs_a_format_that_holds_it(files):
    recording = files("a.npy")
    (job,) = find_jobs(recording, Path("x.npy"), uncertainty=True).jobs
    assert job.files == (Path("x.npy"), Path("x_uncertainty.npy"))
    (job,) = find_jobs(recording, Path("x.csv"), uncertainty=True).jobs
    assert job.files == (Path("x.csv"), Path("x.csv.json"))
    for suffix in (".pose", ".trc"):
        (job,) = find_jobs(recording, Path(f"x{suffix}"), uncertainty=True).jobs
        assert job.files == (Path(f"x{suffix}"), Path("x_uncertainty.npy"))
    with pytest.raises(sl.InputError) as caught:
        find_jobs(recording, Path("x.bvh"), uncertainty=True)
    formats = "npy, pose, npz, csv, csv-comments, parquet, openpose, trc or html"
    expected = f"a format that holds it ({formats})"
    assert caught.value.problems == (f"uncertainty: expected {expected}, found bvh",)
