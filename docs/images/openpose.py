"""Draw docs/images/openpose.png: three frames of a real detector's keypoints, lifted.

python docs/images/openpose.py openpose.pose
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import signlift as sl
from signlift.pipeline.convert import Conversion, finished

FRAMES = (8, 45, 70)


def main(path: str) -> None:
    """Lift, say how steady it is, and draw."""
    recording = sl.read(path).convert("openpose25")
    lifted = finished(sl.load().lift(recording), "pose", Conversion())
    on, points = lifted.skeleton, lifted.points
    width = np.linalg.norm(on.point(points, "LShoulder") - on.point(points, "RShoulder"), axis=-1)
    unit = np.nanmedian(width)
    for name in ("LElbow", "RElbow", "LWrist", "RWrist"):
        depth = (points[:, on.index(name)] - points[:, on.index("Neck")])[:, 2] / unit
        step = np.nanmax(np.abs(np.diff(depth)))
        print(f"{name}: {np.nanmedian(depth):+.2f} shoulder widths from the Neck, step {step:.2f}")  # noqa: T201
    for side in "LR":
        for one, other in (("Shoulder", "Elbow"), ("Elbow", "Wrist")):
            bone = points[:, on.index(side + one)] - points[:, on.index(side + other)]
            length = np.linalg.norm(bone, axis=-1)
            varies = np.nanstd(length) / np.nanmean(length)
            print(f"{side}{one} to {side}{other}: length varies by {100 * varies:.1f} %")  # noqa: T201
    views = ("front", "side", "turned")
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            Image.open(
                sl.plot_3D_skeleton(
                    lifted,
                    Path(folder) / f"{frame}.png",
                    frame=frame,
                    views=views,
                    show_input=True,
                    quiet=True,
                )
            ).convert("RGB")
            for frame in FRAMES
        ]
    picture = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
    for number, row in enumerate(rows):
        picture.paste(row, (0, number * rows[0].height))
    width, height = picture.size
    small = picture.resize((1000, round(1000 * height / width)), Image.Resampling.LANCZOS)
    small.quantize(256).save(Path(__file__).with_name("openpose.png"), optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
