"""Numbers by which the canonical face is fitted to a head, in one frame or in many at once."""

from __future__ import annotations

import numpy as np

from signlift.core.face.face_landmarks import HEAD_KEYPOINTS, landmark_places

#: Distances of landmarks, in their standard deviations, beyond which their weight falls.
CAUCHY = 3.0

#: The number of landmarks whose deviations are independent: those of more go together, as a face
#: differs from the average as a whole.
INDEPENDENT = 6.0

#: Standard deviations before any landmark: of the log of the scale about the expected one, and of
#: the rotation in radians about a head that faces the camera.
SCALE_DEVIATION, ROTATION_DEVIATION = 0.15, 0.7

#: Standard deviation of given depth in millimetres.
DEPTH_DEVIATION = 20.0

#: How far a landmark may slide from its place, and how much its depth may change by that, in
#: millimetres.
MAX_SLIDE, MAX_CHANGE = 30.0, 15.0

#: Distance in millimetres from the lifted head from which on a landmark is none of this face: twice
#: that of the farthest ones.
MAX_DISTANCE = 250.0

#: The weight of refined keypoints of the head in the middle of the landmarks: they stand for it
#: where no landmark is observed near the head.
HEAD_WEIGHT = 1e-6

#: Softens the slope of the surface where it is seen from the side.
SOFTENING = 0.15

#: Limit of the tangent of the angle off the axis of the camera.
MAX_TILT = 0.35

#: [5, 3], the places of `HEAD_KEYPOINTS` on the canonical face, in millimetres.
HEAD_PLACES = np.array([landmark_places()[name][0] for name in HEAD_KEYPOINTS], np.float64)
