"""What is known of a signer's body, put together with what a network estimates."""

from __future__ import annotations

import math

import numpy as np

from signlift.lengths import LENGTHS
from signlift.lifting.body_lengths import UPPER_BODY, BodyLengths
from signlift.lifting.network import Estimate
from signlift.model.graphs import GIVEN_LOG_ERROR

_NAMES = tuple(LENGTHS)


def use_lengths(estimate: Estimate, given: BodyLengths | None) -> Estimate:
    """Put given lengths in the place of estimated ones.

    Given lengths are in a unit of their own; it is found by comparing the lengths of the upper
    body with their estimates, those that are surer counting more (all lengths, where none of the
    upper body are given). Measured lengths then take the place of the estimates. Lengths with an
    error of their own are averaged with the estimates, by the precision of either.

    Parameters
    ----------
    estimate
        [..., P], of the network.
    given
        What is known; None leaves the estimate as it is.

    Returns
    -------
    [..., P]: the same for what is not given, and for the distance to the camera.
    """
    if given is None or not given.known:
        return estimate
    known = given.known
    numbers = [_NAMES.index(name) for name in known]
    logs = np.log(np.array(list(known.values())))
    mean, log_error = estimate.mean.astype(np.float64), estimate.log_error.astype(np.float64)
    common = [i for i, name in enumerate(known) if name in UPPER_BODY] or list(range(len(known)))
    columns = [numbers[i] for i in common]
    weights = np.exp(-2 * log_error[..., columns])
    offset = (weights * (mean[..., columns] - logs[common])).sum(-1) / weights.sum(-1)
    for i, name in enumerate(known):
        number = numbers[i]
        told = logs[i] + offset
        error = given.errors.get(name)
        if error is None:
            mean[..., number], log_error[..., number] = told, GIVEN_LOG_ERROR
            continue
        mine, theirs = np.exp(-2 * log_error[..., number]), 1 / error**2
        mean[..., number] = (mine * mean[..., number] + theirs * told) / (mine + theirs)
        log_error[..., number] = -np.log(mine + theirs) / 2
    return Estimate(mean.astype(np.float32), log_error.astype(np.float32))


def lengths_of(estimate: Estimate, scale: float) -> BodyLengths:
    """An estimate [P] as lengths in the recording's unit, with their errors.

    Parameters
    ----------
    estimate
        [P], in units of the scale.
    scale
        What a unit of the estimate is in the recording's unit.
    """
    lengths = {
        name: math.exp(float(estimate.mean[number])) * scale for number, name in enumerate(_NAMES)
    }
    errors = {name: math.exp(float(estimate.log_error[i])) for i, name in enumerate(_NAMES)}
    return BodyLengths(**lengths, errors=errors)
