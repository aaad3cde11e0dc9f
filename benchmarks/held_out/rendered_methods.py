"""Depth of rendered signers: from MediaPipe itself, and from signlift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.held_out.cases import Case, Prediction
from benchmarks.held_out.methods import (
    lift_with,
    predict_best_pose,
    predict_flat_hands,
    scale_depth,
)
from benchmarks.held_out.rendered_cases import Rendering
from benchmarks.rendered import BODY
from signlift.lifting.lifter import Lifter

#: MediaPipe's depth of the body is larger than the true one: the factor with the least error of the
#: wrists on these recordings. That of its hands is smaller.
BODY_FACTOR, HAND_FACTOR = 0.3, 1.4

#: Names of methods, for tables that show some of them.
WORLD, LIFTED = "MediaPipe's world landmarks", "signlift"
WITH_DEPTH = "signlift with MediaPipe's depth"

#: Methods that are also shown with the keypoints of MediaPipe's heavy model.
HEAVY_METHODS = (WORLD, LIFTED, WITH_DEPTH)


@dataclass(frozen=True, eq=False)
class Result:
    """The predictions of a method for a list of cases."""

    method: str
    cases: list[Case]
    predictions: list[Prediction]


def run_baselines(renderings: list[Rendering]) -> Iterator[Result]:
    """Yield the results of methods that need no model.

    Parameters
    ----------
    renderings
        The recordings, with the keypoints and the depth of one of MediaPipe's models.
    """
    cases = [each.case for each in renderings]
    depths, worlds = ([getattr(each, name) for each in renderings] for name in ("depth", "world"))
    body, hands = slice(None, BODY), slice(BODY, None)
    scaled = scale_depth(depths, BODY_FACTOR, body)
    enlarged = scale_depth([each.depth for each in scaled], HAND_FACTOR, hands)
    yield Result("best fixed pose and hand", cases, predict_best_pose(cases))
    yield Result("flat body and hand", cases, predict_flat_hands(cases))
    yield Result(WORLD, cases, scale_depth(worlds, 1.0, body))
    yield Result(f"MediaPipe's z: body × {BODY_FACTOR:g}", cases, scaled)
    yield Result(f"the same, hands × {HAND_FACTOR:g}", cases, enlarged)


def run_model(lifter: Lifter, renderings: list[Rendering]) -> Iterator[Result]:
    """Yield the results of a model in all its modes.

    Parameters
    ----------
    lifter
        A model that has not seen the motions.
    renderings
        As for `run_baselines`.
    """
    cases = [each.case for each in renderings]
    true = [each.with_true_keypoints() for each in renderings]
    deep = [each.with_detector_depth() for each in renderings]
    offline, causal = lift_with(lifter), lift_with(lifter, causal=True)
    yield Result(f"{LIFTED}, true 2D inside the image", true, offline(true))
    yield Result(LIFTED, cases, offline(cases))
    yield Result(WITH_DEPTH, deep, offline(deep))
    yield Result(
        f"{LIFTED}, pitch and field of view given", cases, lift_with(lifter, given_view=True)(cases)
    )
    yield Result(f"{LIFTED}, streaming", cases, causal(cases))
    yield Result(f"{WITH_DEPTH}, streaming", deep, causal(deep))
