"""Recordings of random numbers, and figures of them."""

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.visualization.plot_skeleton import prepare_scene
from signlift.visualization.skeleton_figure import SkeletonFigure


def recording(frames=6, skeleton=PANOPTIC26, seed=0, **fields):
    rng = np.random.default_rng(seed)
    points = rng.uniform(100, 500, (1, len(skeleton), 3)) + rng.normal(
        0, 4, (frames, len(skeleton), 3)
    )
    return Recording(points[..., :2], skeleton, depth=points[..., 2] - 300, **fields)


def drawn(body, frame=0, *, true=None, views=("front", "side"), show_input=None):
    figure = SkeletonFigure(prepare_scene(body, true, None, views, show_input), 50)
    figure.show(frame)
    return figure


def bones_of(drawing):
    """The bones in a panel; a wider line before each leaves a gap in those behind it."""
    return [path.vertices for path in drawing.bones.get_paths()[1::2]]
