"""HeadPlacer: nose, eyes and ears from the landmarks of the face of one frame."""

from __future__ import annotations

import numpy as np

from signlift.core.face.face_fit import HEAD_PLACES
from signlift.core.face.face_landmarks import face_layout
from signlift.core.skeleton import Skeleton
from signlift.lifting.face.head_keypoints import MIN_LANDMARKS, PRIOR_WEIGHT, nearness_to_head
from signlift.lifting.steps.head_fit import HeadFit
from signlift.utils.array_types import Float


class HeadPlacer:
    """Placing of the head's keypoints by its landmarks.

    The same as `signlift.lifting.face.head_keypoints.place_head` with frames of one.

    Parameters
    ----------
    skeleton
        The skeleton of the landmarks.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        layout = face_layout(skeleton)
        self._columns = layout.columns
        self._fit = HeadFit(layout.places, layout.deviations)
        self._near = np.ascontiguousarray(nearness_to_head(layout).T)
        self._places = np.concatenate([np.ones((1, len(HEAD_PLACES))), HEAD_PLACES.T])

    def place(
        self, frame: Float[np.ndarray, "4 K"]
    ) -> tuple[Float[np.ndarray, "2 5"], float] | None:
        """Place the head.

        Parameters
        ----------
        frame
            [4, K]: x, y and confidence of the keypoints come first; NaN where missing.

        Returns
        -------
        x and y of nose, eyes and ears, and the mean confidence of the landmarks; None if there are
        too few of them.
        """
        landmarks = frame[:3, self._columns]
        observed = landmarks[0] == landmarks[0]
        count = int(np.count_nonzero(observed))
        if count < MIN_LANDMARKS:
            return None
        fit = self._fit
        fit.landmarks[:] = landmarks[:2]
        fitted = fit.fit()
        a, b, c, d, e, f, *_ = (fitted.scale * number for number in fitted.rotation)
        x, y = fit.position
        matrix = np.array(((x, a, b, c), (y, d, e, f)))
        slides = landmarks[:2] - matrix @ fit.basis
        slides[:, ~observed] = 0
        weights = observed @ self._near + PRIOR_WEIGHT
        head = matrix @ self._places + (slides @ self._near) / weights
        scores = landmarks[2, observed]
        return head, float(np.where(scores == scores, scores, 1).mean())
