import numpy as np
import pytest

import signlift as sl
from signlift.conversion import Conversion, finished, in_centimetres, size_of_unit
from signlift.formats import WRITERS
from signlift.lifting.body_lengths import BodyLengths


def lifted(frames=9):
    rng = np.random.default_rng(0)
    keypoints = rng.normal(100, 20, (frames, 26, 2))
    keypoints[:, 7] = np.nan
    depth = rng.normal(0, 10, (frames, 26))
    return sl.Recording(keypoints, depth=depth, depth_error=np.abs(depth), fps=25, size=(200, 100))


def test_what_was_not_observed_has_no_depth_unless_completed():
    one = finished(lifted(), "csv", Conversion())
    assert np.isnan(one.depth[:, 7]).all() and np.isnan(one.depth_error[:, 7]).all()
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
    np.testing.assert_allclose(one.depth_error, lifted().depth_error * 0.5)
    assert (one.unit, one.size) == ("cm", (100, 50))
    with pytest.raises(sl.InputError, match="scale: expected a number above 0"):
        in_centimetres(lifted(), 0)
    person = BodyLengths.from_stature(170)
    pixels = BodyLengths(torso=3 * person.torso)
    by_height = finished(lifted(), "trc", Conversion(height=170), pixels)
    np.testing.assert_allclose(by_height.keypoints, lifted().keypoints / 3, rtol=1e-5)
    assert finished(lifted(), "csv", Conversion(height=170), pixels).unit == "px"


def test_avatars_are_sized_where_they_are_written():
    person = BodyLengths.from_stature(170)
    pixels = BodyLengths(torso=3 * person.torso)
    how = Conversion(height=170)
    assert finished(lifted(), "bvh", how, pixels).unit == "px"
    assert size_of_unit(how, pixels) == pytest.approx(1 / 3)
    assert size_of_unit(Conversion(scale=0.5), pixels) == 0.5
    assert size_of_unit(Conversion(), pixels) is None
    assert size_of_unit(how) is None
    assert [one.name for one in WRITERS if one.write_sized is not None] == ["bvh"]
