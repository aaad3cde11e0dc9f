"""The VMC protocol as a sink: rotations of an avatar, for VRM viewers and game engines.

Virtual Motion Capture Protocol (protocol.vmc.info): messages of Open Sound Control over UDP, with
the local positions and rotations of the bones of Unity's humanoid. Unity's axes are left-handed: x
to the right of the avatar, y up, z forward, where those of glTF and VRM have x to its left.
"""

from __future__ import annotations

import socket
import struct
import warnings
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, InputWarning, parameter_problem
from signlift.filtering.one_euro_stream import OneEuroStream
from signlift.geometry.quaternions import quaternion_from_zxy, turn_towards
from signlift.io.avatars.joint_nodes import METRES
from signlift.io.avatars.vrma import HUMANOID_BONES
from signlift.live.live_frame import LiveFrame
from signlift.live.session import LiveSession
from signlift.utils.array_types import Float

if TYPE_CHECKING:
    from signlift.animation.causal_avatar import AvatarPose, CausalAvatar

#: Largest packet in bytes: it passes Ethernet (1500 bytes) and tunnels without being divided.
MAX_PACKET = 1400

#: From the axes of glTF to those of Unity: positions, and quaternions (x, y, z, w).
TO_UNITY, QUATERNION_TO_UNITY = np.array([-1.0, 1.0, 1.0]), np.array([1.0, -1.0, -1.0, 1.0])

#: The maximum speed of a smoothed bone in radians per second. The fastest signs reach 15.
MAX_TURN_RATE = 20.0

#: The length before each message of a bundle; a position and a quaternion.
_LENGTH, _PLACE = struct.Struct(">i"), struct.Struct(">7f")

#: The position and the quaternion of the root, which stays at the origin.
_ROOT = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def _unity_bones() -> dict[str, str]:
    """Name Unity's bones by those of our joints; VRM 1.0 renamed the bones of the thumb."""
    renamed = {"Metacarpal": "Proximal", "Proximal": "Intermediate"}
    bones = {}
    for joint, vrm in HUMANOID_BONES.items():
        name = vrm[0].upper() + vrm[1:]
        if "Thumb" in name:
            side, _, part = name.partition("Thumb")
            name = f"{side}Thumb{renamed.get(part, part)}"
        bones[joint] = name
    return bones


#: Unity's humanoid bones by the names of our joints.
UNITY_BONES = _unity_bones()


class VmcSink:
    """Performer of the VMC protocol, as which it sends each pose of an avatar to a marionette.

    The rotations are those of a .vrma file of the frames so far, in Unity's axes (see
    `signlift.animation.causal_avatar`).

    Parameters
    ----------
    host, port
        Where the receiver listens.
    smooth
        Filter keypoints and depth with the One-Euro filter before, and limit the speed of bones, so
        that a part that is observed again turns to its new pose in some frames.
    scale
        Centimetres per unit of the keypoints; by default the torso is 50 cm long.

    Raises
    ------
    InputError
        The host is unknown.
    ModuleNotFoundError
        The extra `live` is not installed.
    """

    def __init__(
        self, host: str, port: int, *, smooth: bool = True, scale: float | None = None
    ) -> None:
        import pythonosc.osc_bundle_builder  # noqa: F401  # before the first frame

        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_DGRAM
            )[0]
        except (OSError, UnicodeError):
            expected, found = "the address of a host", f"vmc://{host}:{port}"
            raise InputError(parameter_problem("sink", expected=expected, found=found)) from None
        self._address = address
        self._socket = socket.socket(family, kind, protocol)
        self._name = f"vmc://{host}:{port}"
        self._smooth, self._scale, self._lost = smooth, scale, False
        self._session: LiveSession | None = None
        self._avatar: CausalAvatar | None = None
        self._filter: OneEuroStream | None = None
        self._last: dict[str, list[float]] = {}
        self._max_turn = np.inf

    def open(self, session: LiveSession) -> None:
        """Begin with an avatar of the session's signer."""
        from signlift.animation.causal_avatar import CausalAvatar

        self._session = session
        self._avatar = CausalAvatar(session.frame_rate, scale=self._scale)
        self._filter = OneEuroStream(session.skeleton, session.frame_rate) if self._smooth else None
        self._last = {}
        self._max_turn = MAX_TURN_RATE / session.frame_rate if self._smooth else np.inf

    def write(self, frame: LiveFrame) -> None:
        """Send the pose of a frame."""
        assert self._session is not None and self._avatar is not None
        pose = self._avatar.step(self._to_recording(frame))
        tracked = bool(np.isfinite(frame.keypoints).any())
        seconds = frame.number / self._session.frame_rate if frame.time is None else frame.time
        for packet in join_packets(self._messages(pose, seconds, tracked)):
            self._send(packet)

    def report(self, error: InputError, where: str) -> None:
        """Send nothing: the receiver keeps the last pose."""

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _to_recording(self, frame: LiveFrame) -> Recording:
        assert self._session is not None
        keypoints, depth = frame.keypoints, frame.depth
        if self._filter is not None:
            keypoints, smooth = self._filter.step(keypoints, depth)
            depth = depth if smooth is None else smooth
        return Recording(
            keypoints[None],
            self._session.skeleton,
            depth=depth[None],
            confidence=None if frame.confidence is None else frame.confidence[None],
            fps=self._session.frame_rate,
            name="frame",
        )

    def _messages(self, pose: AvatarPose | None, seconds: float, tracked: bool) -> list[bytes]:
        loaded = pose is not None
        messages = [
            # Loaded, calibrated, in normal mode, and whether somebody is there.
            _message("/VMC/Ext/OK", int(loaded), 3 if loaded else 0, 0, int(tracked)),
            _message("/VMC/Ext/T", float(seconds)),
        ]
        if pose is None:
            return messages
        messages.append(_place_message("/VMC/Ext/Root/Pos", "root", *_ROOT))
        names, positions, rotations = unity_bones(pose)
        for name, position, rotation in zip(
            names, positions.tolist(), rotations.tolist(), strict=True
        ):
            if name in self._last:
                rotation = turn_towards(self._last[name], rotation, self._max_turn)
            self._last[name] = rotation
            messages.append(_place_message("/VMC/Ext/Bone/Pos", name, *position, *rotation))
        return messages

    def _send(self, packet: bytes) -> None:
        try:
            self._socket.sendto(packet, self._address)
        except OSError as error:
            if not self._lost:
                self._lost = True
                reason = (error.strerror or str(error)).lower()
                line = f"{self._name}: frames do not arrive ({reason}); lifting goes on"
                warnings.warn(InputWarning(line, self._name), stacklevel=2)
        else:
            self._lost = False


def unity_bones(
    pose: AvatarPose,
) -> tuple[list[str], Float[np.ndarray, "N 3"], Float[np.ndarray, "N 4"]]:
    """Convert a pose to Unity's bones.

    Parameters
    ----------
    pose
        The pose. The hips have their position above the floor, other bones that in their parent.

    Returns
    -------
    The names of the bones, their local positions in metres, and quaternions (x, y, z, w).
    """
    joints = pose.motion.joints
    angles = pose.motion.values[0, 3:].reshape(-1, 3)
    turning = [joint for joint in joints if not joint.end]
    numbers = [number for number, joint in enumerate(turning) if joint.name in UNITY_BONES]
    quaternions = quaternion_from_zxy(angles[numbers]) * QUATERNION_TO_UNITY
    offsets = np.array([turning[number].offset for number in numbers])
    offsets[0] = pose.motion.values[0, :3]
    names = [UNITY_BONES[turning[number].name] for number in numbers]
    return names, offsets * METRES * TO_UNITY, quaternions


def join_packets(messages: list[bytes]) -> list[bytes]:
    """Put messages into as few bundles as fit into packets of `MAX_PACKET` bytes."""
    packets = [_bundle_head()]
    for message in messages:
        if len(packets[-1]) + _LENGTH.size + len(message) > MAX_PACKET:
            packets.append(_bundle_head())
        packets[-1] += _LENGTH.pack(len(message)) + message
    return packets


@cache
def _bundle_head() -> bytes:
    from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder

    return OscBundleBuilder(IMMEDIATELY).build().dgram


def _message(address: str, *values: float | int | str) -> bytes:
    from pythonosc.osc_message_builder import OscMessageBuilder

    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build().dgram


def _place_message(address: str, name: str, *place: float) -> bytes:
    """Make a message with a name, a position and a quaternion."""
    return _place_head(address, name) + _PLACE.pack(*place)


@cache
def _place_head(address: str, name: str) -> bytes:
    """Return what is equal in all messages of a bone: all but its seven numbers."""
    return _message(address, name, *_ROOT)[: -_PLACE.size]
