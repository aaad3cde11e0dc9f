"""People, clips and frames in the JSON files of many programs."""

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person, save
from json_forms import MAIN, ONE, OTHER, SIZE, T, check, flat, pifpaf, yolo

import signlift as sl
from signlift.core.skeleton import OPENPOSE25


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
