import json

import numpy as np
import pytest

from signlift.core.skeleton import PANOPTIC26, convert
from signlift.datasets.projected_mocap import ProjectSettings, mocap_files, project_mocap
from signlift.datasets.simulated import signer_recording
from signlift.errors import InputError
from signlift.geometry.virtual_camera import Camera, project
from signlift.io.arrays.original_arrays import read_arrays
from signlift.io.mocap.bvh import write_bvh
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer
from signlift.training.split import read_groups


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mocap")
    clips = {}
    for seed, frames in ((0, 12), (1, 20)):
        moved = Signer().move(np.random.default_rng(seed), frames, 30.0, fingers=False)
        clips[f"clip{seed}"] = convert(moved, SIGNER, PANOPTIC26)
    np.savez(folder / "clips.npz", **clips)
    write_bvh(signer_recording(0, 4, min_frames=15, max_frames=15, fps=60.0), folder / "walk.bvh")
    return folder


def test_what_is_written_is_what_the_cameras_see(folder, tmp_path):
    done = project_mocap(folder / "clips.npz", tmp_path / "data", ProjectSettings(cameras=2))
    assert (done.recordings, done.frames, done.failed) == (4, 64, ())
    recordings = read_arrays(done.folder)
    assert [len(recording) for recording in recordings] == [12, 12, 20, 20]
    about = json.loads((done.folder / "cameras.json").read_text())
    assert (about["unit"], about["root"]) == ("px", "MidHip")
    for recording, seen in zip(recordings, about["recordings"], strict=True):
        points = np.load(folder / "clips.npz")[seen["clip"].split(", ")[1]]
        camera = Camera(
            np.array(seen["position"]),
            np.array(seen["rotation"]),
            seen["focal"],
            tuple(seen["principal"]),
            tuple(seen["size"]),
        )
        keypoints, depth = project(points, camera)
        np.testing.assert_allclose(recording.keypoints, keypoints, rtol=1e-3, atol=0.05)
        np.testing.assert_allclose(recording.depth, depth, rtol=1e-3, atol=0.05)
    one, other = recordings[0], recordings[1]
    assert np.abs(one.keypoints - other.keypoints).max() > 1  # two cameras


def test_views_of_a_clip_stay_together(folder, tmp_path):
    project_mocap(folder / "clips.npz", tmp_path, ProjectSettings(cameras=3))
    groups = read_groups(tmp_path / "groups.txt")
    assert groups == ["clips.npz, clip0"] * 3 + ["clips.npz, clip1"] * 3


def test_chance_comes_from_the_seed(folder, tmp_path):
    def data(name, **options):
        project_mocap(folder / "clips.npz", tmp_path / name, ProjectSettings(**options))
        return np.load(tmp_path / name / "body_data.npy")

    first = data("a", cameras=2)
    np.testing.assert_array_equal(first, data("b", cameras=2))
    np.testing.assert_array_equal(first[::2], data("c"))  # the first camera of each
    assert np.nanmax(np.abs(first - data("d", cameras=2, seed=1))) > 1


def test_rates_are_brought_to_one(folder, tmp_path):
    done = project_mocap(folder / "walk.bvh", tmp_path / "a")
    assert (done.clips[0].fps, done.frames) == (60, 8)
    done = project_mocap(folder / "walk.bvh", tmp_path / "b", ProjectSettings(fps=None))
    assert done.frames == 15
    done = project_mocap(folder / "clips.npz", tmp_path / "c", input_fps=60.0)
    assert done.frames == 6 + 10


def test_turns_and_crops(folder, tmp_path):
    project_mocap(
        folder / "clips.npz",
        tmp_path,
        ProjectSettings(cameras=5, max_turn=5, upper_body=1, crop=True),
    )
    about = json.loads((tmp_path / "cameras.json").read_text())
    assert max(abs(seen["turn"]) for seen in about["recordings"]) <= 5
    keypoints = np.load(tmp_path / "body_data.npy").reshape(10, 20, 26, 2)
    assert np.isnan(keypoints[:, :12, PANOPTIC26.index("LAnkle")]).any()
    for one, seen in zip(keypoints, about["recordings"], strict=True):
        assert np.nanmin(one) >= 0
        assert (np.nanmax(one, axis=(0, 1)) <= seen["size"]).all()
    depth = np.load(tmp_path / "body_ground.npy")[:, :12]
    assert np.isfinite(depth).all()  # known outside the picture too


def test_bad_files_are_left_out(folder, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.bvh").write_text("nonsense")
    done = project_mocap([tmp_path / "in", folder], tmp_path / "out")
    assert done.recordings == 3
    assert len(done.failed) == 1
    assert "bad.bvh" in done.failed[0]
    with pytest.raises(InputError, match=r"bad\.bvh"):
        project_mocap(tmp_path / "in", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_files_in_folders(folder, tmp_path):
    names = [path.name for path in mocap_files([folder, folder / "walk.bvh"])]
    assert names == ["clips.npz", "walk.bvh", "walk.bvh"]
    with pytest.raises(InputError, match="expected files that end in"):
        mocap_files([tmp_path])
    with pytest.raises(InputError, match="expected a file or folder, found none"):
        mocap_files([])


def test_settings_that_cannot_be():
    with pytest.raises(InputError) as error:
        ProjectSettings(cameras=0, upper_body=2, fps=0, seed=-1, max_turn=999, distance=(3, 1))
    said = [line.split(":")[0] for line in error.value.problems]
    assert said == ["cameras", "upper_body", "fps", "seed", "distance", "max_turn"]
