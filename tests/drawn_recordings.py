"""Recordings of random numbers, and figures of them."""

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.visualization.canvas import SkeletonFigure
from signlift.visualization.plot import _scene


def recording(frames=6, on=PANOPTIC26, seed=0, **fields):
    rng = np.random.default_rng(seed)
    points = rng.uniform(100, 500, (1, len(on), 3)) + rng.normal(0, 4, (frames, len(on), 3))
    return Recording(points[..., :2], on, depth=points[..., 2] - 300, **fields)


def drawn(body, frame=0, *, true=None, views=("front", "side"), show_input=None):
    figure = SkeletonFigure(_scene(body, true, None, views, show_input, None), 50)
    figure.show(frame)
    return figure


def bones_of(drawing):
    """The bones in a panel: the gap that each one lays comes before it."""
    return [path.vertices for path in drawing.bones.get_paths()[1::2]]
