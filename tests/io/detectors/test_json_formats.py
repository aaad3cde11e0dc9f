"""One person, and several, in the JSON files of many programs."""

import gzip
import json

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person, save, save_frames

import signlift as sl
from signlift.core.skeleton import COCO17, COCO18, HALPE26, MEDIAPIPE33, OPENPOSE25, WHOLEBODY133
from signlift.errors import InputWarning

T = 6
MAIN, OTHER = body(136, T, size=200), body(136, T, at=(700, 300), size=80, seed=1)
SIZE = (1280.0, 720.0)

NAMES = (
    "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
    "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
    "right_ankle"
).split()


def camel(name):
    first, *words = name.split("_")
    return first + "".join(word.capitalize() for word in words)


def flat(values):
    return np.ravel(values).tolist()


def check(recording, values, skeleton=COCO17, confidence=True):
    assert recording.skeleton is skeleton
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-5)
    if confidence:
        np.testing.assert_allclose(recording.confidence, values[..., 2], 1e-5)
    else:
        assert recording.confidence is None


def yolo(values, **more):
    x, y, c = values.T.tolist()
    person = {"name": "person", "class": 0, "confidence": 0.9, "box": {"x1": 1, "y1": 2}}
    return {**person, "keypoints": {"x": x, "y": y, "visible": c}, **more}


def posenet(values):
    return {"score": 0.9, "keypoints": [
        {"part": camel(name), "position": {"x": x, "y": y}, "score": c}
        for name, (x, y, c) in zip(NAMES, values.tolist(), strict=True)]}  # fmt: skip


def movenet(values, order=range(17)):
    return {"score": 0.9, "keypoints": [
        {"name": NAMES[n], "y": values[n, 1], "x": values[n, 0], "score": values[n, 2]}
        for n in order]}  # fmt: skip


def by_name(values, form):
    return {name: form(*row) for name, row in zip(NAMES, values.tolist(), strict=True)}


def point(x, y, c):
    return {"x": x, "y": y, "confidence": c}


def pifpaf(values, **more):
    return {"keypoints": flat(values), "bbox": [1, 2, 3, 4], "score": 0.8, "category_id": 1, **more}


ONE = MAIN[:, :17]
FORMS = {
    "YOLO, a list for each frame": [[yolo(v)] for v in ONE],
    "YOLO, JSON in strings": [json.dumps([yolo(v)]) for v in ONE],
    "YOLO, tracked": [[yolo(v, track_id=4)] for v in ONE],
    "PoseNet": [posenet(v) for v in ONE],
    "PoseNet, several poses": [[posenet(v)] for v in ONE],
    "MoveNet": [[movenet(v)] for v in ONE],
    "MoveNet in another order": [movenet(v, range(16, -1, -1)) for v in ONE],
    "MoveNet's keypoints alone": [movenet(v)["keypoints"] for v in ONE],
    "ml5": [[{"pose": posenet(v), "skeleton": []}] for v in ONE],
    "names and points": [by_name(v, point) for v in ONE],
    "names and lists": {"fps": 25, "frames": [by_name(v, lambda *row: list(row)) for v in ONE]},
    "names in pose": [{"pose": by_name(v, point)} for v in ONE],
    "names in keypoints": [{"keypoints": by_name(v, point), "score": 1} for v in ONE],
    "names by frame": {f"frame_{t}": by_name(v, point) for t, v in enumerate(ONE)},
    "OpenPifPaf": [{"frame": t + 1, "predictions": [pifpaf(v)]} for t, v in enumerate(ONE)],
    "AlphaPose": [{"image_id": f"{t}.jpg", **pifpaf(v)} for t, v in enumerate(ONE)],
    "AlphaPose by image": {f"img_{t}.jpg": pifpaf(v) for t, v in enumerate(ONE)},
    "PoseFlow": {f"{t}.jpg": [pifpaf(v, idx=1)] for t, v in enumerate(ONE)},
    "tracked": {
        "1": {f"{t:04}": {"keypoints": flat(v), "scores": None} for t, v in enumerate(ONE)}
    },
    "frames of people": {f"frame_{t}": {"person_0": pifpaf(v)} for t, v in enumerate(ONE)},
    "detectron2": [{"image_id": t, **pifpaf(v)} for t, v in enumerate(ONE)],
    "RTMLib, tracked": [
        {"keypoints": [v[:, :2].tolist()], "scores": [v[:, 2].tolist()], "track_ids": [1]}
        for v in ONE
    ],
    "people of people": [
        {"frame_idx": t, "keypoints": [{"keypoints": v.tolist(), "scores": None}]}
        for t, v in enumerate(ONE)
    ],
    "people with keypoints": [{"people": [pifpaf(v)]} for v in ONE],
    "detectron2's instances": [
        {"pred_keypoints": [v.tolist()], "scores": [0.9], "pred_boxes": [[1, 2, 3, 4]]} for v in ONE
    ],
    "torchvision": [
        {"scores": [0.9], "keypoints": [v[:, :2].tolist()], "keypoints_scores": [v[:, 2].tolist()]}
        for v in ONE
    ],
    "names and numbers": [
        {f"{name}_{field}": v[n, column] for n, name in enumerate(NAMES)
         for column, field in enumerate(("x", "y", "score"))} for v in ONE],
    "bare people of OpenPose": [{"pose_keypoints_2d": flat(v)} for v in ONE],
    "pose": [{"frame": t, "pose": v.tolist()} for t, v in enumerate(ONE)],
    "flat lists": [flat(v) for v in ONE],
    "strings": [{"keypoints": [[str(x) for x in row] for row in v.tolist()]} for v in ONE],
    "easy_ViTPose": {"keypoints": [{"0": v[:, [1, 0, 2]].tolist()} for v in ONE],
                     "skeleton": {str(n): name for n, name in enumerate(NAMES)}},
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_one_person_in_the_form_of(tmp_path, name):
    path = save(tmp_path / "a.json", FORMS[name])
    check(sl.read(path), ONE)
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    check(sl.read(packed), ONE)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if isinstance(form, list)])
def test_json_lines_in_the_form_of(tmp_path, name):
    lines = [item if isinstance(item, str) else json.dumps(item) for item in FORMS[name]]
    for text in ("\n".join(lines), "\n\n".join(lines) + "\n", "".join(lines), ",\n".join(lines)):
        (tmp_path / "a.jsonl").write_text(text)
        check(sl.read(tmp_path / "a.jsonl"), ONE)
    pretty = "\n".join(json.dumps(json.loads(line), indent=1) for line in lines)
    (tmp_path / "a.json").write_text(pretty)
    check(sl.read(tmp_path / "a.json"), ONE)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode("utf-16")))
    check(sl.read(tmp_path / "a.jsonl.gz"), ONE)


@pytest.mark.parametrize(
    "name",
    [name for name, form in FORMS.items() if isinstance(form, list) and "strings" not in name],
)
def test_a_file_for_each_frame_in_the_form_of(tmp_path, name):
    check(sl.read(save_frames(tmp_path / "in", FORMS[name], "clip_{:04}.json")), ONE)


def test_a_header_before_the_lines_of_frames(tmp_path):
    lines = [{"fps": 25, "width": 1280, "height": 720}, *FORMS["MoveNet"]]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    recording = sl.read(tmp_path / "a.jsonl")
    check(recording, ONE)
    assert (recording.fps, recording.size) == (25, SIZE)


def test_a_damaged_line_is_left_out_with_a_warning(tmp_path):
    lines = [json.dumps(frame) for frame in FORMS["OpenPifPaf"]]
    path = tmp_path / "a.json"
    path.write_text("\n".join([*lines[:-1], lines[-1][:200]]))
    with pytest.warns(InputWarning, match=r"left out: .*a\.json, line 6: expected JSON, found dam"):
        check(sl.read(path), ONE[:-1])
    path.write_text(lines[0][:-40])
    with pytest.raises(sl.InputError, match=r"found damaged JSON \(line 1, column"):
        sl.read(path)


def test_two_people_keep_their_identities_where_they_meet(tmp_path):
    left, right = body(17, 30, size=120, seed=2), body(17, 30, size=110, seed=3)
    right[..., :2] += 1e-3
    for frames in (
        [[yolo(right[t], track_id=7), yolo(left[t], track_id=2)] for t in range(30)],
        [{"frame": t, "predictions": [pifpaf(left[t], id_=2), pifpaf(right[t], id_=7)]}
         for t in range(30)],
        {str(idx): {f"{t:04}": pifpaf(one[t]) for t in range(30)}
         for idx, one in enumerate((left, right))},
        [{"image_id": f"{t}.jpg", **pifpaf(one[t], idx=idx)}
         for t in range(30) for idx, one in ((1, left), (0, right))],
        [{"people": [{"person_id": [idx], "pose_keypoints_2d": flat(one[t])}
                     for idx, one in ((7, left), (3, right))]} for t in range(30)],
    ):  # fmt: skip
        path = save(tmp_path / "a.json", frames)
        recordings = [sl.read(path, person=person) for person in (0, 1)]
        recordings.sort(key=lambda one: not np.allclose(one.keypoints, left[..., :2], atol=1e-2))
        check(recordings[0], left)
        check(recordings[1], right)
        assert recordings[0].notes[0][:7] == "person " and "of 2" in recordings[0].notes[0]


def test_numbers_of_people_as_they_are_listed_are_no_identities(tmp_path):
    for start in (0, 1):
        frames = [
            [pifpaf(one[t, :17], person_id=start + n)
             for n, one in enumerate((MAIN, OTHER) if t % 2 else (OTHER, MAIN))]
            for t in range(T)]  # fmt: skip
        check(sl.read(save(tmp_path / "a.json", frames)), ONE)


def test_images_of_several_videos_are_several_recordings(tmp_path):
    for name in ("{}/{:04}.jpg", "{}_{}.jpg"):
        people = [{"image_id": name.format(video, t), **pifpaf(one[t, :17])}
                  for video, one in (("a", MAIN), ("b", OTHER)) for t in range(T)]  # fmt: skip
        by_image = {person["image_id"]: [person] for person in people}
        for value in (people, by_image):
            recordings = sl.read_all(save(tmp_path / "r.json", value))
            assert [one.name for one in recordings] == ["r.json/a", "r.json/b"]
            for recording, values in zip(recordings, (MAIN, OTHER), strict=True):
                check(recording, values[:, :17])


def test_a_first_frame_without_people_is_no_header(tmp_path):
    size = {"width": 1280, "height": 720, "fps": 25}
    for empty in ({"keypoints": None}, {"frame": 0}, {"people": None}):
        frames = [{**size, **empty}]
        frames += [{**size, "frame": t + 1, "keypoints": v.tolist()} for t, v in enumerate(ONE)]
        if "frame" not in empty:
            for frame in frames[1:]:
                del frame["frame"]
        recording = sl.read(save(tmp_path / "a.json", frames))
        if "people" in empty:
            continue  # it may be a header
        assert len(recording) == T + 1 and not recording.observed[0].any()
        np.testing.assert_allclose(recording.keypoints[1:], ONE[..., :2], rtol=1e-5)


def test_frames_without_people_may_have_no_key_for_them(tmp_path):
    frames = [{"frame": t, "timestamp": t / 25} for t in range(20)]
    frames[4] |= pifpaf(ONE[0])
    recording = sl.read(save(tmp_path / "a.json", frames))
    assert len(recording) == 20 and recording.notes == ()
    assert recording.observed.any(1).tolist() == [t == 4 for t in range(20)]
    with pytest.raises(sl.InputError, match="a frame with a person, found none in 15 frames"):
        sl.read(save(tmp_path / "a.json", frames[5:]))


def test_keypoints_that_yolo_did_not_detect_are_missing(tmp_path):
    values = ONE.copy()
    values[:, 9] = [0, 0, 0.3]
    recording = sl.read(save(tmp_path / "a.json", [[yolo(v)] for v in values]))
    assert not recording.observed[:, 9].any() and recording.observed[:, :9].all()
    without = [[yolo(v)] for v in ONE]
    for frame in without:
        del frame[0]["keypoints"]["visible"]
    without[3] = [{**without[3][0], "keypoints": {"x": [], "y": []}}]
    recording = sl.read(save(tmp_path / "a.json", without))
    assert recording.confidence is None and not recording.observed[3].any()
    fractions = [[yolo(v / [*SIZE, 1])] for v in ONE]
    check(sl.read(save(tmp_path / "a.json", fractions), size=SIZE), ONE)
    with pytest.raises(sl.InputError, match="expected `size`"):
        sl.read(tmp_path / "a.json")


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


@pytest.mark.parametrize(("count", "width"), [(17, 2), (33, 2), (33, 4), (133, 3), (133, 2)])
def test_flat_numbers_of_each_frame(tmp_path, count, width):
    values = np.insert(MAIN[:, :count], 2, 0.1, axis=2) if width == 4 else MAIN[:, :count, :width]
    for value in ([flat(v) for v in values], [{"keypoints": flat(v)} for v in values]):
        recording = sl.read(save(tmp_path / "a.json", value))
        assert recording.skeleton.keypoints == sl.get_skeleton(recording.skeleton.name).keypoints
        np.testing.assert_allclose(recording.keypoints, MAIN[:, :count, :2], rtol=1e-5)
        assert (recording.confidence is None) == (width == 2)
    single = sl.read(save(tmp_path / "a.json", flat(values[0])))
    np.testing.assert_allclose(single.keypoints, MAIN[:1, :count, :2], rtol=1e-5)


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
    "form",
    [
        lambda values: values.tolist(),
        lambda values: [pifpaf(v) for v in values],
        lambda values: [{"frame": t, **pifpaf(v)} for t, v in enumerate(values)],
        lambda values: [openpose_frame(openpose_person(v)) for v in values],
        lambda values: {"fps": 25, "frames": [{"keypoints": v.tolist()} for v in values]},
        lambda values: {"instance_info": [
            {"frame_id": t, "instances": [pifpaf(v)]} for t, v in enumerate(values)]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("names", [("clip_01", "clip_02"), ("walk.mp4", "talk.mp4")])
def test_recordings_by_name(tmp_path, form, names):
    value = {name: form(one[:, :17]) for name, one in zip(names, (MAIN, OTHER), strict=True)}
    recordings = sl.read_all(save(tmp_path / "a.json", value))
    assert [one.name for one in recordings] == [f"a.json/{name}" for name in names]
    for recording, values in zip(recordings, (MAIN, OTHER), strict=True):
        check(recording, values[:, :17])


def test_frames_by_name_with_several_people_are_frames(tmp_path):
    people = [body(17, T, at=(300 * n, 200), seed=n) for n in range(4)]
    value = {f"frame_{t}": [pifpaf(one[t]) for one in people] for t in range(T)}
    recordings = sl.read_all(save(tmp_path / "a.json", value))
    assert [len(one) for one in recordings] == [T]
    assert recordings[0].notes[-1] == "person 0 of 4"


def test_kinetics_skeleton(tmp_path):
    values = body(18, T, at=(0.5, 0.5), size=0.4, move=0.001)
    value = {"data": [
        {"frame_index": t + 1, "skeleton": [
            {"pose": flat(values[t, :, :2]), "score": values[t, :, 2].tolist()}]}
        for t in range(T)], "label": "signing", "label_index": 1}  # fmt: skip
    value["data"][4]["skeleton"] = []
    path = save(tmp_path / "a.json", value)
    with pytest.raises(sl.InputError, match="expected `size`, the width and height"):
        sl.read(path)
    recording = sl.read(path, size=(340, 256))
    assert not recording.observed[4].any()
    kept = [0, 1, 2, 3, 5]
    np.testing.assert_allclose(
        recording.keypoints[kept], values[kept, :, :2] * [340, 256], rtol=1e-5
    )
    assert recording.skeleton is COCO18


def test_alphapose_in_the_forms_of_cmu_and_openpose(tmp_path):
    values = MAIN[:, :18]
    cmu = {f"{t}.jpg": {"version": "AlphaPose v0.3", "bodies": [{"joints": flat(v)}]}
           for t, v in enumerate(values)}  # fmt: skip
    check(sl.read(save(tmp_path / "a.json", cmu)), values, COCO18)
    openpose = {f"{t}.jpg": {"people": [{"pose_keypoints_2d": flat(v)}]}
                for t, v in enumerate(values)}  # fmt: skip
    check(sl.read(save(tmp_path / "a.json", openpose)), values, COCO18)


@pytest.mark.parametrize("fraction", [False, True])
def test_the_canvas_of_controlnet_gives_the_size(tmp_path, fraction):
    values = MAIN[:, :18].copy()
    values[..., 2] = 1
    written = values / [*SIZE, 1] if fraction else values
    frames = [
        {"people": [{"pose_keypoints_2d": flat(v), "face_keypoints_2d": None,
                     "hand_left_keypoints_2d": None, "hand_right_keypoints_2d": []}],
         "canvas_height": 720, "canvas_width": 1280}
        for v in written
    ]  # fmt: skip
    for path in (
        save(tmp_path / "a.json", frames),
        save_frames(tmp_path / "in", frames, "pose_{:05}.json"),
    ):
        recording = sl.read(path)
        check(recording, values, COCO18)
        assert recording.size == SIZE


def rtmpose(values):
    """Frames of Pose2Sim: RTMPose's keypoints in OpenPose's form."""
    return [openpose_frame(openpose_person(v)) for v in values]


@pytest.mark.parametrize("skeleton", [COCO17, HALPE26, WHOLEBODY133])
def test_rtmpose_in_openpose_json(tmp_path, skeleton):
    values = MAIN[:, : len(skeleton)]
    frames = rtmpose(values)
    for path in (
        save_frames(tmp_path / "in", frames, "cam01_{:06}.json"),
        save(tmp_path / "a.json", frames),
    ):
        check(sl.read(path), values, skeleton)
        check(sl.read(path, skeleton=skeleton), values, skeleton)
        with pytest.raises(sl.InputError, match=rf"18 keypoints \(coco18\), found {len(skeleton)}"):
            sl.read(path, skeleton="coco18")
    if skeleton is HALPE26:
        assert sl.read(path, skeleton="panoptic26").skeleton.name == "panoptic26"


def test_missing_keypoints_of_rtmpose_are_nan(tmp_path):
    frames = rtmpose(MAIN[:, :26])
    frames[2] = openpose_frame(openpose_person(np.full((26, 3), np.nan)))
    frames[3]["people"][0]["pose_keypoints_2d"][3:6] = [float("nan")] * 3
    recording = sl.read(save(tmp_path / "a.json", frames))
    assert recording.skeleton is HALPE26
    assert not recording.observed[2].any() and not recording.observed[3, 1]


@pytest.mark.parametrize(
    "people",
    [
        lambda person: person,
        lambda person: {"0": person},
        lambda person: [None, person, None],
        lambda person: {"0": None, "7": person},
        lambda person: [{**person, "pose_keypoints_2d": [], "hand_left_keypoints_2d": []}, person],
    ],
)
def test_people_of_openpose_in_any_container(tmp_path, people):
    frames = [{"version": 1.3, "people": people(openpose_person(v[:25])), "camparam": {}}
              for v in MAIN]  # fmt: skip
    for path in (save_frames(tmp_path / "in", frames), save(tmp_path / "a.json", frames)):
        check(sl.read(path), MAIN[:, :25], OPENPOSE25)
    frames[1]["people"] = None
    assert not sl.read(save(tmp_path / "a.json", frames)).observed[1].any()


REFUSED = {
    "pose_keypoints_2d, found pose_keypoints_3d alone": {
        "people": [{"pose_keypoints_3d": [1.0] * 100}]},
    "a pose model detects them.*, found boxes alone": [
        {"frame": t, "box": {"x1": 3}} for t in range(9)],
    "found 3D keypoints in metres": [
        {"keypoints": (v / 1000 - 0.3).tolist(), "keypoint_scores": v[:, 2].tolist()} for v in ONE],
    r"found 21 \(one hand, without a body\)": [{"keypoints": flat(v)} for v in MAIN[:, :21]],
    "found hands without a body": [{"hand_landmarks": [{"x": 0.1, "y": 0.2}] * 21}],
    "found annotations of LabelMe": {"version": "5", "shapes": [], "imagePath": "a.png"},
    "found MediaPipe's face mesh alone": {"face_landmarks": [{"x": 0.1, "y": 0.2}]},
    "1 images and 1 annotations without keypoints": {
        "images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"image_id": 1, "bbox": [1]}]},
    "`signlift project` reads .*found 3D joints": {"bodies": [{"id": 1, "joints19": [1.0] * 76}]},
    "x, y and visible of one length, found 17, 16, 17": [
        [{"keypoints": {"x": [1] * 17, "y": [1] * 16, "visible": [1] * 17}}]],
    "a list of keypoints, or keypoints by name with both shoulders": [
        {"keypoints": {"left_elbow": [1, 2]}}],
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_forms_that_are_refused_in_one_line(tmp_path, message):
    with pytest.raises(sl.InputError, match=message) as error:
        sl.read(save(tmp_path / "a.json", REFUSED[message]))
    assert len(error.value.problems) == 1 and len(str(error.value)) < 400


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


def test_lists_in_place_of_numbers_are_refused(tmp_path):
    frames = [[{"name": name, "x": [3, 4], "y": [1, 2], "score": [1, 1]} for name in NAMES]]
    with pytest.raises(sl.InputError, match="numbers in lists of equal length, found lists"):
        sl.read(save(tmp_path / "clip.json", frames))


def test_people_who_are_one_person_over_time_are_frames(tmp_path):
    people = [openpose_person(values) for values in MAIN[:, :25]]
    for value in (people, dict(enumerate(people))):
        path = save(tmp_path / "clip.json", {"people": value})
        check(sl.read(path, size=SIZE), MAIN[:, :25], OPENPOSE25)
    predictions = [{"keypoints": flat(values)} for values in MAIN[:, :17]]
    path = save(tmp_path / "clip.json", {"predictions": predictions})
    check(sl.read(path, size=SIZE), MAIN[:, :17])
    several = [people[0], openpose_person(OTHER[0, :25])]
    assert len(sl.read(save(tmp_path / "clip.json", {"people": several}))) == 1


def test_people_by_name_keep_their_names(tmp_path):
    frames = [
        {"people": {"anna": {"keypoints": flat(a)}, "ben": {"keypoints": flat(b)}}}
        for a, b in zip(MAIN[:, :17], OTHER[:, :17], strict=True)
    ]
    recording = sl.read(save(tmp_path / "clip.json", frames), size=SIZE)
    check(recording, MAIN[:, :17])
    assert recording.notes == ("person 0 of 2",)


def test_people_may_be_called_results(tmp_path):
    frames = [{"frame": t, "results": [yolo(values)]} for t, values in enumerate(MAIN[:, :17])]
    check(sl.read(save(tmp_path / "clip.json", frames), size=SIZE), MAIN[:, :17])
