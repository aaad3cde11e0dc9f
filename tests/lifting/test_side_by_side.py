"""Recordings of different lengths are lifted side by side as each is alone."""

from dataclasses import replace

import numpy as np
import pytest
from lifting_nets import random_lifter, signer

import signlift as sl
from signlift.lifting import side_by_side

UPPER = ("LShoulder", "RShoulder", "Neck")
LENGTHS = [1, 40, 250, 7, 600, 41]


@pytest.fixture(scope="module")
def lifter(tmp_path_factory):
    return random_lifter(tmp_path_factory.mktemp("net"))


def clips(skeleton="panoptic26"):
    """Yield parts of a recording, one of which has no frames."""
    whole = signer(700, missing=0.1)
    if skeleton != "panoptic26":
        rng = np.random.default_rng(0)
        whole = sl.Recording(
            rng.normal(300, 50, (700, 137, 2)), skeleton, confidence=rng.random((700, 137)), fps=25
        )
    return [
        *(
            replace(whole[start : start + length], fps=20.0 + start, name=f"clip{start}")
            for start, length in enumerate(LENGTHS)
        ),
        whole[:0],
    ]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("skeleton", ["panoptic26", "openpose137"], ids=str)
def test_each_recording_is_lifted_as_it_is_alone(lifter, skeleton, causal):
    recordings = clips(skeleton)
    options = {"causal": causal, "complete": True, "pitch": 5.0}
    lifted = list(lifter.lift_all(recordings, **options))
    assert [len(each) for each in lifted] == [*LENGTHS, 0]
    for recording, together in zip(recordings, lifted, strict=True):
        alone = lifter.lift(recording, **options)
        assert together.name == alone.name and together.notes == alone.notes
        for name in ("keypoints", "depth", "depth_uncertainty", "confidence"):
            values, expected = getattr(together, name), getattr(alone, name)
            np.testing.assert_allclose(values, expected, rtol=1e-4, atol=0.02)


def test_recordings_are_taken_as_they_are_needed(lifter, monkeypatch):
    monkeypatch.setattr(side_by_side, "_MAX_RECORDINGS", 2)
    taken = []

    def take():
        for each in clips():
            taken.append(each.name)
            yield each

    lifted = lifter.lift_all(take())
    assert taken == []
    assert next(lifted).name == "clip0"
    assert len(taken) == 3  # two, and the first one of the next group
    assert len(list(lifted)) == len(LENGTHS)


def test_memory_limits_how_many_are_side_by_side(monkeypatch):
    monkeypatch.setattr(side_by_side, "_MAX_FRAMES", 1000)
    groups = [[len(each) for each in group] for group in side_by_side._group(clips())]
    assert groups == [[1, 40, 250, 7], [600], [41, 0]]
    assert [length for group in groups for length in group] == [*LENGTHS, 0]


def test_what_cannot_be_lifted_is_an_error_in_its_place(lifter):
    good, bad = clips()[1], replace(clips()[1], fps=2000.0, name="bad")
    lifted = lifter.lift_all([good, good, bad, good])
    assert len([next(lifted), next(lifted)]) == 2
    with pytest.raises(sl.InputError, match="bad: fps"):
        next(lifted)
    with pytest.warns(sl.InputWarning, match="hands: .*a guess"):
        hands = replace(good, keypoints=good.keypoints.copy(), name="hands")
        hands.keypoints[:, [sl.PANOPTIC26.index(name) for name in UPPER]] = np.nan
        list(lifter.lift_all([hands]))
    with pytest.raises(sl.InputError, match="pitch"):
        next(lifter.lift_all([good], pitch=80.0))
    assert list(lifter.lift_all([])) == []
