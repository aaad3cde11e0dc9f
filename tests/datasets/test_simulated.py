import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.core.skeleton import PANOPTIC26, PANOPTIC67, SKELETONS
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.datasets.simulated import LOWER_BODY, generate, simulate_recording
from signlift.errors import InputError
from signlift.simulation.detector.detector_gaps import draw_gaps
from signlift.simulation.signer.body import SIGNER

SHORT = {"min_frames": 5, "max_frames": 12}


def load(directory):
    return (
        np.load(directory / f"{name}.npy", allow_pickle=False)
        for name in ("body_data", "body_ground")
    )


def test_files_hold_the_recordings_and_padding(tmp_path):
    directory = generate(tmp_path / "new" / "data", 4, seed=3, quiet=True, **SHORT)
    data, ground = load(directory)
    assert data.shape == (4, 12, 52) and ground.shape == (4, 12, 26)
    assert data.dtype == ground.dtype == np.float32
    lengths = set()
    for index in range(4):
        recording = simulate_recording(3, index, **SHORT)
        T = len(recording)
        lengths.add(T)
        np.testing.assert_array_equal(data[index, :T].reshape(T, 26, 2), recording.keypoints)
        np.testing.assert_array_equal(ground[index, :T], recording.depth)
        assert np.isnan(data[index, T:]).all() and np.isnan(ground[index, T:]).all()
        assert np.isfinite(data[index, :T]).all() and np.isfinite(ground[index, :T]).all()
        assert recording.fps == 30 and recording.skeleton == PANOPTIC26
    assert len(lengths) > 1
    assert sorted(path.name for path in directory.iterdir()) == ["body_data.npy", "body_ground.npy"]


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_recordings(tmp_path):
    options = {**SHORT, "missing": 0.1, "upper_body": 0.5, "quiet": True}
    few, again, many, other = (
        generate(tmp_path / name, count, seed=seed, **options)
        for name, count, seed in (("few", 3, 1), ("again", 3, 1), ("many", 6, 1), ("other", 3, 2))
    )
    for name in ("body_data.npy", "body_ground.npy"):
        assert (few / name).read_bytes() == (again / name).read_bytes()
        assert (few / name).read_bytes() != (other / name).read_bytes()
        np.testing.assert_array_equal(np.load(many / name)[:3], np.load(few / name))


@pytest.mark.parametrize("skeleton", SKELETONS)
def test_every_skeleton_can_be_written(tmp_path, skeleton):
    data, ground = load(generate(tmp_path, 1, skeleton=skeleton.name, quiet=True, **SHORT))
    assert data.shape == (1, 12, 2 * len(skeleton)) and ground.shape == (1, 12, len(skeleton))
    recording = simulate_recording(0, 0, skeleton=skeleton, **SHORT)
    named = [
        SIGNER.has(name) for name in skeleton.keypoints
    ]  # others, such as face landmarks, are missing
    assert recording.observed[:, named].all() and np.isfinite(recording.depth[:, named]).all()
    np.testing.assert_allclose(
        subtract_root_depth(recording.depth, skeleton), recording.depth, atol=1e-3
    )


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(0, 1000))
def test_a_signer_faces_the_camera(seed, index):
    recording = simulate_recording(seed, index, **SHORT)
    depth = dict(zip(PANOPTIC26.keypoints, recording.depth.T, strict=True))
    x = dict(zip(PANOPTIC26.keypoints, recording.keypoints[..., 0].T, strict=True))
    assert (2 * depth["Nose"] < depth["LEar"] + depth["REar"]).mean() > 0.8
    assert (x["LShoulder"] > x["RShoulder"]).all()
    np.testing.assert_allclose(depth["MidHip"], 0, atol=1e-3)
    y = dict(zip(PANOPTIC26.keypoints, recording.keypoints[..., 1].T, strict=True))
    assert (y["Nose"] < y["MidHip"]).all() and (y["MidHip"] < y["LAnkle"]).all()


def test_the_nose_is_in_front_of_the_neck():
    # Except in 1 of 400 recordings, of people who lean back or look up.
    depths = [simulate_recording(0, index, **SHORT).depth for index in range(60)]
    nose, neck = (
        np.concatenate([depth[:, PANOPTIC26.index(name)] for depth in depths])
        for name in ("Nose", "Neck")
    )
    assert (nose < neck).mean() > 0.97


def test_filmed_from_the_waist_up():
    recording = simulate_recording(0, 0, upper_body=1.0, **SHORT)
    lower = np.array([name in LOWER_BODY for name in PANOPTIC26.keypoints])
    assert lower.sum() == 13
    assert not recording.observed[:, lower].any()
    head = [PANOPTIC26.index(name) for name in ("Nose", "Neck", "LShoulder", "LEye")]
    assert recording.observed[:, head].all()
    assert np.isfinite(recording.depth).all()
    whole_body = [
        simulate_recording(0, i, upper_body=0.5, **SHORT).observed[:, lower].any()
        for i in range(40)
    ]
    assert 8 < sum(whole_body) < 32


def test_missing_keypoints_keep_their_depth():
    whole = simulate_recording(0, 1, min_frames=200, skeleton=PANOPTIC67)
    holes = simulate_recording(0, 1, min_frames=200, skeleton=PANOPTIC67, missing=0.2)
    assert 0.1 < 1 - holes.observed.mean() < 0.3
    observed = holes.observed
    np.testing.assert_array_equal(holes.keypoints[observed], whole.keypoints[observed])
    np.testing.assert_array_equal(holes.depth, whole.depth)


@pytest.mark.parametrize("missing", [0.0, 0.01, 0.2, 0.9])
def test_the_fraction_of_gaps(missing):
    gaps = draw_gaps(np.random.default_rng(0), 20000, 25, missing)
    assert gaps.shape == (20000, 25)
    assert gaps.mean() == pytest.approx(missing, rel=0.1)
    if missing:
        begin = gaps[1:] & ~gaps[:-1]
        assert gaps.sum() / begin.sum() > 1.5  # frames per gap
        assert gaps.all(1).any()


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame_of_gaps(frames):
    assert draw_gaps(np.random.default_rng(0), frames, 3, 0.5).shape == (frames, 3)


def test_one_frame():
    recording = simulate_recording(0, 0, min_frames=1, max_frames=1)
    assert recording.points.shape == (1, 26, 3)


def test_all_invalid_settings_are_listed(tmp_path):
    wrong = {"min_frames": 0, "max_frames": -1, "fps": -1.0, "missing": 1.0, "upper_body": 2.0}
    with pytest.raises(InputError) as error:
        generate(tmp_path / "x", 1, max_turn=270.0, **wrong)
    assert [line.split(":")[0] for line in error.value.problems] == [*wrong, "max_turn"]
    assert all(": expected " in line and ", found " in line for line in error.value.problems)
    with pytest.raises(InputError):
        simulate_recording(0, 0, **wrong)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recordings": 0}, "recordings: expected 1 or more, found 0"),
        ({"seed": -1}, "seed: expected a whole number of 0 or more, found -1"),
        ({"skeleton": "dog"}, "skeleton: expected one of"),
        ({"missing": float("nan")}, "missing: expected"),
    ],
)
def test_wrong_input(tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        generate(tmp_path / "x", **options)
    assert not (tmp_path / "x").exists()


def test_an_error_leaves_the_old_files(tmp_path, monkeypatch):
    generate(tmp_path, 1, quiet=True, **SHORT)
    before = (tmp_path / "body_data.npy").read_bytes()
    monkeypatch.setattr("signlift.datasets.simulated._simulate", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        generate(tmp_path, 2, quiet=True, **SHORT)
    assert (tmp_path / "body_data.npy").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_memory_does_not_grow_with_the_amount(tmp_path):
    def peak(recordings):
        tracemalloc.start()
        generate(tmp_path, recordings, min_frames=100, max_frames=100, quiet=True)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(1)
    assert peak(24) < 1.2 * peak(6)
