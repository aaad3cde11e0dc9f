"""Draw docs/images/avatars.png and docs/images/handshapes.png: avatars with bodies and hands.

python docs/scripts/draw_avatars.py a.bvh b.bvh ...
python docs/scripts/draw_avatars.py --letters MOCAP.npz

The first draws BVH files, as an animation program shows them. The second draws letters of the manual
alphabet: captured keypoints, and the avatar that is made of them. MOCAP.npz holds clips [T, 67, 3] with
the names of letters, as aws.A.
"""  # noqa: E501

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from signlift.animation.avatar import solve_avatar
from signlift.core.hands import FINGERS
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC67
from signlift.geometry.joint_hierarchy import Motion
from signlift.io.mocap.bvh import read_bvh
from signlift.io.mocap.clip import view_from_front
from signlift.io.mocap.motion_clips import read_mocap
from signlift.visualization.body.outlines import outline_circles
from signlift.visualization.style import INK, PAPER, SIDE_COLOURS
from signlift.visualization.theme import mix

IMAGES = Path(__file__).parents[1] / "images"
FRACTIONS = (0.15, 0.5, 0.85)
#: Axes of a view: across, up, and towards the viewer, with their signs.
VIEWS = {"front": ((0, 1), (1, 1), (2, 1)), "side": ((2, -1), (1, 1), (0, 1))}

LETTERS = "A B C D E F G H I K L M N O P Q R S T U V W X Y".split()

#: Colours of the fingers, thumb to little finger (Okabe and Ito, for colour-blind people).
FINGER_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00")
PALM_COLOUR = "#B9BEC6"

#: Radii in cm at both ends of a bone, by the joint at its end. Legs are left out.
RADII = {
    "Head": (4.8, 4.6),
    "ForeArm": (4.6, 3.9),
    "Hand": (3.8, 2.5),
    "Hand_End": (2.6, 2.0),
}

Capsule = tuple[np.ndarray, np.ndarray, str]


def finger_of(name: str) -> int | None:
    """Return the number of the finger that a joint belongs to."""
    return next((n for n, finger in enumerate(FINGERS) if f"Hand{finger}" in name), None)


def draw_capsules(axes: Axes, capsules: list[Capsule], view: str) -> None:
    """Draw tapered bones ([2, 3] ends and [2] radii in cm) from far to near, with shades."""
    (x, flip), (y, _), (z, sign) = VIEWS[view]
    for ends, radii, colour in sorted(capsules, key=lambda one: sign * one[0][:, z].mean()):
        centres = (ends[:, [x, y]] * [flip, 1])[None]
        for grown, shift, tone in ((0.22, 0.0, PAPER), (0.0, 0.0, colour), (-0.55, 0.22, "")):
            size = np.maximum(radii * (1 + grown) if grown < 0 else radii + grown, 0.05)
            outline = outline_circles(
                centres + shift * radii.min(), np.repeat(size[None, :, None], 2, 2)
            )[0]
            axes.fill(*outline.T, color=tone or mix(colour, "#FFFFFF", 0.25), linewidth=0)


def body_capsules(
    motion: Motion, positions: Float[np.ndarray, "K 3"], head: Float[np.ndarray, "3 3"]
) -> list[Capsule]:
    """List the parts of an avatar in one frame, from the hips up; the nose shows where it looks."""
    at = dict(zip(motion.names, positions, strict=True))
    corners = [at[name] for name in ("LeftArm", "RightArm", "RightUpLeg", "LeftUpLeg")]
    trunk = mix(SIDE_COLOURS["middle"], PAPER, 0.35)
    capsules: list[Capsule] = [(np.stack(corners), np.array([5.5, 5.5, 8.0, 8.0]), trunk)]
    skull = at["Head"] + head @ [0.0, 4.0, 1.0]
    chin, nose = skull + head @ [0.0, -6.0, 2.5], skull + head @ [0.0, -3.0, 8.2]
    skin = SIDE_COLOURS["middle"]
    capsules.append((np.stack([skull, chin]), np.array([8.6, 5.5]), skin))
    capsules.append((np.stack([nose, nose + 1e-3]), np.array([1.6, 1.6]), skin))
    for joint, position in zip(motion.joints, positions, strict=True):
        bare = joint.name.removeprefix("Left").removeprefix("Right")
        fingers = finger_of(joint.name) is not None
        if bare not in RADII and not fingers:
            continue
        side = "left" if joint.name.startswith("Left") else "middle"
        side = "right" if joint.name.startswith("Right") else side
        radii = ((2.1, 1.2) if bare.endswith("1") else (1.15, 1.0)) if fingers else RADII[bare]
        ends = np.stack([positions[joint.parent], position])
        colour = trunk if bare == "Head" else SIDE_COLOURS[side]
        capsules.append((ends, np.array(radii), colour))
    return capsules


def draw_files(paths: list[Path]) -> None:
    """Draw a row for each file: three frames, from the front and from the person's left."""
    columns = len(FRACTIONS) * len(VIEWS)
    figure = Figure(figsize=(1.6 * columns, 2.5 * len(paths)), dpi=110, facecolor=PAPER)
    for row, path in enumerate(paths):
        motion = read_bvh(path)
        transforms = motion.forward_kinematics()
        positions, hips = transforms.positions, motion.names.index("Hips")
        heads = transforms.rotations[:, motion.names.index("Head")]
        for number, fraction in enumerate(FRACTIONS):
            frame = int(fraction * (len(motion) - 1))
            for view, name in enumerate(VIEWS):
                cell = row * columns + number * len(VIEWS) + view + 1
                axes = figure.add_subplot(len(paths), columns, cell)
                axes.set_aspect("equal")
                axes.axis("off")
                capsules = body_capsules(motion, positions[frame], heads[frame])
                draw_capsules(axes, capsules, name)
                (x, flip), _, _ = VIEWS[name]
                middle = flip * positions[frame, hips, x] - (20 if name == "side" else 0)
                floor = positions[frame, hips, 1] - 22
                axes.set_xlim(middle - 42, middle + 42)
                axes.set_ylim(floor, floor + 112)
                axes.set_title(f"frame {frame}, {name}", fontsize=8, color=INK)
                if cell % columns == 1:
                    axes.text(0, 1.13, path.name, transform=axes.transAxes, color=INK)
    figure.subplots_adjust(0.01, 0.0, 0.99, 0.93, 0.02, 0.16)
    figure.savefig(IMAGES / "avatars.png", facecolor=PAPER)


def hand_points(recording: Recording, side: str) -> Float[np.ndarray, "T 21 3"]:
    """Return the captured hand of a side (L or R), relative to the wrist, y up."""
    first = PANOPTIC67.index(f"{side}HandRoot")
    points = recording.points[:, first : first + 21] * np.array([1.0, -1, -1])
    return points - points[:, :1]


def avatar_hand(motion: Motion, side: str) -> Float[np.ndarray, "T 21 3"]:
    """Return the hand of an avatar, in the order of the keypoints, relative to the wrist."""
    name = "Left" if side == "L" else "Right"
    names = [f"{name}Hand"]
    for finger in FINGERS:
        names += [f"{name}Hand{finger}{joint}" for joint in ("1", "2", "3", "3_End")]
    positions = motion.forward_kinematics().positions
    hand = positions[:, [motion.names.index(joint) for joint in names]]
    return hand - hand[:, :1]


def still_frame(hand: Float[np.ndarray, "T 21 3"], whole: Recording, side: str) -> int:
    """Choose the frame in which the hand is raised and moves least."""
    wrist = whole.points[:, PANOPTIC67.index(f"{side}Hand")] * np.array([1.0, -1, -1])
    moved = np.abs(np.gradient(hand, axis=0)).sum((1, 2)) / 21
    moved += np.abs(np.gradient(wrist, axis=0)).sum(1)
    smooth = np.convolve(moved, np.ones(7) / 7, "same")
    raised = wrist[:, 1] > np.quantile(wrist[:, 1], 0.6)
    return int(np.argmin(np.where(raised, smooth, np.inf)))


def draw_letters(path: Path) -> None:
    """Draw letters: captured keypoints above, the avatar's hand below."""
    clips = {clip.name.rpartition(".")[2]: clip for clip in read_mocap(path)}
    columns = len(LETTERS) // 2
    figure = Figure(figsize=(1.1 * columns, 5.4), dpi=110, facecolor=PAPER)
    for number, letter in enumerate(LETTERS):
        clip = clips["letter_I" if letter == "I" else letter]
        recording = view_from_front(clip, PANOPTIC67)
        heights = {s: recording.points[:, PANOPTIC67.index(f"{s}Hand"), 1].min() for s in "LR"}
        side = min(heights, key=lambda one: heights[one])  # the raised one: y is down
        truth = hand_points(recording, side)
        frame = still_frame(truth, recording, side)
        made = avatar_hand(solve_avatar(recording).motion, side)
        for place, (hand, kind) in enumerate(((truth, "keypoints"), (made, "avatar"))):
            row = 2 * (number // columns) + place
            axes = figure.add_subplot(4, columns, row * columns + number % columns + 1)
            axes.set_aspect("equal")
            axes.axis("off")
            draw_capsules(axes, hand_capsules(hand[frame], thin=place == 0), "front")
            middle = (truth[frame].max(0) + truth[frame].min(0)) / 2
            axes.set_xlim(middle[0] - 9.5, middle[0] + 9.5)
            axes.set_ylim(middle[1] - 10.5, middle[1] + 10.5)
            if place == 0:
                axes.set_title(letter, fontsize=12, color=INK)
            if number % columns == 0:
                axes.text(
                    -0.1, 0.5, kind, transform=axes.transAxes, rotation=90, va="center", fontsize=8
                )
    figure.subplots_adjust(0.02, 0.0, 1.0, 0.95, 0.0, 0.06)
    figure.savefig(IMAGES / "handshapes.png", facecolor=PAPER)


def hand_capsules(hand: Float[np.ndarray, "21 3"], *, thin: bool) -> list[Capsule]:
    """List the bones of a hand: thin ones for keypoints, else with volume."""
    size = 0.32 if thin else 1.0
    knuckles = np.array([0, 1, 5, 9, 13, 17])
    palm_radii = size * np.array([1.2, 1.0, 0.95, 0.95, 0.9, 0.85])
    capsules: list[Capsule] = []
    if thin:
        capsules += [(hand[[0, knuckle]], np.full(2, 0.3), PALM_COLOUR) for knuckle in knuckles[1:]]
    else:
        capsules.append((hand[knuckles[[0, 2, 3, 4, 5]]], palm_radii[[0, 2, 3, 4, 5]], PALM_COLOUR))
        capsules.append((hand[[0, 1]], palm_radii[:2], PALM_COLOUR))
    for finger, colour in enumerate(FINGER_COLOURS):
        chain = range(4 * finger + 1, 4 * finger + 5)
        for bone, ends in enumerate(pairwise(chain)):
            radii = ((0.95, 0.85), (0.85, 0.8), (0.8, 0.7))[bone]
            capsules.append((hand[list(ends)], size * np.array(radii), colour))
    return capsules


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--letters", action="store_true")
    options = parser.parse_args()
    if options.letters:
        draw_letters(options.files[0])
    else:
        draw_files(options.files)
