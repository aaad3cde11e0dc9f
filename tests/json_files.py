"""The JSON of OpenPose, MediaPipe, MMPose and AlphaPose."""

from detected import body, landmarks, openpose_frame, openpose_person

MAIN, OTHER = body(137, 8, size=200), body(137, 8, at=(700, 300), size=80, seed=1)


def openpose(*bodies, t):
    people = [
        openpose_person(one[t, :25], one[t, 95:].reshape(2, 21, 3), one[t, 25:95]) for one in bodies
    ]
    return openpose_frame(*people)


FRACTIONS = body(75, 6, at=(0.5, 0.5), size=0.4, move=0.001)


SIZE = (1920.0, 1080.0)


POSES = [landmarks(FRACTIONS[t, :33]) for t in range(6)]


HANDS = [[landmarks(FRACTIONS[t, start : start + 21]) for t in range(6)] for start in (33, 54)]


def instance(values, **more):
    return {
        "keypoints": values[:, :2].tolist(), "keypoint_scores": values[:, 2].tolist(),
        "bbox": [[0, 0, 9, 9]], "bbox_score": 0.9, **more,
    }  # fmt: skip


def alphapose(*bodies, frames=range(8), name="{}.jpg"):
    return [
        {"image_id": name.format(t), "category_id": 1, "keypoints": one[t].ravel().tolist(),
         "score": 2.9, "box": [0, 0, 9, 9], "idx": [0.0]}
        for t in frames for one in bodies
    ]  # fmt: skip
