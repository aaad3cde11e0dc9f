"""A mannequin around the joints of an avatar: surfaces that bend with them.

The shape is the smooth union of round solids, each of which moves with one joint. A vertex moves
with the joints of the solids near it, by their shares in the union: the skin bends smoothly at a
joint, and the shape follows the bone lengths of any avatar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signlift.animation.mannequin.body_parts import Part, body_parts
from signlift.animation.mannequin.hand_parts import hand_parts
from signlift.animation.mannequin.solids import SmoothUnion
from signlift.animation.mannequin.surface_nets import extract_surface
from signlift.geometry.joint_hierarchy import Joint
from signlift.geometry.rotations import unit_vectors
from signlift.utils.array_types import Float, Int

#: The most joints that move one vertex, as in glTF.
MAX_JOINTS = 4

#: Steps towards the surface, and the largest one in steps of the grid.
_STEPS, _MAX_STEP = 2, 0.3

#: Where solids cancel each other out, the squared gradient is taken as at least this.
_MIN_STEEPNESS = 0.05

#: Rounds of smoothing of the weights.
_ROUNDS = 3


@dataclass(frozen=True, eq=False)
class SkinnedPart:
    """A surface of one colour, and how joints move it.

    Attributes
    ----------
    name
        The name, such as "LeftHand".
    colour
        The name of its colour: skin, eyes, suit, left or right.
    positions
        [V, 3] in the rest pose, in the unit of the joints.
    normals
        [V, 3], of length 1, to the outside.
    triangles
        [F, 3], numbers of vertices, counterclockwise when seen from outside.
    joints
        [V, 4], numbers of the joints that move each vertex; 0 where the weight is 0.
    weights
        [V, 4], their weights, which sum to 1.
    """

    name: str
    colour: str
    positions: Float[np.ndarray, "V 3"]
    normals: Float[np.ndarray, "V 3"]
    triangles: Int[np.ndarray, "F 3"]
    joints: Int[np.ndarray, "V 4"]
    weights: Float[np.ndarray, "V 4"]


def make_mannequin(
    joints: Sequence[Joint], rest: Float[np.ndarray, "K 3"]
) -> tuple[SkinnedPart, ...]:
    """Make a mannequin around the joints of an avatar.

    Parameters
    ----------
    joints
        K joints and ends with the names of `signlift.animation.rest_pose.rest_joints`. With the
        joints of fingers (LeftHandThumb1 ... RightHandPinky3_End) the hands have fingers.
    rest
        [K, 3], their positions in the rest pose: a T pose, y up, facing +z, in cm.

    Returns
    -------
    Closed surfaces, which may overlap.

    Examples
    --------
    >>> from signlift.animation.rest_pose import complete_lengths, rest_joints
    >>> from signlift.geometry.joint_hierarchy import Motion
    >>> joints = rest_joints(complete_lengths({}))
    >>> rest = Motion(joints, np.zeros((1, 66)), fps=30).rest_pose().positions[0]
    >>> [part.name for part in make_mannequin(joints, rest)][:3]
    ['Suit', 'Head', 'Eyes']
    """
    positions = {joint.name: rest[number] for number, joint in enumerate(joints)}
    parts = (*body_parts(positions), *hand_parts(positions))
    skinned = (_skin(part, joints) for part in parts)
    # A part that is much thinner than its neighbours may have no surface.
    return tuple(part for part in skinned if len(part.triangles))


def _skin(part: Part, joints: Sequence[Joint]) -> SkinnedPart:
    """Extract the surface of a part, and weigh its vertices."""
    union = SmoothUnion(part.solids, part.blend)
    first, step, distances = union.grid(part.step)
    vertices, triangles = extract_surface(distances)
    positions = first + step * vertices
    for _ in range(_STEPS):  # Newton's, along the gradient
        distance, gradient = union.gradient(positions)
        steepness = np.maximum((gradient**2).sum(-1), _MIN_STEEPNESS)
        move = np.clip(distance / steepness, -_MAX_STEP * step, _MAX_STEP * step)
        positions = positions - gradient * move[:, None]
    normals = unit_vectors(union.gradient(positions)[1])
    numbers, weights = _weigh(part, union, joints, positions, triangles)
    return SkinnedPart(part.name, part.colour, positions, normals, triangles, numbers, weights)


def _weigh(
    part: Part,
    union: SmoothUnion,
    joints: Sequence[Joint],
    positions: Float[np.ndarray, "V 3"],
    triangles: Int[np.ndarray, "F 3"],
) -> tuple[Int[np.ndarray, "V 4"], Float[np.ndarray, "V 4"]]:
    """Find the joints that move each vertex, and their weights."""
    numbers = {joint.name: number for number, joint in enumerate(joints)}
    names = sorted({solid.joint for solid in part.solids}, key=numbers.__getitem__)
    related = _related(joints, [numbers[name] for name in names])
    distances = union.distances(positions)
    columns = [names.index(solid.joint) for solid in part.solids]
    weights = union.shares(distances) @ np.eye(len(names))[columns]
    # Joints of different limbs do not share a vertex: a finger would pull at the next one.
    weights = weights * related[np.array(columns)[distances.argmin(-1)]]
    weights /= weights.sum(-1, keepdims=True)
    for _ in range(_ROUNDS):
        weights = (weights + _neighbour_means(weights, triangles)) / 2
    count = min(MAX_JOINTS, len(names))
    largest = np.argsort(-weights, -1, kind="stable")[:, :count]
    kept = np.take_along_axis(weights, largest, -1)
    kept[kept < 0.01] = 0
    kept /= kept.sum(-1, keepdims=True)
    moved_by = np.array([numbers[name] for name in names])[largest]
    moved_by = np.where(kept > 0, moved_by, 0)
    missing = ((0, 0), (0, MAX_JOINTS - count))
    return np.pad(moved_by, missing), np.pad(kept, missing)


def _related(joints: Sequence[Joint], numbers: Sequence[int]) -> np.ndarray:
    """Return whether one of two joints is below the other, for all pairs."""

    def lineage(number: int) -> set[int]:
        found = set()
        while number >= 0:
            found.add(number)
            number = joints[number].parent
        return found

    lines = [lineage(number) for number in numbers]
    return np.array(
        [
            [first in lines[j] or second in lines[i] for j, second in enumerate(numbers)]
            for i, first in enumerate(numbers)
        ]
    )


def _neighbour_means(
    values: Float[np.ndarray, "V C"], triangles: Int[np.ndarray, "F 3"]
) -> Float[np.ndarray, "V C"]:
    """Average the values of the neighbours of each vertex."""
    sums, counts = np.zeros_like(values), np.zeros((len(values), 1))
    for first, second in ((0, 1), (1, 2), (2, 0)):
        # The surface is closed: the other direction of each edge belongs to another triangle.
        np.add.at(sums, triangles[:, first], values[triangles[:, second]])
        np.add.at(counts, triangles[:, first], 1)
    return sums / counts
