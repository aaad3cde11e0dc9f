import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26, Skeleton


def complete(recording):
    """Keypoints without depth, and depth without keypoints, are not in the file."""
    points = recording.points
    return points[..., :2], points[..., 2]


@pytest.mark.parametrize("unit", ["px", "cm", "m"])
def test_a_lifted_recording_is_read_back(tmp_path, unit):
    expected = lifted(8, unit=unit)
    recording = sl.read(sl.write(expected, tmp_path / "a.trc"))
    keypoints, depth = complete(expected)
    np.testing.assert_allclose(recording.keypoints, keypoints, rtol=2e-6)
    np.testing.assert_allclose(recording.depth, depth, rtol=2e-6)
    assert (recording.skeleton, recording.unit, recording.fps) == (PANOPTIC26, unit, 25)
    assert (recording.name, recording.notes, recording.times) == ("a", (), None)
    converted = sl.read(tmp_path / "a.trc", skeleton="coco17")
    assert converted.skeleton is COCO17


def test_other_skeletons_and_uneven_times_are_read_back(tmp_path):
    skeleton = Skeleton("pose", ("LShoulder", "RShoulder", "face:a", "Nose"))
    values = np.random.default_rng(0).uniform(10, 90, (3, 4, 2))
    times = np.array([0, 0.1, 0.4])
    expected = Recording(values, skeleton, depth=values[..., 0], times=times)
    recording = sl.read(sl.write(expected, tmp_path / "a.trc"))
    assert recording.skeleton.keypoints == skeleton.keypoints
    np.testing.assert_allclose(recording.keypoints, values, rtol=1e-6)
    np.testing.assert_allclose(recording.depth, values[..., 0], rtol=1e-6)
    np.testing.assert_allclose(recording.times, times, rtol=1e-6)


NAMES = "Hip RHip RKnee RAnkle LHip LKnee LAnkle Neck Nose RShoulder RElbow RWrist".split()
NAMES += ["LShoulder", "LElbow", "LWrist", "cup"]
#: A person who faces +z: metres, y up.
STANDING = [
    *[(0, 1, 0), (-0.1, 1, 0), (-0.1, 0.5, 0.02), (-0.1, 0, 0)],
    *[(0.1, 1, 0), (0.1, 0.5, 0.02), (0.1, 0, 0), (0, 1.5, 0), (0, 1.65, 0.1)],
    *[(-0.2, 1.5, 0), (-0.25, 1.2, 0), (-0.2, 1.1, 0.25)],
    *[(0.2, 1.5, 0), (0.25, 1.2, 0), (0.2, 1.1, 0.3), (1, 1, 1)],
]


def write_markers(path, points, names=NAMES, unit="m", rate="60", ending=""):
    T, J = points.shape[:2]
    lines = [
        "PathFileType\t4\t(X/Y/Z)\tother.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame",
        f"{rate}\t{rate}\t{T}\t{J}\t{unit}\t{rate}\t0",
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t",
        "\t\t" + "\t".join(f"{a}{n + 1}" for n in range(J) for a in "XYZ"),
    ]
    for t, frame in enumerate(points):
        fields = ["" if np.isnan(value) else f"{value:.5f}" for value in frame.ravel()]
        lines.append("\t".join([str(t), f"{t / 60:.3f}", *fields]) + ending)
    path.write_text("\r\n".join(lines) + "\r\n")
    return path


@pytest.mark.parametrize("degrees", [0, 90, -150])
@pytest.mark.parametrize(("unit", "factor"), [("m", 1), ("mm", 1000)])
def test_markers_in_space_are_seen_from_the_front(tmp_path, degrees, unit, factor):
    standing = np.array(STANDING)
    turn = np.radians(degrees)
    rotation = [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]]
    points = np.stack([standing @ np.transpose(rotation) + [3, 0, 2]] * 5) * factor
    points[2, NAMES.index("Nose")] = np.nan
    recording = sl.read(write_markers(tmp_path / "a.trc", points, unit=unit, ending="\t"))
    skeleton = recording.skeleton
    assert (recording.fps, recording.unit) == (60, "m" if unit == "m" else "cm")
    scale = 1 if unit == "m" else 100
    for name in ("RElbow", "LWrist", "Nose"):
        column = skeleton.index(name)
        expected = standing[NAMES.index(name)] - standing[NAMES.index("Hip")]
        hip = skeleton.point(recording.keypoints, "MidHip")[0]
        x, y = (recording.keypoints[0, column] - hip) / scale
        np.testing.assert_allclose([x, -y], expected[:2], atol=1e-3)
        np.testing.assert_allclose(-recording.depth[0, column] / scale, expected[2], atol=1e-3)
    assert np.isnan(recording.keypoints[2, skeleton.index("Nose")]).all()
    assert recording.notes[0] == "left out, as they are no keypoints: cup"
    assert recording.notes[1].startswith("markers in space, turned by")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PathFileType\t4\n", "a line that begins with Frame#"),
        ("PathFileType\na\nb\nFrame#\tTime\tNose\n\t\tX1\n", "found 1 markers and 0 frames"),
        ("PathFileType\na\nb\nFrame#\tTime\tNose\n\tX1\n0\t0\t1\t2\ta\n", "a number, found 'a'"),
        ("PathFileType\na\nb\nFrame#\tTime\tNose\n\tX1\n0\t0\t1\t2\t3\t4\n", "5 fields for 1 mark"),
        ("PathFileType\nUnits\nm\nFrame#\tTime\tASIS\n\tX1\n0\t0\t1\t2\t3\n", "both shoulders"),
    ],
)
def test_damaged_files_are_one_line(tmp_path, text, message):
    (tmp_path / "a.trc").write_text(text)
    with pytest.raises(sl.InputError, match=message) as error:
        sl.read(tmp_path / "a.trc")
    assert len(error.value.problems) == 1


def test_depth_of_a_file_without_hips_is_kept(tmp_path):
    expected = lifted(4, unit="cm")
    keypoints = expected.keypoints.copy()
    keypoints[:, [PANOPTIC26.index(name) for name in ("MidHip", "LHip", "RHip")]] = np.nan
    expected = Recording(keypoints, PANOPTIC26, depth=expected.depth + 0, fps=25, unit="cm")
    recording = sl.read(sl.write(expected, tmp_path / "a.trc"))
    np.testing.assert_allclose(recording.depth, expected.points[..., 2], rtol=2e-6)
