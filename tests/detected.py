"""People as the detectors write them, for the tests of readers."""

import json

import numpy as np


def body(J, T=6, at=(300, 200), size=100, seed=0, move=2.0):
    """[T, J, 3], x, y and confidence of somebody who moves a little."""
    rng = np.random.default_rng(seed)
    rest = rng.uniform(-0.5, 0.5, (J, 2)) * size + at
    walk = rest + np.cumsum(rng.normal(0, move, (T, J, 2)), 0)
    return np.concatenate([walk, rng.uniform(0.35, 1, (T, J, 1))], -1).round(3)


def openpose_person(values, hands=None, face=None):
    """One of the `people`: [25 or 18, 3], [2, 21, 3] and [70, 3]."""
    left, right = (None, None) if hands is None else hands
    flat = {
        "pose_keypoints_2d": values,
        "hand_left_keypoints_2d": left,
        "hand_right_keypoints_2d": right,
        "face_keypoints_2d": face,
    }
    lists = {key: [] if part is None else np.ravel(part).tolist() for key, part in flat.items()}
    return {"person_id": [-1], **lists, "pose_keypoints_3d": []}


def openpose_frame(*people):
    return {"version": 1.3, "people": list(people)}


def save(path, value):
    path.write_text(json.dumps(value))
    return path


def save_frames(directory, frames, name="clip_{:012d}_keypoints.json", first=0):
    """A file for each frame that is not None."""
    directory.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(frames, first):
        if frame is not None:
            save(directory / name.format(number), frame)
    return directory


def landmarks(values, size=(1, 1)):
    """MediaPipe's landmark objects of [n, 3]."""
    return [
        {"x": x / size[0], "y": y / size[1], "z": -0.1, "visibility": c}
        for x, y, c in np.asarray(values).tolist()
    ]
