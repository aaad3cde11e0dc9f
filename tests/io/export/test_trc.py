import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.io.export.trc import write_trc


def test_known_lines(tmp_path):
    skeleton = Skeleton("two", ("MidHip", "Neck"))
    keypoints = np.array([[[1, 2], [3, 4]], [[0, 0], [np.nan, 5]], [[9, 9], [8, 8]]], "f4")
    depth = np.array([[0, -1.5], [0, 2], [0, np.nan]], "f4")
    sl.write(Recording(keypoints, skeleton, depth=depth, fps=50, unit="px"), tmp_path / "a.trc")
    assert (tmp_path / "a.trc").read_text().split("\n") == [
        "PathFileType\t4\t(X/Y/Z)\ta.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame"
        "\tOrigNumFrames",
        "50\t50\t3\t2\tpx\t50\t1\t3",
        "Frame#\tTime\tMidHip\t\t\tNeck\t\t",
        "\t\tX1\tY1\tZ1\tX2\tY2\tZ2",
        "",
        "1\t0.000000\t1\t-2\t0\t3\t-4\t1.5",
        "2\t0.020000\t0\t0\t0\tnan\tnan\tnan",
        "3\t0.040000\t9\t-9\t0\tnan\tnan\tnan",
        "",
    ]


@pytest.mark.parametrize(
    ("unit", "written", "factor"), [("m", "m", 1), ("cm", "mm", 10), ("px", "px", 1)]
)
def test_units_and_every_number(tmp_path, unit, written, factor):
    recording = lifted(130, unit=unit)
    write_trc(recording, tmp_path / "a.trc")
    lines = (tmp_path / "a.trc").read_text().split("\n")
    assert lines[2].split("\t")[4] == written
    fields = [line.split("\t") for line in lines[6:-1]]
    assert {len(row) for row in fields} == {2 + 3 * 26}
    numbers = [[float(field or "nan") for field in row[2:]] for row in fields]
    expected = recording.points * np.array([1, -1, -1]) * factor
    np.testing.assert_allclose(np.reshape(numbers, (130, 26, 3)), expected, rtol=1e-6)


def test_the_frame_rate_of_uneven_frames_is_their_median(tmp_path):
    write_trc(lifted(4, fps=None, times=np.array([0, 0.1, 0.2, 0.9])), tmp_path / "a.trc")
    lines = (tmp_path / "a.trc").read_text().split("\n")
    assert lines[2].startswith("10\t10\t4\t26")
    assert [line.split("\t")[1] for line in lines[6:-1]][-1] == "0.900000"
    write_trc(lifted(1, fps=None, times=np.array([3.0])), tmp_path / "b.trc")
    assert (tmp_path / "b.trc").read_text().split("\n")[6].startswith("1\t3.000000")


def test_recordings_that_cannot_be_written_are_refused(tmp_path):
    with pytest.raises(sl.InputError) as error:
        write_trc(lifted(0, fps=None), tmp_path / "a.trc")
    assert len(error.value.problems) == 2
    assert "expected frames per second, or times" in error.value.problems[0]
    with pytest.raises(sl.InputError, match="expected a recording with depth"):
        write_trc(lifted().with_depth(None), tmp_path / "a.trc")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("unit", "scale", "factor"), [("px", None, 1), ("px", 0.5, 5), ("cm", None, 10), ("m", None, 1)]
)
def test_the_uncertainty_beside_it_has_the_unit_of_its_z(tmp_path, unit, scale, factor):
    recording = lifted(3, unit=unit)
    options = sl.WriteOptions(uncertainty=True, scale=scale, unobserved_depth=True)
    sl.write(recording, tmp_path / "a.trc", options=options)
    beside = np.load(tmp_path / "a_uncertainty.npy")
    np.testing.assert_allclose(beside, recording.depth_uncertainty * factor, rtol=1e-5)


def test_the_uncertainty_beside_a_pose_file_is_that_of_its_keypoints(tmp_path):
    recording = lifted(3)
    sl.write(recording, tmp_path / "a.pose", options=sl.WriteOptions(uncertainty=True))
    beside = np.load(tmp_path / "a_uncertainty.npy")
    np.testing.assert_array_equal(beside, recording.depth_uncertainty)
