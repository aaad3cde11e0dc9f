"""Groups of keypoints that measures are reported for."""

from __future__ import annotations

from signlift.core.skeleton import Skeleton

#: Keypoints of each group, by the names of panoptic26.
KEYPOINT_GROUPS = {
    "wrists": ("LHand", "RHand"),
    "elbows": ("LElbow", "RElbow"),
    "upper body": (
        *("Nose", "LEye", "REye", "LEar", "REar"),
        *("LShoulder", "RShoulder", "LElbow", "RElbow", "LHand", "RHand"),
    ),
}


def find_groups(skeleton: Skeleton) -> dict[str, list[int]]:
    """Return the numbers of the keypoints of each group that a skeleton has.

    Examples
    --------
    >>> import signlift as sl
    >>> find_groups(sl.COCO17)["wrists"]
    [9, 10]
    """
    numbers = {
        group: [number for name in names if (number := skeleton.find(name)) is not None]
        for group, names in KEYPOINT_GROUPS.items()
    }
    return {group: columns for group, columns in numbers.items() if columns}
