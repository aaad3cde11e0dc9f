"""Joint hierarchies, their motion, and forward kinematics.

The terms are those of the BVH format (Biovision Hierarchy; M. Meredith and S. Maddock, Motion
Capture File Formats Explained, University of Sheffield, CS-01-11, 2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from signlift.geometry.euler_angles import euler_matrices
from signlift.utils.array_types import Float

#: All channels: coordinates, and rotations in degrees.
CHANNELS = tuple(axis + kind for kind in ("position", "rotation") for axis in "XYZ")

#: Suffix of the name of the end of a bone (the End Site of BVH, which has no name of its own).
END = "_End"


@dataclass(frozen=True)
class Joint:
    """A joint, or the end of the last bone of a chain.

    Parameters
    ----------
    name
        The name; for an end, that of its parent with the suffix `END`.
    parent
        The number of the parent joint, lower than the number of this one; -1 for a root.
    offset
        The position relative to the parent in the rest pose.
    channels
        The channels of the joint in the order in which they are applied, out of `CHANNELS`.
    end
        True for the end of a bone (an End Site), which has no channels.
    """

    name: str
    parent: int
    offset: tuple[float, float, float]
    channels: tuple[str, ...] = ()
    end: bool = False


@dataclass(frozen=True, eq=False)
class JointTransforms:
    """Positions and rotations of joints in world coordinates.

    Attributes
    ----------
    positions
        [T, K, 3] in the unit of the motion, of all joints and ends.
    rotations
        [T, K, 3, 3], with the axes of each joint as columns.
    """

    positions: Float[np.ndarray, "T K 3"]
    rotations: Float[np.ndarray, "T K 3 3"]


@dataclass(frozen=True, eq=False)
class Motion:
    """The motion of a joint hierarchy.

    Parameters
    ----------
    joints
        K joints and ends, parents before their children.
    values
        [T, C], one value per channel of each joint, in the order of the joints: coordinates in
        the unit of the offsets, rotations in degrees. NaN where unknown.
    fps
        Frames per second.
    name
        The name of the motion, for messages.

    Raises
    ------
    ValueError
        A joint before its parent, or a wrong number of channels.

    Examples
    --------
    >>> from signlift.geometry.joint_hierarchy import Joint, Motion
    >>> import numpy as np
    >>> shoulder = Joint("shoulder", -1, (0.0, 0.0, 0.0), ("Zrotation",))
    >>> elbow = Joint("shoulder_End", 0, (2.0, 0.0, 0.0), end=True)
    >>> motion = Motion((shoulder, elbow), np.array([[0.0], [90.0]]), fps=30)
    >>> motion.forward_kinematics().positions[:, 1].round(9) + 0.0
    array([[2., 0., 0.],
           [0., 2., 0.]])
    """

    joints: tuple[Joint, ...]
    values: Float[np.ndarray, "T C"]
    fps: float
    name: str = "motion"

    def __post_init__(self) -> None:
        for number, joint in enumerate(self.joints):
            if joint.parent >= number:
                raise ValueError(f"{self.name}: joint {joint.name} comes before its parent")
        channels = sum(len(joint.channels) for joint in self.joints)
        if self.values.shape[1] != channels:
            raise ValueError(f"{self.name}: {self.values.shape[1]} values for {channels} channels")

    def __len__(self) -> int:
        """Return T, the number of frames."""
        return len(self.values)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all joints and ends."""
        return tuple(joint.name for joint in self.joints)

    def rest_pose(self) -> JointTransforms:
        """Compute the rest pose: one frame with all offsets and without rotations."""
        positions = np.zeros((1, len(self.joints), 3))
        for number, joint in enumerate(self.joints):
            start = positions[:, joint.parent] if joint.parent >= 0 else 0.0
            positions[:, number] = start + np.array(joint.offset)
        return JointTransforms(positions, np.tile(np.eye(3), (1, len(self.joints), 1, 1)))

    def local_transform(
        self, number: int
    ) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3 3"]]:
        """Compute the position of a joint, and its rotation, relative to its parent in every frame.

        Position channels replace the offset (see `forward_kinematics`).
        """
        joint = self.joints[number]
        first = sum(len(before.channels) for before in self.joints[:number])
        values = self.values[:, first : first + len(joint.channels)]
        offset = np.tile(np.array(joint.offset), (len(self), 1))
        columns = []
        for column, channel in enumerate(joint.channels):
            if channel.endswith("position"):
                offset[:, "XYZ".index(channel[0])] = values[:, column]
            else:
                columns.append(column)
        order = [joint.channels[column][0] for column in columns]
        return offset, euler_matrices(values[:, columns], order, degrees=True)

    def forward_kinematics(self) -> JointTransforms:
        """Compute the positions and rotations of all joints in every frame.

        The position channels of a joint replace its offset, as in the files of current programs
        (an offset that repeats the first position must not count twice). A joint with an unknown
        value is NaN, and so are all joints below it.
        """
        T, K = len(self), len(self.joints)
        positions, rotations = np.empty((T, K, 3)), np.empty((T, K, 3, 3))
        for number, joint in enumerate(self.joints):
            offset, rotation = self.local_transform(number)
            if joint.parent < 0:
                positions[:, number], rotations[:, number] = offset, rotation
            else:
                parent = rotations[:, joint.parent]
                moved = np.einsum("tij,tj->ti", parent, offset)
                positions[:, number] = positions[:, joint.parent] + moved
                rotations[:, number] = parent @ rotation
        return JointTransforms(positions, rotations)
