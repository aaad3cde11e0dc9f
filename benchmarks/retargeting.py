"""Distance from the joints of avatars to the keypoints that they were made from.

    python -m benchmarks.retargeting FILE [--every 4]

FILE is motion capture with fingers, as `signlift project` reads it; the clips of a .npz file are
grouped by the part of their names before the first dot. Each clip is seen from the front without
perspective, with its true depth; `solve_avatar` makes an avatar of it, and forward kinematics
gives the positions of its joints again. The table holds mean distances to the keypoints in cm:

- body: hips, neck, shoulders, elbows, wrists, knees and ankles
- hands: the 20 points of the fingers of each hand; tips: their ends
- shape: the hands again, relative to the wrist

Bones of avatars have constant lengths, and the palm is rigid; those of captured keypoints vary a
little. After the bone-length correction, distances are those to keypoints that are moved from the
hips outwards, so that every bone keeps its direction and has the avatar's length. What remains is
what joints cannot do: limits, hinges, a rigid palm and a spine of two pieces.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from benchmarks.command import make_parser, run_benchmark
from signlift.animation.avatar import Avatar, solve_avatar
from signlift.core.hands import FINGERS
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC67
from signlift.errors import InputError, problem
from signlift.io.mocap.clip import view_from_front
from signlift.io.mocap.motion_clips import read_mocap

#: From the camera frame to the animation frame.
_FLIP = np.array([1.0, -1.0, -1.0])

#: Bones by keypoint: the one before it, the avatar's joint, the name of the length, and a factor.
_BODY = {
    "Neck": ("MidHip", "Neck", "torso", 1.0),
    "*Shoulder": ("Neck", "*Arm", "shoulders", 0.5),
    "*Elbow": ("*Shoulder", "*ForeArm", "upper_arm", 1.0),
    "*Hand": ("*Elbow", "*Hand", "forearm", 1.0),
    "*Hip": ("MidHip", "*UpLeg", "hips", 0.5),
    "*Knee": ("*Hip", "*Leg", "thigh", 1.0),
    "*Ankle": ("*Knee", "*Foot", "shank", 1.0),
}

#: The columns of the table.
COLUMNS = ("body", "hands", "tips", "shape")

Bone = tuple[str, str, str, float]


def list_bones() -> dict[str, Bone]:
    """List the bones of body and hands by keypoint, from the hips outwards."""
    bones = {}
    for side, name in (("L", "Left"), ("R", "Right")):
        for keypoint, (start, joint, length, factor) in _BODY.items():
            bones[keypoint.replace("*", side)] = (
                start.replace("*", side),
                joint.replace("*", name),
                length,
                factor,
            )
        for finger in FINGERS:
            for number in (1, 2, 3, 4):
                start = f"{side}{finger}{number - 1}" if number > 1 else f"{side}Hand"
                joint = f"{name}Hand{finger}" + (f"{number}" if number < 4 else "3_End")
                length = (
                    f"palm_{finger.lower()}" if number == 1 else f"{finger.lower()}{number - 1}"
                )
                bones[f"{side}{finger}{number}"] = (start, joint, length, 1.0)
    return bones


def correct_lengths(
    points: dict[str, Float[np.ndarray, "T 3"]], lengths: dict[str, float]
) -> dict[str, Float[np.ndarray, "T 3"]]:
    """Move keypoints from the hips outwards so that bones have an avatar's lengths.

    Parameters
    ----------
    points
        [T, 3] in cm by keypoint.
    lengths
        Those of the avatar in cm.
    """
    corrected = {"MidHip": points["MidHip"]}
    for keypoint, (start, _, length, factor) in list_bones().items():
        bone = points[keypoint] - points[start]
        size = np.linalg.norm(bone, axis=-1, keepdims=True)
        corrected[keypoint] = corrected[start] + bone * (factor * lengths[length] / size)
    return corrected


def measure(recording: Recording, avatar: Avatar) -> dict[str, Float[np.ndarray, "2 n"]]:
    """Measure the distances of an avatar's joints to the keypoints.

    Returns
    -------
    For each of `COLUMNS` the distances in cm of all frames and keypoints: to the keypoints, and to
    those of the bone-length correction.
    """
    world = (recording.points.astype(np.float64) - avatar.origin) * avatar.scale * _FLIP
    names = ("MidHip", *list_bones())
    points = {name: world[:, PANOPTIC67.index(name)] for name in names}
    corrected = correct_lengths(points, avatar.lengths)
    positions = avatar.motion.forward_kinematics().positions
    at = {name: positions[:, number] for number, name in enumerate(avatar.motion.names)}
    joints = {"MidHip": at["Hips"]} | {
        keypoint: at[joint] for keypoint, (_, joint, _, _) in list_bones().items()
    }
    columns: dict[str, list[Float[np.ndarray, "2 T"]]] = {column: [] for column in COLUMNS}
    for name in names:
        away = np.stack([joints[name] - target[name] for target in (points, corrected)])
        distance = np.linalg.norm(away, axis=-1)
        if not name.startswith(tuple(side + finger for side in "LR" for finger in FINGERS)):
            columns["body"].append(distance)
            continue
        columns["hands"].append(distance)
        if name.endswith("4"):
            columns["tips"].append(distance)
        wrist = f"{name[0]}Hand"
        wrists = [joints[wrist] - target[wrist] for target in (points, corrected)]
        columns["shape"].append(np.linalg.norm(away - np.stack(wrists), axis=-1))
    return {column: np.concatenate(parts, 1) for column, parts in columns.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table and return the exit code."""
    parser = make_parser("retargeting", __doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--every", type=int, default=1, help="take every Nth clip (1)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    clips = read_mocap(options.file)[:: max(options.every, 1)]
    sources: dict[str, list[dict[str, Float[np.ndarray, "2 n"]]]] = {}
    frames: dict[str, int] = {}
    for clip in clips:
        if clip.hands is None or not len(clip.points):
            continue
        recording = view_from_front(clip, PANOPTIC67)
        source = clip.name.rpartition(", ")[2].partition(".")[0]
        sources.setdefault(source, []).append(measure(recording, solve_avatar(recording)))
        frames[source] = frames.get(source, 0) + len(clip.points)
    if not sources:
        raise InputError(problem(options.file, expected="clips with fingers", found="none"))
    print("mean distance in cm: to the keypoints / after the bone-length correction")
    print(f"{'source':<12}{'clips':>6}{'frames':>8}" + "".join(f"{name:>15}" for name in COLUMNS))
    for source, parts in sources.items():
        cells = []
        for column in COLUMNS:
            raw, corrected = np.concatenate([part[column] for part in parts], 1)
            cells.append(f"{np.nanmean(raw):.2f} / {np.nanmean(corrected):.2f}")
        text = "".join(f"{cell:>15}" for cell in cells)
        print(f"{source:<12}{len(parts):>6}{frames[source]:>8}{text}")


if __name__ == "__main__":
    sys.exit(main())
