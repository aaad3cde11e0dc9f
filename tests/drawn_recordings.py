"""Recordings of random numbers and of a person who stands, and figures of them."""

from dataclasses import replace

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.visualization.figures.skeleton_figure import SkeletonFigure
from signlift.visualization.plot_skeleton import prepare_scene

#: x, y (down) and z (away) in cm of a person who faces the camera, by the common names.
STANDING = {
    "Neck": (0, 0, 0), "Nose": (0, -18, -11), "MidHip": (0, 50, 0),
    "LShoulder": (18, 0, 0), "LElbow": (26, 28, 0), "LWrist": (24, 30, -26),
    "LHip": (9, 50, 0), "LKnee": (10, 92, 0), "LAnkle": (10, 132, 2),
    "LEye": (3, -22, -8), "LEar": (7, -20, 0), "LBigToe": (11, 138, -14),
    "LSmallToe": (14, 138, -12), "LHeel": (10, 138, 6), "Keypoint26": (0, -30, 0),
}  # fmt: skip


def recording(frames=6, skeleton=PANOPTIC26, seed=0, **fields):
    rng = np.random.default_rng(seed)
    points = rng.uniform(100, 500, (1, len(skeleton), 3)) + rng.normal(
        0, 4, (frames, len(skeleton), 3)
    )
    return Recording(points[..., :2], skeleton, depth=points[..., 2] - 300, **fields)


def standing(frames=4, skeleton=PANOPTIC26, **fields):
    """A person who stands and moves the arms a little, 2 px per cm; unknown keypoints are NaN."""
    points = np.full((frames, len(skeleton), 3), np.nan)
    for name, (x, y, z) in STANDING.items():
        for target, sign in ((name, 1), ("R" + name[1:], -1)):
            number = skeleton.find(target)
            if number is not None and (sign == 1 or name[0] == "L"):
                points[:, number] = np.array([sign * x, y, z]) * 2 + (400, 200, 0)
    wrist = skeleton.find("LWrist")
    points[:, wrist, 1] -= 6 * np.arange(frames)
    return Recording(points[..., :2], skeleton, depth=points[..., 2], **fields)


def completed(body, *names):
    """The recording with some keypoints completed, as `Lifter.lift(complete=True)` leaves them."""
    confidence = np.where(body.observed, 1.0, np.nan)
    for name in names:
        confidence[:, body.skeleton.find(name)] = 0
    return replace(body, confidence=confidence)


def drawn(body, frame=0, *, true=None, views=("front", "side"), show_input=None):
    figure = SkeletonFigure(prepare_scene(body, true, None, views, show_input), 50)
    figure.show(frame)
    return figure


def shapes_of(drawing):
    """The outlines [n, K, 2] of the parts in a panel, without their gaps and their light.

    They are in the colours of their sides; the order is from far to near.
    """
    outlines = []
    for collection in (drawing.body.far, drawing.body.near):
        colours = collection.get_facecolor()
        theme = drawing.theme
        for path, colour in zip(collection.get_paths(), colours, strict=True):
            if tuple(colour) in fill_colours(theme):
                outlines.append((path.vertices[:-1], fill_colours(theme)[tuple(colour)]))
    return outlines


def fill_colours(theme):
    """The names of the colours that parts are filled with."""
    from matplotlib.colors import to_rgba

    named = {side: theme.sides[side] for side in ("left", "right")} | {"trunk": theme.head}
    pale = {f"pale {name}": theme.pale(colour) for name, colour in named.items()}
    return {tuple(to_rgba(colour)): name for name, colour in (named | pale).items()}
