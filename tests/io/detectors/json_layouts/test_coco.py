"""Annotations and results of COCO."""

import numpy as np
import pytest
from detected import body, save

import signlift as sl
from signlift.core.skeleton import COCO17, WHOLEBODY133
from signlift.io.detectors.json_layouts.coco import is_coco, to_people

T = 6
MAIN, OTHER = body(133, T, size=200), body(133, T, at=(700, 300), size=80, seed=1)
NAMES = (
    "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
    "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
    "right_ankle"
).split()


def annotation(t, values, v=2, **more):
    rows = [[x, y, v] for x, y in values[:, :2].tolist()]
    return {"id": 900 + t, "image_id": t, "category_id": 1, "bbox": [0, 0, 9, 9],
            "keypoints": np.ravel(rows).tolist(), **more}  # fmt: skip


def coco(annotations, names=None, name="{:06}.jpg", **more):
    images = [{"id": t, "file_name": name.format(t), "width": 1280, "height": 720, **more}
              for t in range(T)]  # fmt: skip
    category = {"id": 1, "name": "person", **({"keypoints": names} if names else {})}
    return {"info": {}, "images": images[::-1], "annotations": annotations,
            "categories": [category]}  # fmt: skip


def test_visibility_is_not_a_confidence(tmp_path):
    annotations = [annotation(t, MAIN[t, :17]) for t in (3, 1, 0, 2, 5)]
    for each in annotations:
        each["keypoints"][3 * 9 : 3 * 11] = [0, 0, 0, 500, 400, 0]  # wrists: not labelled
        each["keypoints"][2] = 1  # nose: hidden
    recording = sl.read(save(tmp_path / "a.json", coco(annotations)))
    assert (recording.skeleton, recording.size) == (COCO17, (1280, 720))
    assert recording.confidence is None and not recording.observed[:, 9:11].any()
    assert recording.observed[:, 0].tolist() == [True] * 4 + [False, True]  # frame 4 has nobody
    kept = [0, 1, 2, 3, 5]
    np.testing.assert_allclose(recording.keypoints[kept, :9], MAIN[kept, :9, :2], rtol=1e-6)


def test_scores_in_the_place_of_visibility(tmp_path):
    value = coco([annotation(t, MAIN[t, :17], v=0.5) for t in range(T)])
    recording = sl.read(save(tmp_path / "a.json", value))
    np.testing.assert_allclose(recording.confidence, 0.5)


def test_the_names_of_the_categories_give_the_order(tmp_path):
    order = [*range(16, -1, -1)]
    names = [NAMES[n] for n in order]
    posetrack = ["nose", "head_bottom", "head_top", *NAMES[3:]]  # 17, but not those of COCO
    for listed, columns in ((names, order), (posetrack, range(17))):
        value = coco([annotation(t, MAIN[t, columns]) for t in range(T)], listed)
        recording = sl.read(save(tmp_path / "a.json", value))
        for name in ("Nose", "LShoulder", "RWrist"):
            number = COCO17.index(name)
            point = recording.keypoints[:, recording.skeleton.index(name)]
            np.testing.assert_allclose(point, MAIN[:, number, :2], rtol=1e-6)
    assert (
        "LEye" not in recording.skeleton.keypoints
        or not recording.observed[:, recording.skeleton.index("LEye")].any()
    )
    given = sl.read(tmp_path / "a.json", skeleton="coco17")
    np.testing.assert_allclose(given.keypoints, MAIN[:, :17, :2], rtol=1e-6)


def test_people_are_identified_by_their_track(tmp_path):
    annotations = [annotation(t, one[t, :17], track_id=track)
                   for t in range(T) for track, one in ((5, OTHER), (8, MAIN))]  # fmt: skip
    recording = sl.read(save(tmp_path / "a.json", coco(annotations)))
    np.testing.assert_allclose(recording.keypoints, MAIN[:, :17, :2], rtol=1e-6)
    assert recording.notes == ("person 0 of 2",)


@pytest.mark.parametrize(
    ("name", "field"),
    [("{}/{:04}.png", None), ("{}_frame_{:04}.png", None), ("x/{}{}.png", "video_id")],
)
def test_several_videos_in_one_file(tmp_path, name, field):
    images, annotations = [], []
    for video, one in (("a", MAIN), ("b", OTHER)):
        for t in range(T):
            number = len(images)
            image = {"id": number, "file_name": name.format(video, t), "width": 1280, "height": 720}
            images.append(image if field is None else {**image, field: video, "frame_id": t})
            annotations.append({**annotation(number, one[t, :17]), "id": number})
    value = {"images": images, "annotations": annotations, "categories": []}
    recordings = sl.read_all(save(tmp_path / "c.json", value))
    for recording, video, values in zip(recordings, "ab", (MAIN, OTHER), strict=True):
        assert recording.name.startswith(f"c.json/{video}")
        np.testing.assert_allclose(recording.keypoints, values[:, :17, :2], rtol=1e-6)


def test_whole_bodies(tmp_path):
    parts = {"foot": (17, 23), "face": (23, 91), "lefthand": (91, 112), "righthand": (112, 133)}
    annotations = [
        annotation(t, MAIN[t, :17], v=0.5) | {
            f"{part}_kpts": MAIN[t, start:stop].ravel().tolist()
            for part, (start, stop) in parts.items()}
        for t in range(T)
    ]  # fmt: skip
    recording = sl.read(save(tmp_path / "a.json", coco(annotations, NAMES)))
    assert recording.skeleton is WHOLEBODY133
    np.testing.assert_allclose(recording.keypoints, MAIN[..., :2], rtol=1e-6)


def test_results_have_scores_unless_they_are_visibility():
    def third(v):
        (person,) = to_people([{"keypoints": [1, 2, v, 3, 4, 1]}], visibility=False)
        return np.reshape(person["keypoints"], (-1, 3))[:, 2].tolist()

    assert third(0.7) == [0.7, 1]
    assert third(1) == [1, 1]
    assert third(2) == [None, None]
    (person,) = to_people([{"keypoints": [1, 2, 0, 0, 0, 0]}], visibility=False)
    assert person["keypoints"] == [[1, 2, None], [None] * 3]  # zeros say nothing


def test_other_annotations(tmp_path):
    assert not is_coco({"images": 3, "annotations": []})
    value = coco([annotation(t + 100, MAIN[t, :17]) for t in range(T)])
    with pytest.raises(sl.InputError, match="annotations of the images in the file"):
        sl.read(save(tmp_path / "a.json", value))
    value = coco([annotation(t, MAIN[t, :14]) for t in range(T)])
    with pytest.raises(sl.InputError, match=r"keypoints, found 14 \(in all 6 frames\)"):
        sl.read(save(tmp_path / "a.json", value))
