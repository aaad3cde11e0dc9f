"""Keypoints by name or number in the JSON files of many programs."""

import numpy as np
import pytest
from detected import body, save
from json_forms import MAIN, NAMES, ONE, SIZE, T, camel, check, point

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE33


@pytest.mark.parametrize(
    "form",
    [
        lambda n, x, y, c: {"type": n, "position": {"x": x, "y": y}, "inFrameLikelihood": c},
        lambda n, x, y, c: {"type": NAMES33[n].upper(), "x": x, "y": y, "likelihood": c},
        lambda n, x, y, c: {"type": "PoseLandmarkType." + camel(NAMES33[n]), **point(x, y, c)},
        lambda n, x, y, c: {"name": NAMES33[n], "x": x, "y": y, "z": -1, "score": c},
    ],
)  # fmt: skip
def test_ml_kit_and_blazepose(tmp_path, form):
    values = MAIN[:, :33]
    frames = [{"landmarks": [form(n, *row) for n, row in enumerate(v.tolist())]} for v in values]
    check(sl.read(save(tmp_path / "a.json", frames)), values, MEDIAPIPE33)


def test_the_joints_of_apples_vision(tmp_path):
    bones = {"elbow": "forearm", "wrist": "hand", "hip": "upLeg", "knee": "leg", "ankle": "foot"}
    names = ["head_joint" if name == "nose" else name for name in NAMES]
    names = [f"{name.partition('_')[0]}_{bones.get(part, part)}_joint" if (
        part := name.partition("_")[2]) != "joint" else name for name in names]  # fmt: skip
    assert "left_forearm_joint" in names and "right_upLeg_joint" in names
    frames = [{name: point(*row) for name, row in zip(names, v.tolist(), strict=True)} for v in ONE]
    check(sl.read(save(tmp_path / "a.json", frames)), ONE)
    other = [
        {name.replace("forearm", "ulna"): p for name, p in reversed(frame.items())}
        for frame in frames
    ]
    with pytest.raises(sl.InputError, match=r"both elbows among .*names 'right_ulna"):
        sl.read(save(tmp_path / "a.json", other))


NAMES33 = (
    "nose left_eye_inner left_eye left_eye_outer right_eye_inner right_eye right_eye_outer "
    "left_ear right_ear mouth_left mouth_right left_shoulder right_shoulder left_elbow right_elbow "
    "left_wrist right_wrist left_pinky right_pinky left_index right_index left_thumb right_thumb "
    "left_hip right_hip left_knee right_knee left_ankle right_ankle left_heel right_heel "
    "left_foot_index right_foot_index"
).split()


FINGERS = ["wrist", *(f"{finger}_{joint}" for finger, joints in {
    "thumb": "cmc mcp ip tip", **dict.fromkeys(
        [f"{f}_finger" for f in ("index", "middle", "ring")] + ["pinky"], "mcp pip dip tip")
}.items() for joint in joints.split())]  # fmt: skip


def test_mediapipe_by_name_with_hands(tmp_path):
    values = body(75, T, at=(0.5, 0.5), size=0.4, move=0.001)
    frames = []
    for v in values.tolist():
        parts = {"pose": v[:33], "left_hand": v[33:54], "right_hand": v[54:]}
        frames.append({
            part: {name: point(*row) for name, row in
                   zip(NAMES33 if part == "pose" else FINGERS, rows, strict=True)}
            for part, rows in parts.items()})  # fmt: skip
    frames[2]["right_hand"] = None
    value = {"width": 1280, "height": 720, "frames": frames}
    recording = sl.read(save(tmp_path / "a.json", value))
    assert recording.skeleton.name == "mediapipe75" and not recording.observed[2, 54:].any()
    present = recording.observed
    np.testing.assert_allclose(
        recording.keypoints[present], (values[..., :2] * SIZE)[present], 1e-5
    )
    with pytest.raises(sl.InputError, match=r"no given skeleton, as the keypoints have names"):
        sl.read(tmp_path / "a.json", skeleton="coco17")


def test_landmarks_are_sorted_by_their_numbers(tmp_path):
    values = MAIN[:, :33]
    frames = [
        {"landmarks": [{"id": n, "x": x, "y": y, "visibility": c} for n, (x, y, c) in
                       reversed(list(enumerate(v.tolist())))]} for v in values]  # fmt: skip
    check(sl.read(save(tmp_path / "a.json", frames)), values, MEDIAPIPE33)


def test_mediapipe_in_an_object_keeps_its_hands(tmp_path):
    values = MAIN[:, :75]
    for key in ("landmarks", "keypoints", "holistic"):
        frames = [
            {"frame": t, key: {"pose": v[:33], "left_hand": v[33:54], "right_hand": v[54:]}}
            for t, v in enumerate([[dict(zip("xy", row[:2], strict=True), visibility=row[2])
                                    for row in v] for v in values.tolist()])]  # fmt: skip
        recording = sl.read(save(tmp_path / "a.json", frames))
        assert recording.skeleton.name == "mediapipe75"
        np.testing.assert_allclose(recording.keypoints, values[..., :2], rtol=1e-5)


@pytest.mark.parametrize(
    "columns",
    [
        {name: MAIN[:, n].tolist() for n, name in enumerate(NAMES)},
        {
            name: dict(zip(("x", "y", "score"), MAIN[:, n].T.tolist(), strict=True))
            for n, name in enumerate(NAMES)
        },
        {
            f"{name}_{field}": MAIN[:, n, column].tolist()
            for n, name in enumerate(NAMES)
            for column, field in enumerate(("x", "y", "score"))
        },
        {
            f"{name}_{field}": {str(t): MAIN[t, n, column] for t in range(T)}
            for n, name in enumerate(NAMES)
            for column, field in enumerate(("x", "y", "score"))
        },
    ],
    ids=["lists", "x and y", "table", "pandas"],
)
def test_keypoints_by_name_with_an_item_for_every_frame(tmp_path, columns):
    check(sl.read(save(tmp_path / "clip.json", columns), size=SIZE), MAIN[:, :17])


def test_one_frame_by_name_is_not_taken_for_three(tmp_path):
    frame = {name: MAIN[0, n].tolist() for n, name in enumerate(NAMES)}
    check(sl.read(save(tmp_path / "clip.json", frame), size=SIZE), MAIN[:1, :17])
