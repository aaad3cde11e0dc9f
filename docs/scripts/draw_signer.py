"""Draw docs/images/signer.gif and pictures.png: the sample recording, lifted.

    python docs/scripts/draw_signer.py

The recording has no true depth to compare with. The script also prints what can be said without
one: the depth of elbows and wrists, the largest step of depth between two frames, and the
variation of the arms' bone lengths.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import signlift as sl

IMAGES = Path(__file__).parents[1] / "images"
FRAMES = (8, 30, 45, 70)
WIDTH = 1200


def main() -> None:
    """Lift the sample, print its measures and draw it."""
    recording = sl.read(sl.sample_path("openpose"))
    print_measures(lift_observed(recording.convert("openpose25")))
    lifted = sl.load().lift(recording, complete=True)
    views = ("front", "side", "turned")
    sl.plot_3D_skeleton(
        lifted, IMAGES / "signer.gif", views=views, show_input=True, every=2, dpi=72, quiet=True
    )
    draw_frames(lifted, IMAGES / "pictures.png")


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
    """Draw frames in a row, from the front and from the side, in 256 colours."""
    sl.plot(lifted, path, frames=FRAMES)
    with Image.open(path) as large:
        height = round(WIDTH * large.height / large.width)
        image = large.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    image.quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
