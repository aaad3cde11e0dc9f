import json

import numpy as np
import pytest

from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.datasets.projected_mocap import ProjectionSettings, find_mocap_files, project_mocap
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputError
from signlift.geometry.camera import Camera
from signlift.io.arrays.original_arrays import read_arrays
from signlift.io.mocap.bvh import write_bvh
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer
from signlift.training.split import read_groups


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("mocap")
    clips = {}
    for seed, frames in ((0, 12), (1, 20)):
        moved = Signer().sample_motion(np.random.default_rng(seed), frames, 30.0, fingers=False)
        clips[f"clip{seed}"] = convert(moved, SIGNER, PANOPTIC26)
    np.savez(directory / "clips.npz", **clips)
    write_bvh(
        simulate_recording(0, 4, min_frames=15, max_frames=15, fps=60.0), directory / "walk.bvh"
    )
    return directory


def test_arrays_hold_the_projections_of_the_cameras(directory, tmp_path):
    dataset = project_mocap(
        directory / "clips.npz", tmp_path / "data", ProjectionSettings(cameras=2)
    )
    assert (dataset.recordings, dataset.frames, dataset.failed) == (4, 64, ())
    recordings = read_arrays(dataset.directory)
    assert [len(recording) for recording in recordings] == [12, 12, 20, 20]
    origins = json.loads((dataset.directory / "cameras.json").read_text())
    assert (origins["unit"], origins["root"]) == ("px", "MidHip")
    for recording, facts in zip(recordings, origins["recordings"], strict=True):
        points = np.load(directory / "clips.npz")[facts["clip"].split(", ")[1]]
        camera = Camera.from_position(
            np.array(facts["position"]),
            np.array(facts["rotation"]),
            facts["focal"],
            tuple(facts["principal"]),
            tuple(facts["size"]),
        )
        keypoints, depth = camera.project(points), camera.relative_depth(points, PANOPTIC26)
        np.testing.assert_allclose(recording.keypoints, keypoints, rtol=1e-3, atol=0.05)
        np.testing.assert_allclose(recording.depth, depth, rtol=1e-3, atol=0.05)
    first, second = recordings[0], recordings[1]
    assert np.abs(first.keypoints - second.keypoints).max() > 1  # two cameras


def test_views_of_a_clip_stay_together(directory, tmp_path):
    project_mocap(directory / "clips.npz", tmp_path, ProjectionSettings(cameras=3))
    groups = read_groups(tmp_path / "groups.txt")
    assert groups == ["clips.npz, clip0"] * 3 + ["clips.npz, clip1"] * 3


def test_cameras_depend_on_the_seed(directory, tmp_path):
    def data(name, **options):
        project_mocap(directory / "clips.npz", tmp_path / name, ProjectionSettings(**options))
        return np.load(tmp_path / name / "body_data.npy")

    first = data("a", cameras=2)
    np.testing.assert_array_equal(first, data("b", cameras=2))
    np.testing.assert_array_equal(first[::2], data("c"))  # the first camera of each
    assert np.nanmax(np.abs(first - data("d", cameras=2, seed=1))) > 1


def test_clips_are_resampled_to_one_rate(directory, tmp_path):
    dataset = project_mocap(directory / "walk.bvh", tmp_path / "a")
    assert (dataset.clips[0].fps, dataset.frames) == (60, 8)
    dataset = project_mocap(directory / "walk.bvh", tmp_path / "b", ProjectionSettings(fps=None))
    assert dataset.frames == 15
    dataset = project_mocap(directory / "clips.npz", tmp_path / "c", input_fps=60.0)
    assert dataset.frames == 6 + 10


def test_turn_limit_and_crop(directory, tmp_path):
    project_mocap(
        directory / "clips.npz",
        tmp_path,
        ProjectionSettings(cameras=5, max_turn=5, upper_body=1, crop=True),
    )
    origins = json.loads((tmp_path / "cameras.json").read_text())
    assert max(abs(facts["turn"]) for facts in origins["recordings"]) <= 5
    keypoints = np.load(tmp_path / "body_data.npy").reshape(10, 20, 26, 2)
    assert np.isnan(keypoints[:, :12, PANOPTIC26.index("LAnkle")]).any()
    for view, facts in zip(keypoints, origins["recordings"], strict=True):
        assert np.nanmin(view) >= 0
        assert (np.nanmax(view, axis=(0, 1)) <= facts["size"]).all()
    depth = np.load(tmp_path / "body_ground.npy")[:, :12]
    assert np.isfinite(depth).all()  # also outside the image


def test_bad_files_are_left_out(directory, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.bvh").write_text("nonsense")
    dataset = project_mocap([tmp_path / "in", directory], tmp_path / "out")
    assert dataset.recordings == 3
    assert len(dataset.failed) == 1
    assert "bad.bvh" in dataset.failed[0]
    with pytest.raises(InputError, match=r"bad\.bvh"):
        project_mocap(tmp_path / "in", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_files_in_directories(directory, tmp_path):
    names = [path.name for path in find_mocap_files([directory, directory / "walk.bvh"])]
    assert names == ["clips.npz", "walk.bvh", "walk.bvh"]
    with pytest.raises(InputError, match="expected files that end in"):
        find_mocap_files([tmp_path])
    with pytest.raises(InputError, match="inputs: expected a file or directory, found none"):
        find_mocap_files([])


def test_wrong_settings():
    with pytest.raises(InputError) as error:
        ProjectionSettings(cameras=0, upper_body=2, fps=0, seed=-1, max_turn=999, distance=(3, 1))
    names = [line.split(":")[0] for line in error.value.problems]
    assert names == ["cameras", "upper_body", "fps", "seed", "distance", "max_turn"]
