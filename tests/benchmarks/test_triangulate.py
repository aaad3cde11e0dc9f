import json

import numpy as np
import pytest
from studio import moving_person, qualisys_calibration, ring

from benchmarks.triangulate import limb_variation, main
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.core.skeleton_arrays import convert

pytestmark = pytest.mark.slow

CAMERAS = ring(4, distance=3000.0, height=-800.0)
POINTS = convert(moving_person(8) * 10, PANOPTIC26, COCO17)  # mm


@pytest.fixture
def demo(tmp_path):
    """The layout of Pose2Sim's demonstration, with BODY_25B keypoints."""
    trial = tmp_path / "demo" / "person" / "trial"
    for camera in CAMERAS:
        directory = trial / "pose" / f"{camera.name}_json"
        directory.mkdir(parents=True)
        for t, keypoints in enumerate(camera.project(POINTS)):
            values = np.zeros((25, 3))
            values[:17] = np.concatenate([keypoints, np.ones((17, 1))], 1)
            people = [{"pose_keypoints_2d": values.ravel().tolist()}]
            (directory / f"a.{t:04d}.json").write_text(json.dumps({"people": people}))
    (tmp_path / "demo" / "Config.toml").write_text("[pose]\npose_model = 'BODY_25B' # ...\n")
    (tmp_path / "demo" / "calibration").mkdir()
    (tmp_path / "demo" / "calibration" / "a.qca.txt").write_text(qualisys_calibration(CAMERAS))
    return tmp_path / "demo"


def test_exact_views_have_no_error(demo, capsys):
    lines = ["PathFileType\t4", "DataRate\tUnits", "60\tm", "Frame#\tTime\tRHip\t\t\tElk\t\t", "X1"]
    for t, point in enumerate(POINTS[:, COCO17.index("RHip")] / 1000):
        y_up = point[[1, 2, 0]]
        lines.append("\t".join([str(t), "0", *map(str, y_up), "1", "", "3"]))
    (demo / "person" / "trial" / "a.trc").write_text("\n".join(lines))
    assert main([str(demo)]) == 0
    printed = capsys.readouterr().out
    assert "\nperson/trial\n    4 views, 8 frames of coco17, " in printed
    assert "reprojection error 0.00 px mean" in printed
    assert "0.0% of observations dropped" in printed
    assert "held-out view 0.00 px median" in printed
    assert "a.trc: 0.0 mm median distance of 1 markers" in printed


def test_no_markers_and_no_recordings(demo, tmp_path, capsys):
    main([str(demo), "--threshold", "3"])
    assert "no .trc file to compare with" in capsys.readouterr().out
    assert main([str(tmp_path / "none")]) == 2
    assert "none: expected a directory pose with JSON files" in capsys.readouterr().err


def test_limbs_that_stretch():
    still = np.repeat(POINTS[:1], 50, axis=0)
    assert limb_variation(still, COCO17) == 0
    stretched = still * np.random.default_rng(0).normal(1, 0.1, (50, 1, 1))
    assert 0.05 < limb_variation(stretched, COCO17) < 0.15
