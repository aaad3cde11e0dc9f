"""What is known of a signer's body, put together with what a network estimates."""

from __future__ import annotations

import math

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, GIVEN_LOG_ERROR, UPPER_BODY_LENGTHS
from signlift.lifting.network import Estimate

_NAMES = tuple(BONE_LENGTHS)

#: A network's error is b of a Laplace distribution, whose standard deviation is sqrt(2) b. What
#: users give and get are standard deviations.
_LOG_SQRT_2 = math.log(2) / 2

#: How far off a length may be that was measured, a standard deviation of its log.
MEASURED_ERROR = math.exp(GIVEN_LOG_ERROR + _LOG_SQRT_2)


def use_lengths(estimate: Estimate, given: BodyProportions | None) -> Estimate:
    """Put given lengths in the place of estimated ones.

    Given lengths are in a unit of their own; it is found by comparing the lengths of the upper
    body with their estimates, by the precision of both (all lengths, where none of the upper body
    are given). Measured lengths then take the place of the estimates. Lengths with an error of
    their own are averaged with the estimates, by the precision of either.

    Parameters
    ----------
    estimate
        [..., P], of the network.
    given
        What is known; None leaves the estimate as it is.

    Returns
    -------
    [..., P]: the same for what is not given, and for the distance to the camera. The log error is
    that of the proportions, for the network; how far off the unit may be is told beside it.
    """
    if given is None or not given.lengths:
        return estimate
    known = given.lengths
    numbers = [_NAMES.index(name) for name in known]
    logs = np.log(np.array(list(known.values())))
    errors = np.array([given.uncertainties.get(name, MEASURED_ERROR) for name in known])
    mean, log_error = estimate.mean.astype(np.float64), estimate.log_error.astype(np.float64)
    common = [i for i, name in enumerate(known) if name in UPPER_BODY_LENGTHS] or list(
        range(len(known))
    )
    columns = [numbers[i] for i in common]
    weights = 1 / (np.exp(2 * (log_error[..., columns] + _LOG_SQRT_2)) + errors[common] ** 2)
    offset = (weights * (mean[..., columns] - logs[common])).sum(-1) / weights.sum(-1)
    offset_error = weights.sum(-1) ** -0.5
    unit_error = np.zeros_like(mean)
    for i, (name, number) in enumerate(zip(known, numbers, strict=True)):
        told = logs[i] + offset
        if name not in given.uncertainties:
            mean[..., number], log_error[..., number] = told, GIVEN_LOG_ERROR
            unit_error[..., number] = offset_error
            continue
        mine = np.exp(-2 * (log_error[..., number] + _LOG_SQRT_2))
        theirs = 1 / errors[i] ** 2
        share = theirs / (mine + theirs)
        mean[..., number] += share * (told - mean[..., number])
        log_error[..., number] = -np.log(mine + theirs) / 2 - _LOG_SQRT_2
        unit_error[..., number] = share * offset_error
    return Estimate(
        mean.astype(np.float32), log_error.astype(np.float32), unit_error.astype(np.float32)
    )


def lengths_of(estimate: Estimate, scale: float) -> BodyProportions:
    """An estimate [P] as lengths in the recording's unit, with their errors, for users.

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
    errors = np.exp(estimate.log_error.astype(np.float64) + _LOG_SQRT_2)
    if estimate.unit_error is not None:
        errors = np.hypot(errors, estimate.unit_error)
    return BodyProportions(
        **lengths, uncertainties=dict(zip(_NAMES, errors[:-1].tolist(), strict=True))
    )
