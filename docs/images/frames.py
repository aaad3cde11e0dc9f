"""Draw docs/images/frames.png: the axes that keypoints are in, in each kind of file.

python docs/images/frames.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from signlift.visualization.style import INK, MUTED, PAPER

# A signer who faces the camera with one arm out to their left, in torsos: person's left, up, front.
_BODY = {
    "MidHip": (0, 0, 0),
    "Neck": (0, 1, 0),
    "Head": (0, 1.45, 0.12),
    "LShoulder": (0.35, 1, 0),
    "RShoulder": (-0.35, 1, 0),
    "LElbow": (0.8, 0.85, 0.15),
    "LHand": (1.2, 1.05, 0.45),
    "RElbow": (-0.45, 0.45, 0.05),
    "RHand": (-0.3, 0.55, 0.5),
    "LHip": (0.2, 0, 0),
    "RHip": (-0.2, 0, 0),
    "LFoot": (0.22, -1.7, 0),
    "RFoot": (-0.22, -1.7, 0),
}
_BONES = (
    *(("MidHip", "Neck"), ("Neck", "Head"), ("LShoulder", "RShoulder"), ("LHip", "RHip")),
    *(("LShoulder", "LElbow"), ("LElbow", "LHand"), ("RShoulder", "RElbow"), ("RElbow", "RHand")),
    *(("LHip", "LFoot"), ("RHip", "RFoot")),
)
# Title, what it holds for, its origin, and the directions of x, y and z in the body's terms.
_FRAMES = (
    ("camera", ".npy .npz .pose .csv .parquet .json", "MidHip", ("l", "-u", "-f")),
    ("TRC", "OpenSim, Pose2Sim", "MidHip", ("l", "u", "f")),
    ("BVH", "avatars; y = 0 is the floor", "floor", ("l", "u", "f")),
    ("canonical", "signlift prepare", "MidHip", ("f", "u", "-l")),
)
_TOWARDS = {"l": (1, 0, 0), "u": (0, 1, 0), "f": (0, 0, 1)}
_COLORS = ("#c2410c", "#15803d", "#1d4ed8")


def main() -> None:
    """Draw it."""
    figure = Figure(figsize=(12, 4.6), dpi=110, facecolor=PAPER)
    for number, (title, files, origin, axes) in enumerate(_FRAMES):
        place = figure.add_subplot(1, 4, number + 1)
        place.set_aspect("equal")
        place.axis("off")
        place.set_title(title, color=INK, fontsize=12, fontweight="bold", y=1.02)
        place.text(0.5, 1.0, files, transform=place.transAxes, ha="center", color=MUTED, fontsize=8)
        for one, other in _BONES:
            ends = np.array([_flat(_BODY[one]), _flat(_BODY[other])])
            place.plot(*ends.T, color=MUTED, linewidth=2.5, solid_capstyle="round")
        place.scatter(*_flat(_BODY["Head"]), s=260, color=MUTED)
        start = (0.0, 0.0, 0.0) if origin == "MidHip" else (0.0, -1.7, 0.0)
        for name, axis, color in zip("xyz", axes, _COLORS, strict=True):
            sign = -1 if axis[0] == "-" else 1
            end = np.array(start) + sign * 1.15 * np.array(_TOWARDS[axis[-1]])
            place.annotate(
                "",
                _flat(end),
                _flat(start),
                arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2.2, "shrinkA": 0},
            )
            tip = _flat(np.array(start) + 1.14 * (end - np.array(start)))
            place.text(*tip, name, color=color, fontsize=13, ha="center", va="center")
        place.set_xlim(-1.9, 1.3)
        place.set_ylim(-2.3, 2.0)
    text = "A person who faces the camera, seen by it. Their left is on the right."
    figure.text(0.5, 0.03, text, ha="center", color=MUTED, fontsize=9)
    figure.savefig(Path(__file__).with_name("frames.png"), facecolor=PAPER)


def _flat(point: tuple[float, ...] | np.ndarray) -> tuple[float, float]:
    """Where a point is drawn: what comes to the front goes down and to the left."""
    left, up, front = (float(value) for value in point)
    return left - 0.55 * front, up - 0.42 * front


if __name__ == "__main__":
    main()
