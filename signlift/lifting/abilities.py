"""The abilities of a model, and the message about a missing one."""

from __future__ import annotations

from signlift.errors import InputError, problem
from signlift.lifting.network import LiftingNetwork, Network


def require_abilities(
    network: Network,
    where: str,
    *,
    proportions: bool = False,
    view: bool = False,
    uncertainty: bool = False,
    completion: bool = False,
) -> None:
    """Raise InputError if a network cannot lift, or lacks a required ability.

    Parameters
    ----------
    network
        The network.
    where
        What to call it in messages: its path.
    proportions
        Use given proportions, and estimate them.
    view
        Use a given pitch and field of view.
    uncertainty
        Estimate the uncertainty of depth.
    completion
        Complete missing keypoints.

    Raises
    ------
    InputError
        It was trained in the canonical frame, or is a DepthLSTM that would need an ability.
    """
    if network.reference_frame != "camera":
        found = (
            f"a model of the {network.reference_frame} frame, "
            "into which keypoints cannot be rotated without true depth"
        )
        raise InputError(problem(where, expected="a model of the camera frame", found=found))
    if isinstance(network, LiftingNetwork):
        return
    requirements = {
        "uses body proportions": proportions,
        "uses the view": view,
        "estimates uncertainty": uncertainty,
        "completes keypoints": completion,
    }
    problems = [
        problem(where, expected=f"a model that {ability}", found="a DepthLSTM")
        for ability, required in requirements.items()
        if required
    ]
    if problems:
        raise InputError(problems)
