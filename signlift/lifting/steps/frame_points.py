"""FramePoints: the keypoints of one frame, where a network expects them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signlift.core.face.face_landmarks import has_face
from signlift.core.skeleton import Skeleton
from signlift.lifting.steps.head_placer import HeadPlacer
from signlift.lifting.steps.keypoint_plan import KeypointPlan
from signlift.utils.array_types import Float, Int

_NAN = float("nan")

#: x, y, confidence and detector depth of a keypoint.
Row = Sequence[float]

# Places in `keypoint_plan.LOOKED_AT`.
_NECK, _MID_HIP, _LEFT_SHOULDER, _LEFT_HIP = 0, 1, 2, 4
_HEAD = (10, 11, 12, 6, 7)

#: The wrists of the body and of the hands among the rows, left and right.
WRISTS, ROOTS = (8, 9), (13, 14)


class FramePoints:
    """The keypoints of one frame on a network's skeleton, in arrays that are made once.

    The same as `signlift.lifting.skeleton_mapping.map_to_network` of a recording of one frame.

    Parameters
    ----------
    plan
        Where the keypoints go.
    skeleton
        The skeleton of the K keypoints of a frame.

    Attributes
    ----------
    frame
        [4, K + 1]: x, y, confidence and detector depth of the frame's own keypoints; the last
        column is always missing.
    body
        [4, J], the same of the network's J keypoints.
    hands
        [2, 4, 21], those of both hands; empty for a skeleton without them.
    has_detector_depth
        Whether the frame was read with the detector's depth.
    rows
        x, y, confidence and detector depth of the keypoints that a step looks at one by one, in the
        order of `keypoint_plan.LOOKED_AT` and `HAND_ROOTS`.
    """

    def __init__(self, plan: KeypointPlan, skeleton: Skeleton) -> None:
        K, J = len(skeleton), len(plan.depth)
        self._plan = plan
        self._placer = HeadPlacer(skeleton) if has_face(skeleton) else None
        self.frame = np.full((4, K + 1), np.nan, np.float32)
        self.frame[2] = 1
        self._certain = np.ones(K, np.float32)
        # All that is read of a frame comes from one call, to be cut into views.
        body = plan.columns[:J] + self._rows_of_frame
        hands = plan.columns[J:].reshape(-1, 1, 21) + self._rows_of_frame
        looked_at = plan.looked_at[:, None] + self._rows_of_frame.T
        self._places = np.concatenate([body.ravel(), hands.ravel(), looked_at.ravel()])
        self._values = np.empty(len(self._places), np.float32)
        first, second = body.size, body.size + hands.size
        self.body = self._values[:first].reshape(body.shape)
        self.hands = self._values[first:second].reshape(hands.shape)
        self._looked_at = self._values[second:].reshape(looked_at.shape)
        self.rows: list[Row] = []
        self._has_confidence = self.has_detector_depth = False

    @property
    def _rows_of_frame(self) -> Int[np.ndarray, "4 1"]:
        """The places at which the rows of `frame` begin."""
        return np.arange(4)[:, None] * self.frame.shape[1]

    def read(
        self,
        keypoints: Float[np.ndarray, "K 2"],
        confidence: Float[np.ndarray, " K"] | None,
        detector_depth: Float[np.ndarray, " K"] | None,
    ) -> None:
        """Take the keypoints of the next frame; NaN where missing."""
        plan, frame = self._plan, self.frame
        frame[:2, :-1] = keypoints.T
        # A keypoint without confidence is certain.
        if confidence is not None:
            np.fmin(confidence, self._certain, out=frame[2, :-1])
        elif self._has_confidence:
            frame[2] = 1
        self._has_confidence = confidence is not None
        if detector_depth is not None:
            frame[3, :-1] = detector_depth
        elif self.has_detector_depth:
            frame[3] = _NAN
        self.has_detector_depth = detector_depth is not None
        frame.take(self._places, out=self._values, mode="clip")
        self.rows = self._looked_at.tolist()
        for place, derives, first in (
            (_NECK, plan.derives[0], _LEFT_SHOULDER),
            (_MID_HIP, plan.derives[1], _LEFT_HIP),
        ):
            row = _middle(self.rows[first], self.rows[first + 1], self.rows[place])
            if derives:
                self._set(place, row)
            elif self.rows[place][0] != self.rows[place][0]:
                self.rows[place] = row  # what a missing one counts as; it stays missing
        if self._placer is not None:
            self._add_head(self._placer)
        for wrist, root in zip(WRISTS, ROOTS, strict=True):
            x, y, score, _ = self.rows[root]
            if self.rows[wrist][0] != self.rows[wrist][0] and x == x:
                self._set(wrist, (x, y, score, self.rows[wrist][3]))

    def _set(self, place: int, row: Row) -> None:
        self.rows[place] = row
        self.body[:, self._plan.places[place]] = row

    def _add_head(self, placer: HeadPlacer) -> None:
        """Set nose, eyes and ears that are missing to where the face says that they are."""
        missing = [place for place in _HEAD if self.rows[place][0] != self.rows[place][0]]
        placed = placer.place(self.frame) if missing else None
        if placed is None:
            return
        head, score = placed
        for place, x, y in zip(_HEAD, *head.tolist(), strict=True):
            if place in missing and x == x:
                self._set(place, (x, y, score, self.rows[place][3]))


def _middle(first: Row, second: Row, otherwise: Row) -> Row:
    """Return the middle of two rows; where it is missing, the values of another row."""
    (x, y, score, depth), (u, v, other_score, other_depth) = first, second
    x, y = (x + u) / 2, (y + v) / 2
    score, depth = (score + other_score) / 2, (depth + other_depth) / 2
    return (
        x if x == x else otherwise[0],
        y if y == y else otherwise[1],
        score if score == score else otherwise[2],
        depth if depth == depth else otherwise[3],
    )
