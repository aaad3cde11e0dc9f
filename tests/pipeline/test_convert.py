import numpy as np
import pytest
from lifting_nets import random_lifter

import signlift as sl
from signlift.core.body_proportions import BodyProportions
from signlift.io import WRITERS
from signlift.io.writer import find_writer
from signlift.pipeline.convert import (
    Conversion,
    convert_file,
    finished,
    in_centimetres,
    size_of_unit,
)


@pytest.fixture(scope="module")
def lifter(tmp_path_factory):
    return random_lifter(tmp_path_factory.mktemp("net"))


def array(path, shape=(6, 26, 2)):
    np.save(path, np.random.default_rng(0).uniform(100, 400, shape))
    return path


def convert(lifter, source, out, how=None, **options):
    return convert_file(lifter, source, out, find_writer(out, WRITERS), how, **options)


def lifted(frames=9):
    rng = np.random.default_rng(0)
    keypoints = rng.normal(100, 20, (frames, 26, 2))
    keypoints[:, 7] = np.nan
    depth = rng.normal(0, 10, (frames, 26))
    return sl.Recording(
        keypoints, depth=depth, depth_uncertainty=np.abs(depth), fps=25, size=(200, 100)
    )


def test_what_was_not_observed_has_no_depth_unless_completed():
    one = finished(lifted(), "csv", Conversion())
    assert np.isnan(one.depth[:, 7]).all() and np.isnan(one.depth_uncertainty[:, 7]).all()
    assert not np.isnan(np.delete(one.depth, 7, 1)).any()
    assert not np.isnan(finished(lifted(), "csv", Conversion(complete=True)).depth).any()


def test_only_avatars_are_cleaned_unasked():
    assert finished(lifted(), "csv", Conversion()).notes == ()
    assert len(finished(lifted(), "bvh", Conversion()).notes) == 2
    assert finished(lifted(), "bvh", Conversion(smooth="none", fill=0)).notes == ()
    assert "One-Euro" in finished(lifted(), "csv", Conversion(smooth="one-euro")).notes[0]


def test_centimetres_by_scale_and_by_stature():
    one = in_centimetres(lifted(), 0.5)
    np.testing.assert_allclose(one.keypoints, lifted().keypoints * 0.5)
    np.testing.assert_allclose(one.depth_uncertainty, lifted().depth_uncertainty * 0.5)
    assert (one.unit, one.size) == ("cm", (100, 50))
    with pytest.raises(sl.InputError, match="scale: expected a number above 0"):
        in_centimetres(lifted(), 0)
    person = BodyProportions.from_stature(170)
    pixels = BodyProportions(torso=3 * person.torso)
    by_height = finished(lifted(), "trc", Conversion(height=170), pixels)
    np.testing.assert_allclose(by_height.keypoints, lifted().keypoints / 3, rtol=1e-5)
    assert finished(lifted(), "csv", Conversion(height=170), pixels).unit == "px"


def test_avatars_are_sized_where_they_are_written():
    person = BodyProportions.from_stature(170)
    pixels = BodyProportions(torso=3 * person.torso)
    how = Conversion(height=170)
    assert finished(lifted(), "bvh", how, pixels).unit == "px"
    assert size_of_unit(how, pixels) == pytest.approx(1 / 3)
    assert size_of_unit(Conversion(scale=0.5), pixels) == 0.5
    assert size_of_unit(Conversion(), pixels) is None
    assert size_of_unit(how) is None
    assert [one.name for one in WRITERS if one.write_sized is not None] == ["bvh"]


@pytest.mark.parametrize("suffix", [".csv", ".trc", ".npz", ".bvh"])
def test_a_frame_rate_that_is_not_known_is_30_and_noted(lifter, tmp_path, suffix):
    source, out = array(tmp_path / "a.npy"), tmp_path / f"out{suffix}"
    note = "frame rate not known: taken as 30 (--fps)"
    assert note in convert(lifter, source, out).notes[0]
    if suffix == ".csv":
        assert note in out.read_text()
        rows = [line for line in out.read_text().splitlines() if line.startswith("5,")]
        assert all(row.split(",")[1].startswith("0.16666") for row in rows) and rows
    given = convert(lifter, source, out, Conversion(fps=50)).notes[0]
    assert not any("frame rate" in line for line in given)


def test_files_without_a_rate_say_nothing_of_it(lifter, tmp_path):
    source = array(tmp_path / "a.npy")
    for out in ("out.npy", "out"):
        (notes,) = convert(lifter, source, tmp_path / out).notes
        assert not any("frame rate" in line for line in notes)


def test_a_recording_without_a_keypoint_is_refused(lifter, tmp_path):
    source = tmp_path / "a.npy"
    np.save(source, np.full((20, 26, 2), np.nan))
    with pytest.raises(
        sl.InputError, match=r"a\.npy: expected a frame with a keypoint, found none"
    ):
        convert(lifter, source, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_several_recordings_do_not_take_anothers_place(lifter, tmp_path):
    source, out = array(tmp_path / "a.npy", (2, 6, 52)), tmp_path / "out.csv"
    assert [one.name for one in convert(lifter, source, out).paths] == ["out_0.csv", "out_1.csv"]
    taken = {(tmp_path / "out_1.csv").resolve()}
    with pytest.raises(sl.InputError, match=r"found .*out_1\.csv, which is another's"):
        convert(lifter, source, out, taken=taken)
    error, taken = tmp_path / "e.npy", {(tmp_path / "e_0.npy").resolve()}
    with pytest.raises(sl.InputError, match=r"found .*e_0\.npy, which is another's"):
        convert_file(lifter, source, out, find_writer(out, WRITERS), error=error, taken=taken)
    out = tmp_path / "one.csv"
    with pytest.raises(sl.InputError, match="expected one recording, of one person, found 2"):
        convert_file(lifter, source, out, find_writer(out, WRITERS), single=True)
    assert not (tmp_path / "one_0.csv").exists()
