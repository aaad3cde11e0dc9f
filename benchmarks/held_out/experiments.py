"""Measure a model on a source of motion in all conditions, and on rendered signers by view."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, compress
from pathlib import Path

import numpy as np

from benchmarks.held_out.cases import Case
from benchmarks.held_out.conditions import CONDITIONS, Condition
from benchmarks.held_out.measures import Score, measure
from benchmarks.held_out.methods import lift_with, predict_best_pose, predict_flat_hands
from benchmarks.held_out.motion_cases import WIDE_TURN, Source, read_cases
from benchmarks.held_out.rendered_cases import VIEWS, read_renderings
from benchmarks.held_out.rendered_methods import HEAVY_METHODS, Result, run_baselines, run_model
from signlift.lifting.lifter import Lifter


def measure_source(
    lifter: Lifter, data: Path, source: Source, *, step: int = 1, seed: int = 0
) -> Iterator[tuple[str, Score]]:
    """Yield the names and the scores of baselines, and of a model in all conditions.

    Parameters
    ----------
    lifter
        A model that has not seen the source.
    data
        DATA.
    source
        The source of motion.
    step
        Take each clip of this number.
    seed
        Random seed of cameras and simulated detectors.
    """
    cases = read_cases(data, source, step=step, seed=seed)
    yield "best fixed pose and hand, clean", measure(cases, predict_best_pose(cases))
    yield "flat body and hand, clean", measure(cases, predict_flat_hands(cases))
    for condition in CONDITIONS:
        if not _applies(condition, cases):
            continue
        filmed = cases
        if condition.wide:
            filmed = read_cases(data, source, max_turn=WIDE_TURN, step=step, seed=seed)
        changed = condition.change(np.random.default_rng(seed), filmed)
        method = lift_with(
            lifter, causal=condition.causal, given=condition.given, given_view=condition.given_view
        )
        yield condition.name, measure(changed, method(changed))


def _applies(condition: Condition, cases: list[Case]) -> bool:
    """Return False where the condition needs something that is not known of the cases."""
    if condition.given:
        return all(case.proportions is not None for case in cases)
    if condition.wide or condition.given_view:
        return all(case.fov is not None for case in cases)
    return True


def measure_rendered(
    lifter: Lifter, directory: Path, *, step: int = 1
) -> dict[str, dict[str, Score]]:
    """Measure all methods on rendered signers.

    Parameters
    ----------
    lifter
        A model that has not seen the motions.
    directory
        The directory of the recordings.
    step
        Take each recording of this number.

    Returns
    -------
    The scores by method; of each method by view, by recording, and of all as "all".
    """
    scores: dict[str, dict[str, Score]] = {}
    for heavy in (False, True):
        renderings = read_renderings(directory, heavy=heavy, step=step)
        for result in chain(run_baselines(renderings), run_model(lifter, renderings)):
            if heavy and result.method not in HEAVY_METHODS:
                continue
            name = f"{result.method} (heavy model)" if heavy else result.method
            scores[name] = _measure_views(result, [each.view for each in renderings])
    return scores


def _measure_views(result: Result, views: list[str]) -> dict[str, Score]:
    """Measure all recordings, those of each view, and each."""
    scores = {"all": measure(result.cases, result.predictions)}
    for view in VIEWS:
        chosen = [each == view for each in views]
        cases = list(compress(result.cases, chosen))
        if cases:
            scores[view] = measure(cases, list(compress(result.predictions, chosen)))
    for case, prediction in zip(result.cases, result.predictions, strict=True):
        scores[case.recording.name] = measure([case], [prediction])
    return scores
