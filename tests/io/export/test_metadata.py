import numpy as np
import pytest
from lifted_recordings import lifted

from signlift.errors import InputError
from signlift.io.export.metadata import description, frame_times, lifted_depth, long_columns


def test_a_description_is_plain_lines_by_plain_keys():
    told = description(lifted(notes=("one\nnote", "another")))
    keys = "producer,recording,skeleton,unit,axes,root,fps,size,note 1,note 2"
    assert ",".join(told) == keys
    assert told["note 1"] == "one note"
    assert (told["fps"], told["size"], told["unit"]) == ("25", "640 x 480", "px")
    assert told["root"].startswith("MidHip")
    assert "fps" not in description(lifted(fps=None, size=None))


def test_times_come_from_the_recording_or_its_rate():
    np.testing.assert_allclose(frame_times(lifted(3)), [0, 0.04, 0.08])
    np.testing.assert_allclose(frame_times(lifted(3, times=np.array([0, 1, 3]))), [0, 1, 3])
    assert frame_times(lifted(fps=None)) is None
    assert frame_times(lifted(0)).shape == (0,)


def test_columns_are_those_that_are_known():
    one = lifted()
    assert list(long_columns(one)) == ["x", "y", "z", "confidence", "z_error"]
    columns = long_columns(lifted(confidence=None, depth_uncertainty=None))
    assert list(columns) == ["x", "y", "z", "confidence"]
    assert np.isnan(columns["confidence"]).all()
    np.testing.assert_array_equal(columns["z"], one.depth)
    with pytest.raises(InputError, match="a signer: expected a recording with depth, found none"):
        lifted_depth(one.with_depth(None))
