"""KeypointPlan: where the keypoints of a frame go, as numbers that are found once per skeleton."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS
from signlift.core.skeleton import Skeleton
from signlift.lifting.hands.hand_frames import HandColumns, hand_columns, has_hands
from signlift.lifting.network_data import Prediction
from signlift.lifting.skeleton_mapping import map_from_network
from signlift.utils.array_types import Float, Int

#: Keypoints of the network's skeleton that a step looks at one by one, in this order.
LOOKED_AT = (
    *("Neck", "MidHip", "LShoulder", "RShoulder", "LHip", "RHip", "LEar", "REar"),
    *("LHand", "RHand", "Nose", "LEye", "REye"),
)

#: Then the wrists of the hands.
HAND_ROOTS = ("LHandRoot", "RHandRoot")


@dataclass(frozen=True, eq=False)
class KeypointPlan:
    """The way from the K keypoints of a frame to the J of a network's skeleton, and back.

    A frame is stored with one more column, K, of a keypoint that is always missing.

    Attributes
    ----------
    columns
        [N], the columns of the network's keypoints, then those of both hands' (42) if the skeleton
        has hands.
    looked_at
        [15], the columns of `LOOKED_AT` and `HAND_ROOTS`.
    places
        The numbers of `LOOKED_AT` in the network's skeleton.
    derives
        Whether Neck and MidHip are the middles of the shoulders and of the hips; those are -1 for a
        skeleton that is the network's own.
    hands
        The columns of the hands; None for a skeleton without them.
    depth, uncertainty, refined
        [J, K], what the network's values are multiplied with; NaN in the columns of keypoints that
        it does not have.
    """

    columns: Int[np.ndarray, " N"]
    looked_at: Int[np.ndarray, " 15"]
    places: tuple[int, ...]
    derives: tuple[bool, bool]
    hands: HandColumns | None
    depth: Float[np.ndarray, "J K"]
    uncertainty: Float[np.ndarray, "J K"]
    refined: Float[np.ndarray, "J K"]


@lru_cache(maxsize=32)
def keypoint_plan(network: Skeleton, skeleton: Skeleton) -> KeypointPlan:
    """Return the plan for frames of a skeleton.

    Parameters
    ----------
    network
        The network's skeleton, with all of `LOOKED_AT`.
    skeleton
        That of the frames.
    """
    K = len(skeleton)

    def find(name: str) -> int:
        number = skeleton.find(name)
        return K if number is None else number

    columns = np.array([find(name) for name in network.keypoints])
    hands = hand_columns(skeleton) if has_hands(skeleton) else None
    if hands is not None:
        columns = np.concatenate([columns, np.where(hands.inputs < 0, K, hands.inputs).ravel()])
    same = network == skeleton
    maps = map_from_network(
        Prediction(*(np.eye(len(network), dtype=np.float32),) * 2, _twice(len(network))),
        np.zeros((len(network), len(network), 2), np.float32),
        network,
        skeleton,
    )
    assert maps.uncertainty is not None and maps.refined is not None
    return KeypointPlan(
        columns=columns,
        looked_at=np.array([find(name) for name in (*LOOKED_AT, *HAND_ROOTS)]),
        places=tuple(network.index(name) for name in LOOKED_AT),
        derives=(
            not same and skeleton.find_ends("Neck") is not None,
            not same and skeleton.find_ends("MidHip") is not None,
        ),
        hands=hands,
        depth=np.ascontiguousarray(maps.depth),
        uncertainty=np.ascontiguousarray(maps.uncertainty),
        refined=np.ascontiguousarray(maps.refined[..., 0]),
    )


def _twice(count: int) -> Float[np.ndarray, "J J 2"]:
    return np.stack([np.eye(count, dtype=np.float32)] * 2, -1)


def is_planned(network: Skeleton) -> bool:
    """Return True if a network's skeleton has all keypoints that a step looks at."""
    return all(name in network.keypoints for name in (*LOOKED_AT, *HEAD_KEYPOINTS))
