"""MediaPipe's face mesh in the files of its landmarks: read where a skeleton with it is given."""

import json

import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE75, MEDIAPIPE543, MEDIAPIPE553

T, SIZE = 4, (640.0, 480.0)
PARTS = {"pose": 33, "face": 478, "left_hand": 21, "right_hand": 21}


def fractions():
    """Landmarks of each part, [T, n, 3]: a body whose hands and face are at their places."""
    rng = np.random.default_rng(0)
    pose = rng.uniform(0.45, 0.55, (T, 33, 3))
    pose[:, :11] = np.array([0.5, 0.2, -0.4]) + rng.normal(0, 0.01, (T, 11, 3))
    for number, place in {
        11: (0.6, 0.35),
        12: (0.4, 0.35),
        23: (0.57, 0.7),
        24: (0.43, 0.7),
    }.items():
        pose[:, number, :2] = place
    pose[:, 15, :2], pose[:, 16, :2] = (0.62, 0.5), (0.38, 0.5)
    parts = {"pose": pose, "face": pose[:, :1] + rng.normal(0, 0.01, (T, 478, 3))}
    for name, wrist in (("left_hand", 15), ("right_hand", 16)):
        parts[name] = pose[:, wrist : wrist + 1] + rng.normal(0, 0.01, (T, 21, 3))
        parts[name][:, 0] = pose[:, wrist] * [1, 1, 0]  # z is relative to it
    parts["face"][:, 1] = pose[:, 0]
    return parts


def expected(landmarks):
    parts = fractions()
    joined = [parts["pose"], parts["face"][:, :landmarks], parts["left_hand"], parts["right_hand"]]
    return np.concatenate(joined, 1)[..., :2] * SIZE


def write_points(path, order, face=468):
    parts = {**fractions()}
    parts["face"] = parts["face"][:, :face]
    array = np.concatenate([parts[name] for name in order], 1)
    np.save(path, array)


def write_rows(path):
    parts = fractions()
    body = np.concatenate([parts["pose"], np.ones((T, 33, 1))], -1).reshape(T, -1)
    rest = [
        parts[name][:, :468] if name == "face" else parts[name] for name in PARTS if name != "pose"
    ]
    np.save(path, np.concatenate([body, *(part.reshape(T, -1) for part in rest)], 1))


def write_json(path):
    frames = [
        {
            f"{name}_landmarks": [{"x": x, "y": y, "z": z} for x, y, z in part[t, :468]]
            for name, part in fractions().items()
        }
        for t in range(T)
    ]
    path.write_text(json.dumps(frames))


def write_long(path):
    lines = ["frame,row_id,type,landmark_index,x,y,z"]
    for t in range(T):
        for name, part in fractions().items():
            for number, (x, y, z) in enumerate(part[t, :468]):
                lines.append(f"{t},{t}-{name}-{number},{name},{number},{x:.9g},{y:.9g},{z:.9g}")
    path.write_text("\n".join(lines) + "\n")


def write_wide(path):
    parts = {name: part[:, :468] for name, part in fractions().items()}
    columns = {
        f"{axis}_{name}_{number}": part[:, number, place]
        for place, axis in enumerate("xyz")
        for name, part in parts.items()
        for number in range(part.shape[1])
    }
    lines = [",".join(["frame", *columns])]
    lines += [",".join([str(t), *(f"{v[t]:.9g}" for v in columns.values())]) for t in range(T)]
    path.write_text("\n".join(lines) + "\n")


KAGGLE = ("face", "left_hand", "pose", "right_hand")
FILES = {
    "kaggle.npy": lambda path: write_points(path, KAGGLE),
    "ordered.npy": lambda path: write_points(path, PARTS),
    "rows.npy": write_rows,
    "frames.json": write_json,
    "long.csv": write_long,
    "wide.csv": write_wide,
}


@pytest.mark.parametrize("name", FILES)
def test_the_mesh_is_read_where_it_is_asked_for(tmp_path, name):
    FILES[name](tmp_path / name)
    recording = sl.read(tmp_path / name, skeleton="mediapipe543", size=SIZE)
    assert recording.skeleton == MEDIAPIPE543
    assert recording.keypoints == pytest.approx(expected(468), abs=0.01)
    assert not np.isnan(recording.detector_depth[:, MEDIAPIPE543.index("face_landmarks:7")]).any()
    plain = sl.read(tmp_path / name, size=SIZE)
    assert plain.skeleton == MEDIAPIPE75
    mesh = slice(33, 33 + 468)
    assert np.delete(recording.keypoints, mesh, 1) == pytest.approx(plain.keypoints)


def test_irises_are_read_and_those_that_are_missing_are_missing(tmp_path):
    write_points(tmp_path / "a.npy", KAGGLE, 478)
    whole = sl.read(tmp_path / "a.npy", skeleton="mediapipe553", size=SIZE)
    assert whole.skeleton == MEDIAPIPE553
    assert whole.keypoints == pytest.approx(expected(478), abs=0.01)
    write_points(tmp_path / "b.npy", KAGGLE, 468)
    part = sl.read(tmp_path / "b.npy", skeleton="mediapipe553", size=SIZE)
    iris = MEDIAPIPE553.index("face_landmarks:470")
    assert np.isnan(part.keypoints[:, iris]).all()
    cut = sl.read(tmp_path / "a.npy", skeleton="mediapipe543", size=SIZE)
    assert cut.keypoints == pytest.approx(expected(468), abs=0.01)


def test_a_body_without_a_face_has_none(tmp_path):
    parts = fractions()
    np.save(tmp_path / "a.npy", np.concatenate([parts["pose"], parts["face"][:, :468]], 1))
    recording = sl.read(tmp_path / "a.npy", skeleton="mediapipe543", size=SIZE)
    assert np.isnan(recording.keypoints[:, -42:]).all()
    assert not np.isnan(recording.keypoints[:, :501]).any()


def test_a_face_of_another_number_is_refused(tmp_path):
    frame = {f"{name}_landmarks": [{"x": 0.5, "y": 0.5}] * n for name, n in PARTS.items()}
    frame["face_landmarks"] = frame["face_landmarks"][:68]
    (tmp_path / "a.json").write_text(json.dumps([frame]))
    with pytest.raises(sl.InputError, match="expected 468 or 478 landmarks of a face, found 68"):
        sl.read(tmp_path / "a.json", skeleton="mediapipe543", size=SIZE)


def test_every_landmark_is_lifted(tmp_path):
    write_points(tmp_path / "a.npy", KAGGLE)
    recording = sl.read(tmp_path / "a.npy", skeleton="mediapipe543", size=SIZE)
    lifted = sl.load().lift(recording)
    mesh = slice(33, 33 + 468)
    assert not np.isnan(lifted.depth[:, mesh]).any()
    assert not np.isnan(lifted.depth_uncertainty[:, mesh]).any()
