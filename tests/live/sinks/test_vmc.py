"""A receiver of the VMC protocol, and what it gets."""

import json
import socket
import struct
from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from signlift.animation.causal_avatar import CausalAvatar
from signlift.errors import InputError, InputWarning
from signlift.geometry.quaternions import quaternion_from_rotation
from signlift.io.avatars.vrma import EXTENSION, HUMANOID_BONES, write_vrma
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.session import LiveSession
from signlift.live.sinks.vmc import MAX_PACKET, MAX_TURN_RATE, UNITY_BONES, VmcSink

osc_bundle = pytest.importorskip("pythonosc.osc_bundle")

SAMPLE = sl.read(sl.sample_path("openpose"))[:8]

#: Unity's HumanBodyBones, but for jaw, eyes and upper chest, which no keypoint moves.
HUMAN_BODY_BONES = {
    *"Hips Spine Chest Neck Head".split(),
    *(
        side + bone
        for side in ("Left", "Right")
        for bone in (
            *"Shoulder UpperArm LowerArm Hand UpperLeg LowerLeg Foot Toes".split(),
            *(
                finger + part
                for finger in "Thumb Index Middle Ring Little".split()
                for part in "Proximal Intermediate Distal".split()
            ),
        )
    ),
}


class Receiver:
    """A marionette: it listens on a free port."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.settimeout(5)
        self.port = self.socket.getsockname()[1]
        self.sizes = []

    def receive(self, packets=None):
        """Return the messages of one frame: it begins with /VMC/Ext/OK, and has all its packets."""
        messages = []
        while packets is None or packets > 0:
            data = self.socket.recv(65536)
            self.sizes.append(len(data))
            messages += [(each.address, each.params) for each in osc_bundle.OscBundle(data)]
            self.socket.settimeout(0.02)  # all was sent before
            try:
                head = self.socket.recv(65536, socket.MSG_PEEK)
            except TimeoutError:
                break
            if b"/VMC/Ext/OK" in head:
                break
        self.socket.settimeout(5)
        return messages


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.socket.close()


def bones_of(messages):
    return {
        params[0]: np.array(params[1:], np.float32)
        for address, params in messages
        if address == "/VMC/Ext/Bone/Pos"
    }


def read_vrma(path):
    """Return positions [T, 3] of the hips, and quaternions [T, 4] by VRM's names of bones."""
    data = path.read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    document = json.loads(data[20 : 20 + length])
    binary = data[28 + length :]

    def values(number):
        accessor = document["accessors"][number]
        view = document["bufferViews"][accessor["bufferView"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[accessor["type"]]
        flat = np.frombuffer(binary, np.float32, width * accessor["count"], start)
        return flat.reshape(-1, width)

    nodes = {
        bone["node"]: name
        for name, bone in document["extensions"][EXTENSION]["humanoid"]["humanBones"].items()
    }
    (animation,) = document["animations"]
    rotations, hips = {}, None
    for channel in animation["channels"]:
        sampler = animation["samplers"][channel["sampler"]]
        name = nodes.get(channel["target"]["node"])
        if channel["target"]["path"] == "translation":
            hips = values(sampler["output"])
        elif name is not None:
            rotations[name] = values(sampler["output"])
    return hips, rotations


def to_unity(vrm):
    """Convert quaternions of glTF: the mirror image of a turn about x is the same turn."""
    return vrm * np.array([1, -1, -1, 1])


def lift_live(shipped, recording, port, smooth=False):
    """Push all frames, and send the poses."""
    session = LiveSession(shipped, recording.skeleton, recording.fps, size=recording.size)
    sink = VmcSink("127.0.0.1", port, smooth=smooth)
    sink.open(session)
    session.start_recording()
    for frame in range(len(recording)):
        lifted = session.push(KeypointFrame.from_recording(recording, frame))
        sink.write(lifted)
        yield lifted, session
    sink.close()


def assert_same_rotations(found, expected):
    """Compare quaternions, of which opposite ones are the same rotation."""
    signs = np.sign((found * expected).sum(-1))
    np.testing.assert_allclose(found * signs, expected, atol=2e-6)


def test_a_frame_is_a_bundle_of_all_humanoid_bones(shipped, receiver):
    for _ in lift_live(shipped, SAMPLE[:2], receiver.port):
        messages = receiver.receive()
        assert [address for address, _ in messages[:3]] == [
            "/VMC/Ext/OK",
            "/VMC/Ext/T",
            "/VMC/Ext/Root/Pos",
        ]
        assert messages[0][1] == [1, 3, 0, 1]
        assert messages[2][1] == ["root", 0, 0, 0, 0, 0, 0, 1]
        bones = bones_of(messages)
        assert set(bones) == HUMAN_BODY_BONES
        for values in bones.values():
            assert np.linalg.norm(values[3:]) == pytest.approx(1, abs=1e-6)
    assert len(receiver.sizes) > 2 and max(receiver.sizes) <= MAX_PACKET
    assert messages[1][1][0] == pytest.approx(1 / SAMPLE.fps)


def test_rotations_are_those_of_the_vrma_file_in_unitys_axes(shipped, receiver, tmp_path):
    messages, session = [], None
    for _, session in lift_live(shipped, SAMPLE, receiver.port):  # noqa: B007
        messages = receiver.receive()
    write_vrma(session.stop_recording(), tmp_path / "live.vrma")
    hips, rotations = read_vrma(tmp_path / "live.vrma")
    bones = bones_of(messages)
    assert set(rotations) == set(HUMANOID_BONES.values()) and len(bones) == len(rotations)
    vrm_names = {UNITY_BONES[joint]: vrm for joint, vrm in HUMANOID_BONES.items()}
    for name, values in bones.items():
        assert_same_rotations(values[3:], to_unity(rotations[vrm_names[name]][-1]))
    np.testing.assert_allclose(bones["Hips"][:3], hips[-1] * [-1, 1, 1], atol=1e-5)


def test_every_frame_of_a_body_that_does_not_deform_is_that_of_the_vrma_file(tmp_path):
    """Without noise every prefix of a recording measures the same body."""
    recording = rigid_signer()
    write_vrma(recording, tmp_path / "whole.vrma")
    _, rotations = read_vrma(tmp_path / "whole.vrma")
    avatar = CausalAvatar(recording.fps)
    for t in range(len(recording)):
        pose = avatar.step(recording[t])
        world = pose.motion.forward_kinematics().rotations[0]
        for number, joint in enumerate(pose.motion.joints):
            name = HUMANOID_BONES.get(joint.name)
            if name is None:
                continue
            local = world[number]
            if joint.parent >= 0:
                local = world[joint.parent].T @ local
            every = rotations[name]
            found = quaternion_from_rotation(local).astype(np.float32)
            assert_same_rotations(found, every[min(t, len(every) - 1)])


def rigid_signer():
    """A signer with constant bones: arms that turn at the shoulder, elbows bent by 90 degrees."""
    T, fps = 20, 25
    names = sl.PANOPTIC26.keypoints
    points = np.zeros((T, len(names), 3))
    fixed = {
        "MidHip": (0, 0, 0), "LHip": (10, 0, 0), "RHip": (-10, 0, 0),
        "Neck": (0, -50, 0), "LShoulder": (18, -50, 0), "RShoulder": (-18, -50, 0),
        "Nose": (0, -66, -11), "LEye": (3.2, -69, -8), "REye": (-3.2, -69, -8),
        "LEar": (7.5, -67, 0), "REar": (-7.5, -67, 0),
        "LKnee": (10, 42, 0), "RKnee": (-10, 42, 0), "LAnkle": (10, 84, 0), "RAnkle": (-10, 84, 0),
        "LHeel": (10, 88, 4), "RHeel": (-10, 88, 4), "LBigToe": (10, 90, -18),
        "RBigToe": (-10, 90, -18), "LSmallToe": (13, 90, -16), "RSmallToe": (-13, 90, -16),
    }  # fmt: skip
    for name, place in fixed.items():
        if name in names:
            points[:, names.index(name)] = place
    angle = 0.3 + 0.02 * np.arange(T)
    for side, x in (("L", 1), ("R", -1)):
        upper = np.stack([x * np.sin(angle), np.cos(angle), np.zeros(T)], -1)
        lower = np.stack([x * np.cos(angle) * 0.6, -np.sin(angle) * 0.6, -0.8 * np.ones(T)], -1)
        elbow = points[:, names.index(f"{side}Shoulder")] + 28 * upper
        for name in (f"{side}Elbow",):
            points[:, names.index(name)] = elbow
        for name in (f"{side}Wrist", f"{side}Hand"):
            if name in names:
                points[:, names.index(name)] = elbow + 25 * lower
    return sl.Recording(points[..., :2], depth=points[..., 2], fps=fps, unit="cm")


def test_smoothing_turns_bones_less(shipped, receiver):
    rng = np.random.default_rng(0)
    body = SAMPLE.convert("panoptic26")
    noise = rng.normal(0, 2, body.keypoints.shape)
    noisy = sl.Recording(body.keypoints + noise, body.skeleton, fps=body.fps)
    turns = []
    for smooth in (False, True):
        rotations = [
            bones_of(receiver.receive())["Head"][3:]
            for _ in lift_live(shipped, noisy, receiver.port, smooth)
        ]
        turns.append(np.abs(np.diff(rotations, axis=0)).sum())
    assert turns[1] < 0.8 * turns[0]


def test_an_arm_that_is_observed_again_turns_in_some_frames(shipped, receiver):
    """An arm that hangs while its elbow is missing, and then points aside."""
    recording = rigid_signer()
    keypoints = recording.keypoints.copy()
    names = sl.PANOPTIC26.keypoints
    hidden = [k for k, name in enumerate(names) if name in ("LElbow", "LHand")]
    keypoints[:5, hidden] = np.nan
    turns = []
    for smooth in (False, True):
        session = LiveSession(shipped, recording.skeleton, 60)
        sink = VmcSink("127.0.0.1", receiver.port, smooth=smooth)
        sink.open(session)
        rotations = []
        for t in range(8):
            frame = replace(
                session.push(KeypointFrame(keypoints[t])),
                keypoints=keypoints[t],
                depth=recording.depth[t],
            )
            sink.write(frame)
            rotations.append(bones_of(receiver.receive())["LeftUpperArm"][3:])
        sink.close()
        products = np.abs((np.array(rotations)[1:] * np.array(rotations)[:-1]).sum(1))
        turns.append(2 * np.arccos(np.clip(products, 0, 1)))
    assert turns[0].max() > 0.6
    assert turns[1].max() == pytest.approx(MAX_TURN_RATE / 60, rel=0.01)


def test_nobody_yet_is_not_loaded_and_a_signer_who_leaves_keeps_the_pose(shipped, receiver):
    session = LiveSession(shipped, SAMPLE.skeleton, SAMPLE.fps)
    sink = VmcSink("127.0.0.1", receiver.port)
    sink.open(session)
    empty = KeypointFrame.empty(SAMPLE.skeleton)
    sink.write(session.push(empty))
    assert receiver.receive()[0][1] == [0, 0, 0, 0]
    sink.write(session.push(KeypointFrame.from_recording(SAMPLE, 0)))
    before = receiver.receive()
    sink.write(session.push(empty))
    after = receiver.receive()
    assert (before[0][1], after[0][1]) == ([1, 3, 0, 1], [1, 3, 0, 0])
    assert_same_rotations(bones_of(after)["LeftUpperArm"][3:], bones_of(before)["LeftUpperArm"][3:])
    sink.report(InputError("line 3"), "line 3")
    sink.close()


def test_a_receiver_that_is_not_there_is_no_problem(shipped, receiver, recwarn):
    port = receiver.port
    receiver.socket.close()
    for _ in lift_live(shipped, SAMPLE[:2], port):
        pass
    assert not recwarn.list


def test_a_network_that_fails_gives_one_warning(shipped):
    session = LiveSession(shipped, "coco17", 25)
    sink = VmcSink("127.0.0.1", 39539)
    sink.open(session)

    class Failing:
        def sendto(self, *_):
            raise OSError(101, "Network is unreachable")

        def close(self):
            pass

    sink._socket.close()
    sink._socket = Failing()
    with pytest.warns(
        InputWarning, match="frames do not arrive .network is unreachable."
    ) as warned:
        for _ in range(3):
            sink.write(session.push(KeypointFrame.empty(session.skeleton)))
    assert len(warned) == 1


def test_an_unknown_host_is_a_mistake():
    with pytest.raises(InputError, match="sink: expected the address of a host, found vmc://"):
        VmcSink("no.such.host.invalid", 39539)
