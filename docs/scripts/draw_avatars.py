"""Draw docs/images/avatars.png: skeletons of BVH files, as an animation program shows them.

python docs/scripts/draw_avatars.py a.bvh b.bvh ...
"""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.figure import Figure

from signlift.io.mocap.bvh import read_bvh
from signlift.visualization.style import INK, MUTED, PAPER, SIDE_COLOURS

IMAGE = Path(__file__).parents[1] / "images" / "avatars.png"
FRACTIONS = (0.1, 0.5, 0.85)
VIEWS = ((0, "front"), (2, "side"))


def main(paths: list[str]) -> None:
    """Draw a row for each file: three frames, from the front and from the person's left."""
    columns = len(FRACTIONS) * len(VIEWS)
    figure = Figure(figsize=(1.7 * columns, 2.9 * len(paths)), dpi=100, facecolor=PAPER)
    for row, path in enumerate(paths):
        motion = read_bvh(path)
        positions = motion.forward_kinematics().positions
        for number, fraction in enumerate(FRACTIONS):
            frame = int(fraction * (len(motion) - 1))
            for view, (axis, name) in enumerate(VIEWS):
                cell = row * columns + number * len(VIEWS) + view + 1
                axes = figure.add_subplot(len(paths), columns, cell)
                axes.set_aspect("equal")
                axes.axis("off")
                axes.axhline(0, color=MUTED, linewidth=0.6)
                for joint, position in zip(motion.joints, positions[frame], strict=True):
                    if joint.parent < 0:
                        continue
                    start = positions[frame, joint.parent]
                    side = "left" if joint.name.startswith("Left") else "middle"
                    side = "right" if joint.name.startswith("Right") else side
                    axes.plot(
                        [start[axis], position[axis]],
                        [start[1], position[1]],
                        color=SIDE_COLOURS[side],
                        linewidth=2.2,
                        solid_capstyle="round",
                    )
                axes.set_title(f"frame {frame}, {name}", fontsize=8, color=INK)
                if cell % columns == 1:
                    axes.text(0, 1.12, Path(path).name, transform=axes.transAxes, color=INK)
    figure.tight_layout()
    figure.savefig(IMAGE, facecolor=PAPER)


if __name__ == "__main__":
    main(sys.argv[1:])
