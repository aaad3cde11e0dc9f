"""Draw docs/images/reference_frames.png: the axes of the coordinates in each kind of file.

python docs/scripts/draw_reference_frames.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from signlift.visualization.style import INK, MUTED, PAPER

# A signer who faces the camera, the left arm out: person's left, up, front, in torso lengths.
BODY = {
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
BONES = (
    *(("MidHip", "Neck"), ("Neck", "Head"), ("LShoulder", "RShoulder"), ("LHip", "RHip")),
    *(("LShoulder", "LElbow"), ("LElbow", "LHand"), ("RShoulder", "RElbow"), ("RElbow", "RHand")),
    *(("LHip", "LFoot"), ("RHip", "RFoot")),
)
# Title, file formats, origin, and the directions of x, y and z: l(eft), u(p) and f(ront).
REFERENCE_FRAMES = (
    ("camera", ".npy .npz .pose .csv .parquet .json", "MidHip", ("l", "-u", "-f")),
    ("TRC", "OpenSim, Pose2Sim", "MidHip", ("l", "u", "f")),
    ("BVH", "avatars; y = 0 is the floor", "floor", ("l", "u", "f")),
    ("canonical", "signlift prepare", "MidHip", ("f", "u", "-l")),
)
DIRECTIONS = {"l": (1, 0, 0), "u": (0, 1, 0), "f": (0, 0, 1)}
COLOURS = ("#c2410c", "#15803d", "#1d4ed8")


def main() -> None:
    """Draw a person with the axes of each reference frame, side by side."""
    figure = Figure(figsize=(12, 4.6), dpi=110, facecolor=PAPER)
    for number, (title, files, origin, axes) in enumerate(REFERENCE_FRAMES):
        panel = figure.add_subplot(1, 4, number + 1)
        panel.set_aspect("equal")
        panel.axis("off")
        panel.set_title(title, color=INK, fontsize=12, fontweight="bold", y=1.02)
        panel.text(0.5, 1.0, files, transform=panel.transAxes, ha="center", color=MUTED, fontsize=8)
        for start, end in BONES:
            ends = np.array([project(BODY[start]), project(BODY[end])])
            panel.plot(*ends.T, color=MUTED, linewidth=2.5, solid_capstyle="round")
        panel.scatter(*project(BODY["Head"]), s=260, color=MUTED)
        origin_point = (0.0, 0.0, 0.0) if origin == "MidHip" else (0.0, -1.7, 0.0)
        for name, axis, color in zip("xyz", axes, COLOURS, strict=True):
            sign = -1 if axis[0] == "-" else 1
            head = np.array(origin_point) + sign * 1.15 * np.array(DIRECTIONS[axis[-1]])
            panel.annotate(
                "",
                project(head),
                project(origin_point),
                arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2.2, "shrinkA": 0},
            )
            tip = project(np.array(origin_point) + 1.14 * (head - np.array(origin_point)))
            panel.text(*tip, name, color=color, fontsize=13, ha="center", va="center")
        panel.set_xlim(-1.9, 1.3)
        panel.set_ylim(-2.3, 2.0)
    text = "A person who faces the camera, seen by it. Their left is on the right."
    figure.text(0.5, 0.03, text, ha="center", color=MUTED, fontsize=9)
    image = Path(__file__).parents[1] / "images" / "reference_frames.png"
    figure.savefig(image, facecolor=PAPER)


def project(point: tuple[float, ...] | np.ndarray) -> tuple[float, float]:
    """Project a point obliquely: the front is drawn down and to the left."""
    left, up, front = (float(value) for value in point)
    return left - 0.55 * front, up - 0.42 * front


if __name__ == "__main__":
    main()
