"""signlift: depth for the 2D keypoints of people who sign.

>>> import signlift as sl
>>> sl.train("data", "runs/first", epochs=60)                            # doctest: +SKIP
>>> lifted = sl.load("runs/first").lift(sl.read("keypoints.npy"))        # doctest: +SKIP
>>> sl.plot_3D_skeleton(lifted, "lifted.gif")                            # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from signlift.animation.solve import animate
    from signlift.cleaning.fill import fill
    from signlift.cleaning.one_euro import OneEuro, one_euro
    from signlift.cleaning.savitzky_golay import SavitzkyGolay, savitzky_golay
    from signlift.cleaning.steady_stream import SteadyStream
    from signlift.errors import InputError
    from signlift.evaluation.test import test
    from signlift.formats import read, read_all, read_arrays, write, write_arrays
    from signlift.formats.calibration import read_calibration
    from signlift.lifting.body_lengths import BodyLengths
    from signlift.lifting.lifter import Lifter, load
    from signlift.lifting.stream import Stream
    from signlift.model.export import export_run
    from signlift.preprocessing.prepare import prepare
    from signlift.preprocessing.rotate import rotate_skeleton
    from signlift.preprocessing.scale import scale_axes
    from signlift.recording import Recording
    from signlift.skeleton import COCO17, OPENPOSE25, PANOPTIC26, PANOPTIC67, Skeleton
    from signlift.synthetic import generate
    from signlift.training.config import Hardware, TrainConfig
    from signlift.training.fit import train
    from signlift.triangulation.triangulate import triangulate
    from signlift.triangulation.views import read_views
    from signlift.visualization import plot_3D_skeleton

#: Where each public name lives: it is imported when it is first asked for, so that
#: `import signlift` is quick and reading, measuring and drawing need no PyTorch.
_PUBLIC = {
    "signlift.animation.solve": ("animate",),
    "signlift.cleaning.fill": ("fill",),
    "signlift.cleaning.one_euro": ("OneEuro", "one_euro"),
    "signlift.cleaning.savitzky_golay": ("SavitzkyGolay", "savitzky_golay"),
    "signlift.cleaning.steady_stream": ("SteadyStream",),
    "signlift.errors": ("InputError",),
    "signlift.evaluation.test": ("test",),
    "signlift.formats": ("read", "read_all", "read_arrays", "write", "write_arrays"),
    "signlift.formats.calibration": ("read_calibration",),
    "signlift.lifting.body_lengths": ("BodyLengths",),
    "signlift.lifting.lifter": ("Lifter", "load"),
    "signlift.lifting.stream": ("Stream",),
    "signlift.model.export": ("export_run",),
    "signlift.preprocessing.prepare": ("prepare",),
    "signlift.preprocessing.rotate": ("rotate_skeleton",),
    "signlift.preprocessing.scale": ("scale_axes",),
    "signlift.recording": ("Recording",),
    "signlift.skeleton": ("COCO17", "OPENPOSE25", "PANOPTIC26", "PANOPTIC67", "Skeleton"),
    "signlift.synthetic": ("generate",),
    "signlift.training.config": ("Hardware", "TrainConfig"),
    "signlift.training.fit": ("train",),
    "signlift.triangulation.triangulate": ("triangulate",),
    "signlift.triangulation.views": ("read_views",),
    "signlift.visualization": ("plot_3D_skeleton",),
}
_MODULE_OF = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "COCO17",
    "OPENPOSE25",
    "PANOPTIC26",
    "PANOPTIC67",
    "BodyLengths",
    "Hardware",
    "InputError",
    "Lifter",
    "OneEuro",
    "Recording",
    "SavitzkyGolay",
    "Skeleton",
    "SteadyStream",
    "Stream",
    "TrainConfig",
    "animate",
    "export_run",
    "fill",
    "generate",
    "load",
    "one_euro",
    "plot_3D_skeleton",
    "prepare",
    "read",
    "read_all",
    "read_arrays",
    "read_calibration",
    "read_views",
    "rotate_skeleton",
    "savitzky_golay",
    "scale_axes",
    "test",
    "train",
    "triangulate",
    "write",
    "write_arrays",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
