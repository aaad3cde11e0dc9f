"""Draw docs/images/signer.gif and signer_frames.png: the sample recording, lifted.

    python docs/scripts/draw_signer.py

The recording has no true depth to compare with. The script also prints what can be said without
one: the depth of elbows and wrists, the largest step of depth between two frames, and the
variation of the arms' bone lengths.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import signlift as sl

IMAGES = Path(__file__).parents[1] / "images"
FRAMES = (8, 45, 70)
WIDTH = 1000


def main() -> None:
    """Lift the sample, print its measures and draw it."""
    recording = sl.read(sl.sample_path("openpose"))
    lifted = lift_observed(recording)
    print_measures(lift_observed(recording.convert("openpose25")))
    sl.plot_3D_skeleton(lifted, IMAGES / "signer.gif", show_input=True, every=2, dpi=72, quiet=True)
    draw_frames(lifted, IMAGES / "signer_frames.png")


def lift_observed(recording: sl.Recording) -> sl.Recording:
    """Lift a recording; keypoints that were not observed keep no depth."""
    lifted = sl.load().lift(recording)
    assert lifted.depth is not None
    return lifted.with_depth(np.where(lifted.observed, lifted.depth, np.nan))


def print_measures(lifted: sl.Recording) -> None:
    """Print depths relative to the Neck, and bone lengths, in shoulder widths."""
    skeleton, points = lifted.skeleton, lifted.points

    def point(name: str) -> np.ndarray:
        return points[:, skeleton.index(name)]

    unit = np.nanmedian(np.linalg.norm(point("LShoulder") - point("RShoulder"), axis=-1))
    for name in ("LElbow", "RElbow", "LWrist", "RWrist"):
        depth = (point(name) - point("Neck"))[:, 2] / unit
        step = np.nanmax(np.abs(np.diff(depth)))
        print(f"{name}: median depth {np.nanmedian(depth):+.2f}, largest step {step:.2f}")
    for side in "LR":
        for start, end in (("Shoulder", "Elbow"), ("Elbow", "Wrist")):
            length = np.linalg.norm(point(side + start) - point(side + end), axis=-1)
            variation = 100 * np.nanstd(length) / np.nanmean(length)
            print(f"{side}{start} to {side}{end}: length varies by {variation:.1f} %")


def draw_frames(lifted: sl.Recording, path: Path) -> None:
    """Draw three frames below each other: input, front, side and three-quarter view."""
    with tempfile.TemporaryDirectory() as directory:
        rows = []
        for frame in FRAMES:
            file = Path(directory) / f"{frame}.png"
            sl.plot_3D_skeleton(
                lifted,
                file,
                frame=frame,
                views=("front", "side", "turned"),
                show_input=True,
                quiet=True,
            )
            rows.append(Image.open(file).convert("RGB"))
    image = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
    for number, row in enumerate(rows):
        image.paste(row, (0, number * rows[0].height))
    height = round(WIDTH * image.height / image.width)
    image.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
