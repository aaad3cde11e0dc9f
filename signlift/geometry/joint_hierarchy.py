"""Joints that hang on each other, their motion, and forward kinematics.

The terms are those of the BVH format (Biovision Hierarchy; M. Meredith and S. Maddock, Motion
Capture File Formats Explained, University of Sheffield, CS-01-11, 2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from signlift.geometry.rotations import euler_matrices

#: What a channel may be: a coordinate or a rotation in degrees.
CHANNELS = tuple(axis + what for what in ("position", "rotation") for axis in "XYZ")

#: What is added to a joint's name for the end of its bone (BVH's End Site, which has no name).
END = "_End"


@dataclass(frozen=True)
class Joint:
    """One joint, or the end of the last bone of a chain.

    Parameters
    ----------
    name
        Its name; that of an end is its parent's with `END`.
    parent
        The number of the joint it hangs on, lower than its own; -1 for a root.
    offset
        Where it is from its parent in the rest pose.
    channels
        Which of `CHANNELS` move it, in their order.
    end
        Whether it is the end of a bone (an End Site), which does not move by itself.
    """

    name: str
    parent: int
    offset: tuple[float, float, float]
    channels: tuple[str, ...] = ()
    end: bool = False


@dataclass(frozen=True, eq=False)
class Places:
    """Where joints are.

    Attributes
    ----------
    positions
        [T, K, 3] in the unit of the motion, of all joints and ends.
    rotations
        [T, K, 3, 3], their axes as columns, against the world.
    """

    positions: Float[np.ndarray, "T K 3"]
    rotations: Float[np.ndarray, "T K 3 3"]


@dataclass(frozen=True, eq=False)
class Motion:
    """What a skeleton does.

    Parameters
    ----------
    joints
        K joints and ends, parents before their children.
    values
        [T, C], a number for each channel of each joint, in the order of the joints: lengths in
        the unit of the offsets, and degrees. NaN for what is not known.
    fps
        Frames per second.
    name
        What it is called, for messages.

    Raises
    ------
    ValueError
        A joint before its parent, or a wrong number of channels.
    """

    joints: tuple[Joint, ...]
    values: Float[np.ndarray, "T C"]
    fps: float
    name: str = "motion"

    def __post_init__(self) -> None:
        if any(joint.parent >= number for number, joint in enumerate(self.joints)):
            raise ValueError(f"{self.name}: a joint stands before its parent")
        channels = sum(len(joint.channels) for joint in self.joints)
        if self.values.shape[1] != channels:
            raise ValueError(f"{self.name}: {self.values.shape[1]} values for {channels} channels")

    def __len__(self) -> int:
        """T, the number of frames."""
        return len(self.values)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all joints and ends."""
        return tuple(joint.name for joint in self.joints)

    def rest(self) -> Places:
        """The rest pose: one frame with all offsets as they are and no rotation."""
        positions = np.zeros((1, len(self.joints), 3))
        for number, joint in enumerate(self.joints):
            start = positions[:, joint.parent] if joint.parent >= 0 else 0.0
            positions[:, number] = start + np.array(joint.offset)
        return Places(positions, np.tile(np.eye(3), (1, len(self.joints), 1, 1)))

    def places(self) -> Places:
        """Forward kinematics: where all joints are in every frame.

        A joint's position channels stand in for its offset, as in the files of today's programs
        (an offset that repeats the first position must not count twice). NaN in everything that
        hangs on what is not known.
        """
        T, K = len(self), len(self.joints)
        positions, rotations = np.empty((T, K, 3)), np.empty((T, K, 3, 3))
        first = 0
        for number, joint in enumerate(self.joints):
            values = self.values[:, first : first + len(joint.channels)]
            first += len(joint.channels)
            offset = np.tile(np.array(joint.offset), (T, 1))
            turns = []
            for column, channel in enumerate(joint.channels):
                if channel.endswith("position"):
                    offset[:, "XYZ".index(channel[0])] = values[:, column]
                else:
                    turns.append(column)
            turned = euler_matrices(
                values[:, turns], [joint.channels[column][0] for column in turns]
            )
            if joint.parent < 0:
                positions[:, number], rotations[:, number] = offset, turned
            else:
                parent = rotations[:, joint.parent]
                moved = np.einsum("tij,tj->ti", parent, offset)
                positions[:, number] = positions[:, joint.parent] + moved
                rotations[:, number] = parent @ turned
        return Places(positions, rotations)
