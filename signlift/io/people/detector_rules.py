"""Rules of what counts as observed: one for each detector, the same for every format.

| detector | minimum confidence | outside the image | why |
| --- | --- | --- | --- |
| MediaPipe | 0.3 | up to 5 % of its longer side | it places all 33 keypoints of the body in every frame, hips and legs below the image too |
| RTMPose, MMPose, AlphaPose, YOLO | 0.3 | up to 5 % of its longer side | the same; their own programs draw keypoints from 0.3 on |
| OpenPose | above 0 | anywhere | it leaves keypoints out by itself; correct wrists at rest have 0.06 to 0.3 |
| others, unknown | above 0 | anywhere | |

In every format a keypoint is missing where x or y is NaN or null, or where its confidence is 0 or
less, whatever its coordinates are. docs/checks.md has the measurements.
"""  # noqa: E501

from __future__ import annotations

from dataclasses import dataclass, replace

from signlift.core.skeleton import Skeleton


@dataclass(frozen=True)
class DetectorRule:
    """Rule of a detector.

    Attributes
    ----------
    detector
        Its name.
    skeletons
        Beginnings of the names of its skeletons.
    min_confidence
        Minimum confidence of an observed keypoint; 0 for any above 0.
    margin
        Maximum distance of an observed keypoint from the image, as a fraction of the image's longer
        side; None for no limit.
    """

    detector: str
    skeletons: tuple[str, ...]
    min_confidence: float = 0.0
    margin: float | None = None


MEDIAPIPE = DetectorRule("MediaPipe", ("mediapipe",), 0.3, 0.05)

#: All rules; the first whose skeletons fit is used.
RULES = (
    MEDIAPIPE,
    DetectorRule("OpenPose", ("openpose", "coco18")),
    DetectorRule(
        "RTMPose, MMPose, AlphaPose, YOLO",
        ("coco17", "wholebody", "halpe", "pose133", "pose136"),
        0.3,
        0.05,
    ),
    DetectorRule("other", ("",)),
)


def find_rule(skeleton: Skeleton, min_confidence: float | None = None) -> DetectorRule:
    """Find the rule for the detector of a skeleton.

    Parameters
    ----------
    skeleton
        The skeleton, which shows the detector.
    min_confidence
        Minimum confidence in place of that of the rule. With 0, keypoints outside the image are
        observed, too.

    Examples
    --------
    >>> from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE25
    >>> find_rule(MEDIAPIPE33).min_confidence, find_rule(OPENPOSE25).min_confidence
    (0.3, 0.0)
    """
    rule = next(rule for rule in RULES if skeleton.name.startswith(rule.skeletons))
    if min_confidence is None:
        return rule
    margin = rule.margin if min_confidence > 0 else None
    return replace(rule, min_confidence=min_confidence, margin=margin)
