"""JSON that holds no keypoints that can be lifted."""

import pytest
from detected import save
from json_forms import MAIN, NAMES, ONE, flat

import signlift as sl

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


def test_lists_in_place_of_numbers_are_refused(tmp_path):
    frames = [[{"name": name, "x": [3, 4], "y": [1, 2], "score": [1, 1]} for name in NAMES]]
    with pytest.raises(sl.InputError, match="numbers in lists of equal length, found lists"):
        sl.read(save(tmp_path / "clip.json", frames))
