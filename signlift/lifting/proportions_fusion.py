"""Fusion of given body proportions with those that a network estimates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, GIVEN_LOG_SCALE, UPPER_BODY_LENGTHS
from signlift.lifting.network_data import ProportionsEstimate

_NAMES = tuple(BONE_LENGTHS)

#: The networks' log_scale is log b of a Laplace distribution, whose standard deviation is
#: sqrt(2) b. Users give and get standard deviations.
_LOG_SQRT_2 = math.log(2) / 2

#: The uncertainty of a measured length: a standard deviation of its log.
MEASURED_STD = math.exp(GIVEN_LOG_SCALE + _LOG_SQRT_2)


def fuse_proportions(
    estimate: ProportionsEstimate, given: BodyProportions | None
) -> ProportionsEstimate:
    """Fuse given proportions with an estimate.

    The unit of given proportions is unknown. It is estimated from the lengths of the upper body
    (from all lengths if none of those are given), weighted by the precision of the given and the
    estimated values. Then given lengths without an uncertainty, which count as measured, replace
    the estimates; those with an uncertainty are averaged with the estimates, weighted by
    precision.

    Parameters
    ----------
    estimate
        [..., P], from the network.
    given
        The given proportions; None returns the estimate unchanged.

    Returns
    -------
    [..., P]. Lengths that are not given, and the distance to the camera, are unchanged.
    `log_scale` is the uncertainty of the proportions, which the network takes; that of the unit
    is in `unit_std`.
    """
    if given is None or not given.lengths:
        return estimate
    lengths = given.lengths
    columns = [_NAMES.index(name) for name in lengths]
    logs = np.log(np.array(list(lengths.values())))
    stds = np.array([given.uncertainties.get(name, MEASURED_STD) for name in lengths])
    mean, log_scale = estimate.mean.astype(np.float64), estimate.log_scale.astype(np.float64)

    # The log of the given unit, in units of the scale: an average weighted by precision.
    common = [i for i, name in enumerate(lengths) if name in UPPER_BODY_LENGTHS] or list(
        range(len(lengths))
    )
    common_columns = [columns[i] for i in common]
    variances = np.exp(2 * (log_scale[..., common_columns] + _LOG_SQRT_2)) + stds[common] ** 2
    weights = 1 / variances
    total = weights.sum(-1)
    log_unit = (weights * (mean[..., common_columns] - logs[common])).sum(-1) / total
    log_unit_std = total**-0.5

    unit_std = np.zeros_like(mean)
    for i, (name, column) in enumerate(zip(lengths, columns, strict=True)):
        given_log = logs[i] + log_unit
        if name not in given.uncertainties:
            mean[..., column], log_scale[..., column] = given_log, GIVEN_LOG_SCALE
            unit_std[..., column] = log_unit_std
            continue
        estimated_precision = np.exp(-2 * (log_scale[..., column] + _LOG_SQRT_2))
        given_precision = 1 / stds[i] ** 2
        weight = given_precision / (estimated_precision + given_precision)
        mean[..., column] += weight * (given_log - mean[..., column])
        log_scale[..., column] = -np.log(estimated_precision + given_precision) / 2 - _LOG_SQRT_2
        unit_std[..., column] = weight * log_unit_std
    return ProportionsEstimate(
        mean.astype(np.float32), log_scale.astype(np.float32), unit_std.astype(np.float32)
    )


def to_body_proportions(estimate: ProportionsEstimate, scale: float) -> BodyProportions:
    """Convert an estimate [P] to lengths in the recording's unit, with standard deviations.

    Parameters
    ----------
    estimate
        [P], in units of the scale.
    scale
        The recording's scale, in its unit.
    """
    lengths: dict[str, Any] = {
        name: math.exp(float(estimate.mean[column])) * scale for column, name in enumerate(_NAMES)
    }
    stds = np.exp(estimate.log_scale.astype(np.float64) + _LOG_SQRT_2)
    if estimate.unit_std is not None:
        stds = np.hypot(stds, estimate.unit_std)
    return BodyProportions(**lengths, uncertainties=dict(zip(_NAMES, stds.tolist(), strict=False)))
