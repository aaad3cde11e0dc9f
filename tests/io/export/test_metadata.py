import numpy as np
import pytest
from lifted_recordings import lifted

from signlift.errors import InputError
from signlift.io.export.metadata import describe_recording, file_times, long_columns, require_depth


def test_metadata_are_plain_lines_by_plain_keys():
    metadata = describe_recording(lifted(notes=("one\nnote", "another")))
    keys = "producer,recording,skeleton,unit,axes,root,fps,size,note 1,note 2"
    assert ",".join(metadata) == keys
    assert metadata["note 1"] == "one note"
    assert (metadata["fps"], metadata["size"], metadata["unit"]) == ("25", "640 x 480", "px")
    assert metadata["root"].startswith("MidHip")
    assert "fps" not in describe_recording(lifted(fps=None, size=None))


def test_times_come_from_the_recording_or_its_frame_rate():
    np.testing.assert_allclose(file_times(lifted(3)), [0, 0.04, 0.08])
    np.testing.assert_allclose(file_times(lifted(3, times=np.array([0, 1, 3]))), [0, 1, 3])
    assert file_times(lifted(fps=None)) is None
    assert file_times(lifted(0)).shape == (0,)


def test_unknown_columns_are_left_out():
    recording = lifted()
    assert list(long_columns(recording)) == ["x", "y", "z", "confidence", "z_uncertainty"]
    columns = long_columns(lifted(confidence=None, depth_uncertainty=None))
    assert list(columns) == ["x", "y", "z", "confidence"]
    assert np.isnan(columns["confidence"]).all()
    np.testing.assert_array_equal(columns["z"], recording.depth)
    with pytest.raises(InputError, match="a signer: expected a recording with depth, found none"):
        require_depth(recording.with_depth(None))
