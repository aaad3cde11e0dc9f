"""Keypoints that a simulated detector does not find, and those that it confuses."""

import numpy as np
import pytest
from perfect_detector import SCALE, missing, person, run

from signlift.core.skeleton import PANOPTIC26


def test_gaps_are_short_and_long():
    out, _ = run({"missing_fraction": 0.15}, person(400, 300))
    # Squares of a mean of uniform numbers: the mean is about a third of the maximum.
    assert missing(out, "LElbow", "RElbow").mean() == pytest.approx(0.15 * 0.3, rel=0.25)
    assert missing(out, "LHand").mean() > 1.5 * missing(out, "LElbow").mean()
    assert missing(out, "LShoulder").mean() < 0.7 * missing(out, "LElbow").mean()
    padded = np.pad(missing(out, "LHand")[..., 0], ((0, 0), (1, 1))).astype(int)
    ends = np.diff(padded, axis=1)
    lengths = np.nonzero(ends == -1)[1] - np.nonzero(ends == 1)[1]
    assert 0.2 < (lengths == 1).mean() < 0.6
    assert 0.01 < (lengths > 15).mean() < 0.3


def test_empty_frames():
    out, _ = run({"empty_fraction": 0.3})
    lost = np.isnan(out[..., 0])
    np.testing.assert_array_equal(lost.any(-1), lost.all(-1))
    assert 0.05 < lost.mean() < 0.2


@pytest.mark.parametrize(
    ("kind", "lost", "kept"),
    [
        ("legs", ["LAnkle", "RBigToe"], ["LHip", "LElbow", "LHand"]),
        ("waist", ["LKnee", "RAnkle"], ["LElbow", "LHand", "Neck"]),
        ("chest", ["LHip", "MidHip"], ["LShoulder", "Nose"]),
    ],
)
def test_below_the_edge_of_the_image(kind, lost, kept):
    edge = {f"{kind}_probability": 1.0}
    out, _ = run(edge)
    assert missing(out, *lost).all() and not missing(out, *kept).any()
    elbows = missing(out, "LElbow").all(1).mean()
    assert (0.2 < elbows < 0.8) == (kind == "chest")
    hips = missing(out, "LHip").mean()
    assert {"legs": hips == 0, "waist": 0.5 < hips < 0.95, "chest": hips == 1}[kind]
    guessed, confidence = run(edge | {"guess_probability": 1.0})
    assert not np.isnan(guessed).any()
    number = PANOPTIC26.index(lost[0])
    nose = PANOPTIC26.index("Nose")
    assert confidence[:, :, number].mean() < 0.4 < 0.9 < confidence[:, :, nose].mean()
    assert (guessed - person(60, 200))[:, :, number].std() > 0.05 * SCALE


def test_keypoints_leave_and_enter_at_a_swaying_edge():
    out, _ = run({"waist_probability": 1.0, "sway_probability": 1.0})
    hips = missing(out, "LHip")[..., 0]
    assert (hips.any(1) & ~hips.all(1)).mean() > 0.1


def test_outside_the_image():
    out, _ = run({}, image_size=np.full((60, 2), 530.0, np.float32))
    assert missing(out, "LShoulder", "LHip").all() and not missing(out, "RShoulder", "Neck").any()


def test_keypoints_hidden_by_the_head():
    keypoints = person(60, 3)
    nose = PANOPTIC26.index("Nose")
    keypoints[:, 1, nose, 0] += 0.3 * SCALE  # turned far to the left
    face = [PANOPTIC26.index(n) for n in ("LEar", "REar", "LEye", "REye")]
    keypoints[:, 2, face, 0] = 1000 - keypoints[:, 2, face, 0]  # from behind
    out, _ = run({"hidden_face_probability": 1.0}, keypoints)
    assert not np.isnan(out[:, 0]).any()
    assert missing(out, "LEar")[:, 1].all()
    assert not missing(out, "REar", "Nose", "LEye")[:, 1].any()
    assert missing(out, "Nose", "LEye", "REye")[:, 2].all()
    assert not missing(out, "LEar", "REar", "Neck")[:, 2].any()


def test_wrists_snap_to_each_other_when_near():
    left, right = PANOPTIC26.index("LHand"), PANOPTIC26.index("RHand")
    keypoints = person(60, 200)
    out, _ = run({"snap_fraction": 1.0}, keypoints)
    same = np.abs(out[:, :, left] - out[:, :, right]).max(-1) < 0.1
    assert 0.15 < same.mean() < 0.6
    moved = np.abs(out - keypoints).max(-1) > 1
    assert (moved[..., [left, right]].sum(-1) == same).all()
    assert not np.delete(moved, [left, right], -1).any()
    keypoints[:, :, left, 0] += SCALE
    out, _ = run({"snap_fraction": 1.0}, keypoints)
    np.testing.assert_allclose(out, keypoints, atol=0.01)


def test_sides_are_swapped_for_some_time():
    keypoints = person(300, 60)
    out, _ = run({"swap_fraction": 1.0}, keypoints)
    moved = np.abs(out - keypoints).max(-1) > 1
    names = np.array(PANOPTIC26.keypoints)
    kinds = {tuple(names[frame]) for frame in moved.reshape(-1, 26)}
    arms = ("LElbow", "LHand", "RElbow", "RHand")
    assert len(kinds) == 3 and () in kinds and arms in kinds
    # One in five recordings, each for a third of its frames.
    assert 0.1 < moved.any((1, 2)).mean() < 0.3
    assert moved.any(-1).mean() == pytest.approx(0.2 / 3, abs=0.03)
