"""Faults are applied to simulated signers; people of all views and postures have none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signlift.core.recording import Recording
from signlift.core.skeleton import SKELETONS, get_skeleton
from signlift.core.skeleton_arrays import convert
from signlift.datasets.simulated import simulate_recording
from signlift.io.image_axes import correct_axes
from signlift.io.people.person_check import MIRRORED, find_fault

#: Skeletons of as many keypoints.
DOUBLES = (("coco17", "h36m17"), ("panoptic26", "halpe26"), ("panoptic67", "openpose67"))


def person(index=0, skeleton="coco17", **options):
    options = {"min_frames": 20, "max_frames": 20, "max_turn": 30, **options}
    recording = simulate_recording(3, index, skeleton=skeleton, **options)
    return replace(recording, depth=None)


def relabelled(recording, skeleton, label):
    """Keypoints in the order of one skeleton, which are said to have that of another."""
    keypoints = convert(recording.keypoints, recording.skeleton, get_skeleton(skeleton))
    return Recording(keypoints, label, name="clip")


@pytest.mark.parametrize("skeleton", [each.name for each in SKELETONS])
@pytest.mark.parametrize("upper_body", [0.0, 1.0])
def test_a_person_has_no_fault_on_any_skeleton(skeleton, upper_body):
    for index in range(4):
        recording = person(index, skeleton, upper_body=upper_body, max_turn=60, missing=0.1)
        assert find_fault(recording) is None


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.floats(0, 90), st.floats(0, 1))
def test_simulated_people_have_no_fault(index, max_turn, upper_body):
    recording = person(index, "openpose25", max_turn=max_turn, upper_body=upper_body)
    assert find_fault(recording) is None


def test_arms_that_point_to_the_camera_do_not_make_the_eyes_far_apart():
    recording = person(1, upper_body=1.0)
    keypoints = recording.keypoints.copy()
    for side in "LR":
        shoulder = recording.skeleton.index(f"{side}Shoulder")
        for part in ("Elbow", "Wrist"):
            arm = keypoints[:, recording.skeleton.index(f"{side}{part}")]
            arm[...] = keypoints[:, shoulder] + 0.28 * (arm - keypoints[:, shoulder])
    assert find_fault(replace(recording, keypoints=keypoints)) is None


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"flip_y": True}, "it below: correct y that points upwards with `flip_y`"),
        ({"rotate": 180}, "it below: correct an image that is upside down with `rotate` 180"),
        ({"rotate": 90}, "at the right: correct an image that lies on its side with `rotate` 270"),
        ({"rotate": 270}, "at the left: correct an image that lies on its side with `rotate` 90"),
        ({"mirror": True}, "correct mirrored keypoints with `mirror`, unless the person is seen"),
        (
            {"rotate": 90, "mirror": True},
            "at the left: correct x and y that are exchanged with `rotate` 90 and `mirror`",
        ),
    ],
)
@pytest.mark.parametrize("upper_body", [0.0, 1.0])
def test_axes_that_point_elsewhere(options, found, upper_body):
    for index in range(4):
        fault = find_fault(correct_axes(person(index, upper_body=upper_body), **options))
        assert fault is not None and found in fault.found


@pytest.mark.parametrize(
    ("faulty", "correction"),
    [
        ({"flip_y": True}, {"flip_y": True}),
        ({"rotate": 180}, {"rotate": 180}),
        ({"rotate": 90}, {"rotate": 270}),
        ({"rotate": 270}, {"rotate": 90}),
        ({"mirror": True}, {"mirror": True}),
    ],
)
def test_the_correction_that_is_named_gives_the_same_keypoints(faulty, correction):
    recording = replace(person(), size=(1280.0, 720.0))
    corrected = correct_axes(correct_axes(recording, **faulty), **correction)
    np.testing.assert_allclose(corrected.keypoints, recording.keypoints, atol=1e-3)
    assert (corrected.size, find_fault(corrected)) == (recording.size, None)


def test_exchanged_x_and_y_are_corrected_by_a_rotation_and_a_reflection():
    recording = person()
    exchanged = replace(recording, keypoints=recording.keypoints[..., ::-1].copy())
    assert "`rotate` 90 and `mirror`" in find_fault(exchanged).found
    corrected = correct_axes(exchanged, rotate=90, mirror=True)
    moved = corrected.keypoints - recording.keypoints
    np.testing.assert_allclose(moved - np.nanmean(moved, (0, 1)), 0 * moved, atol=1e-3)


@pytest.mark.parametrize("upper_body", [0.0, 1.0])
@pytest.mark.parametrize(
    ("skeleton", "label"), [pair[::step] for pair in DOUBLES for step in (1, -1)]
)
def test_another_order_of_as_many_keypoints_is_named(skeleton, label, upper_body):
    for index in range(4):
        recording = relabelled(person(index, "halpe26", upper_body=upper_body), skeleton, label)
        fault = find_fault(recording)
        assert fault is not None and fault.expected == f"a person on {label}"
        assert fault.found.endswith(f"the order is that of {skeleton} (`skeleton`)")


def test_a_skeleton_that_the_file_names_is_not_doubted():
    fault = find_fault(relabelled(person(), "h36m17", "coco17"), named=True)
    assert fault is not None and "`" not in fault.found


def test_most_shuffled_keypoints_are_no_body():
    rng = np.random.default_rng(0)
    people = [person(index, "openpose25") for index in range(20)]
    faults = [
        find_fault(replace(each, keypoints=each.keypoints[:, rng.permutation(25)]))
        for each in people
    ]
    order = "check the order of the keypoints (`skeleton`)"
    assert sum(fault is not None and order in fault.found for fault in faults) >= 18


def test_proportions_that_no_person_has():
    recording = person()
    wide = recording.keypoints * np.float32([2.8, 1])
    fault = find_fault(replace(recording, keypoints=wide), sized=True)
    assert fault.found.endswith("the width and the height of the image (`size`)")
    wide[:, :5] = np.nan
    fault = find_fault(replace(recording, keypoints=wide))
    assert fault.found.startswith("shoulders that are much wider than the trunk is long: check the")
    one_place = replace(recording, keypoints=np.full_like(recording.keypoints, 5))
    assert find_fault(one_place).found == "all keypoints in one place"
    arm = recording.keypoints.copy()
    arm[:, recording.skeleton.index("LWrist"), 0] += 4000
    assert "a wrist far from its elbow" in find_fault(replace(recording, keypoints=arm)).found
    crossed = recording.keypoints.copy()
    hips = [recording.skeleton.index(side + "Hip") for side in "LR"]
    crossed[:, hips] = crossed[:, hips[::-1]]
    found = find_fault(replace(recording, keypoints=crossed)).found
    assert "shoulders and hips in opposite orders" in found


def test_a_person_from_behind_without_a_face_has_no_fault():
    recording = correct_axes(person(), mirror=True)
    assert find_fault(recording) == MIRRORED
    keypoints = recording.keypoints.copy()
    face = [recording.skeleton.index(name) for name in ("Nose", "LEye", "REye")]
    keypoints[:, face] = np.nan
    assert find_fault(replace(recording, keypoints=keypoints)) is None
    confidence = np.ones(keypoints.shape[:2])
    confidence[:, face] = 0.1
    assert find_fault(replace(recording, confidence=confidence)) is None


@pytest.mark.parametrize("options", [{"mirror": True}, {"flip_y": True}, {"rotate": 90}])
@pytest.mark.parametrize("skeleton", ["coco17", "openpose25", "mediapipe33"])
def test_faults_are_noticed_where_a_third_of_the_keypoints_is_missing(options, skeleton):
    recording = person(skeleton=skeleton, min_frames=60, max_frames=60)
    recording = correct_axes(recording, **options)
    keypoints = recording.keypoints.copy()
    keypoints[np.random.default_rng(0).random(keypoints.shape[:2]) < 0.3] = np.nan
    fault = find_fault(replace(recording, keypoints=keypoints))
    assert f"`{next(iter(options))}`" in fault.found


def test_one_shoulder_and_a_face_show_an_upside_down_person():
    for index in (1, 2, 5):
        keypoints = correct_axes(person(index), flip_y=True).keypoints.copy()
        keypoints[:, [6, *range(11, 17)]] = np.nan
        assert "`flip_y`" in find_fault(Recording(keypoints, "coco17")).found


@pytest.mark.parametrize("place", [(-999, -999), (-2, -2), (1e5, 1e5), (9000, -500)])
@pytest.mark.parametrize("fraction", [0.2, 0.7])
def test_a_place_far_away_stands_for_missing_keypoints(place, fraction):
    recording = person(min_frames=60, max_frames=60)
    keypoints = recording.keypoints.copy()
    keypoints[:, 7][np.random.default_rng(0).random(60) < fraction] = place
    found = find_fault(replace(recording, keypoints=keypoints)).found
    text = f"keypoints at ({place[0]:g}, {place[1]:g}), far away from the body: write NaN where"
    assert found.startswith(text)


def test_depth_tells_a_person_from_behind_from_a_mirrored_one():
    front = simulate_recording(3, 0, min_frames=20, max_frames=20)
    mirrored = correct_axes(front, mirror=True)
    assert find_fault(mirrored) == MIRRORED
    assert find_fault(replace(mirrored, depth=-mirrored.depth)) is None


def test_too_little_is_not_judged():
    skeleton = get_skeleton("coco17")
    empty = Recording(np.full((5, 17, 2), np.nan), skeleton)
    assert find_fault(empty) is None
    assert find_fault(Recording(np.zeros((0, 17, 2)), skeleton)) is None
    two = np.full((5, 17, 2), np.nan)
    two[:, 5:7] = [[10, 5], [2, 5]]
    assert find_fault(Recording(two, skeleton)) is None


def test_arms_and_legs_without_shoulders_are_in_doubt():
    recording = person()
    keypoints = recording.keypoints.copy()
    keypoints[:, [recording.skeleton.index(side + "Shoulder") for side in "LR"]] = np.nan
    fault = find_fault(replace(recording, keypoints=keypoints))
    assert fault.found == "no shoulders: check the order of the keypoints (`skeleton`)"
    keypoints[:, 5:] = np.nan
    assert find_fault(replace(recording, keypoints=keypoints)) is None


def test_hands_belong_at_their_wrists():
    recording = person(skeleton="panoptic67")
    keypoints = recording.keypoints.copy()
    left, right = (
        [recording.skeleton.index(name) for name in recording.skeleton.keypoints[25:]][begin:end]
        for begin, end in ((21, 42), (0, 21))
    )
    keypoints[:, left], keypoints[:, right] = keypoints[:, right], keypoints[:, left]
    fault = find_fault(replace(recording, keypoints=keypoints))
    assert fault.found.startswith("a hand away from its wrist")
    keypoints[:, left] = keypoints[:, right] = keypoints[:, :1]  # placeholders
    assert find_fault(replace(recording, keypoints=keypoints)) is None


def test_a_few_bad_frames_are_no_fault():
    recording = person(min_frames=60, max_frames=60)
    keypoints = recording.keypoints.copy()
    keypoints[::12] = 700 - keypoints[::12]
    assert find_fault(replace(recording, keypoints=keypoints)) is None


@given(
    st.sampled_from(SKELETONS),
    st.integers(0, 3),
    st.sampled_from([0.0, 1.0, np.nan, 1e30, -1e30]),
    st.integers(0, 2**32 - 1),
)
def test_any_keypoints_are_judged_without_an_error(skeleton, frames, value, seed):
    rng = np.random.default_rng(seed)
    keypoints = rng.normal(0, 100, (frames, len(skeleton), 2))
    keypoints[rng.random(keypoints.shape) < 0.5] = value
    fault = find_fault(Recording(keypoints, skeleton))
    assert fault is None or "\n" not in fault.line("clip")
