"""Numbers by which the surface of the canonical face is tabulated and met by lines of sight."""

from __future__ import annotations

#: Spacing of the grid of the table, and its reach to both sides, up and down, in millimetres.
STEP, SIDE, UP, DOWN = 2.0, 76.0, 130.0, 100.0

#: Newton steps from a landmark along its line of sight to the surface, and the longest one.
NEWTON_STEPS, MAX_MOVE = 4, 40.0

#: Limits of the depth in millimetres, and of its difference from a first guess.
NEAREST, FARTHEST, MAX_CORRECTION = -125.0, 60.0, 15.0

#: The depth of a face that looks at the camera, from which the surface is sought.
MIDDLE_DEPTH = -70.0

#: Slowest change of the distance from the surface along a line that a step counts on; and the
#: distance in millimetres, after the last step, from which on the line has missed the surface.
MIN_STEEPNESS, MAX_DISTANCE = 0.3, 5.0

#: Steepness from which on the surface alone decides.
SURE_STEEPNESS = 0.5

#: Standard deviations of the depth of the surface in millimetres, of a landmark without a place and
#: of one that is missing; and the depth of that.
FREE_DEVIATION, MISSING_DEVIATION, MISSING_DEPTH = 6.0, 35.0, -80.0
