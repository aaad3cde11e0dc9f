"""signlift: depth for the 2D keypoints of people who sign.

>>> import signlift as sl
>>> sl.train("data", "runs/first", epochs=60)                            # doctest: +SKIP
>>> lifted = sl.load("runs/first").lift(sl.read("keypoints.npy"))        # doctest: +SKIP
>>> sl.plot_3D_skeleton(lifted, "lifted.gif")                            # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from signlift._version import __version__ as __version__

if TYPE_CHECKING:
    from signlift.animation.avatar import solve_avatar
    from signlift.core.body_proportions import BodyProportions
    from signlift.core.recording import Recording
    from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26, PANOPTIC67, Skeleton
    from signlift.datasets.canonical import prepare
    from signlift.datasets.multiview import triangulate
    from signlift.datasets.multiview_inputs import read_views
    from signlift.datasets.simulated import generate
    from signlift.errors import InputError
    from signlift.evaluation.evaluate import test
    from signlift.filtering.interpolate import interpolate_gaps
    from signlift.filtering.one_euro import OneEuro, one_euro_filter
    from signlift.filtering.one_euro_stream import OneEuroStream
    from signlift.filtering.savitzky_golay import SavitzkyGolay, savitzky_golay_filter
    from signlift.geometry.canonical_frame import rotate_skeleton
    from signlift.geometry.canonical_scale import scale_axes
    from signlift.io import read, read_all, read_arrays, write, write_arrays
    from signlift.io.calibration.read_calibration import read_calibration
    from signlift.lifting.lifter import Lifter, load
    from signlift.lifting.stream import Stream
    from signlift.model.export import export_run
    from signlift.samples import sample_path
    from signlift.training.config import Hardware, TrainConfig
    from signlift.training.fit import train
    from signlift.visualization import plot_3D_skeleton

#: Where each public name lives: it is imported when it is first asked for, so that
#: `import signlift` is quick and reading, measuring and drawing need no PyTorch.
_PUBLIC = {
    "signlift.animation.avatar": ("solve_avatar",),
    "signlift.filtering.interpolate": ("interpolate_gaps",),
    "signlift.filtering.one_euro": ("OneEuro", "one_euro_filter"),
    "signlift.filtering.savitzky_golay": ("SavitzkyGolay", "savitzky_golay_filter"),
    "signlift.filtering.one_euro_stream": ("OneEuroStream",),
    "signlift.errors": ("InputError",),
    "signlift.evaluation.evaluate": ("test",),
    "signlift.io": ("read", "read_all", "read_arrays", "write", "write_arrays"),
    "signlift.io.calibration.read_calibration": ("read_calibration",),
    "signlift.core.body_proportions": ("BodyProportions",),
    "signlift.lifting.lifter": ("Lifter", "load"),
    "signlift.lifting.stream": ("Stream",),
    "signlift.model.export": ("export_run",),
    "signlift.datasets.canonical": ("prepare",),
    "signlift.geometry.canonical_frame": ("rotate_skeleton",),
    "signlift.geometry.canonical_scale": ("scale_axes",),
    "signlift.core.recording": ("Recording",),
    "signlift.core.skeleton": ("COCO17", "OPENPOSE25", "PANOPTIC26", "PANOPTIC67", "Skeleton"),
    "signlift.datasets.simulated": ("generate",),
    "signlift.samples": ("sample_path",),
    "signlift.training.config": ("Hardware", "TrainConfig"),
    "signlift.training.fit": ("train",),
    "signlift.datasets.multiview": ("triangulate",),
    "signlift.datasets.multiview_inputs": ("read_views",),
    "signlift.visualization": ("plot_3D_skeleton",),
}
_MODULE_OF = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "COCO17",
    "OPENPOSE25",
    "PANOPTIC26",
    "PANOPTIC67",
    "BodyProportions",
    "Hardware",
    "InputError",
    "Lifter",
    "OneEuro",
    "OneEuroStream",
    "Recording",
    "SavitzkyGolay",
    "Skeleton",
    "Stream",
    "TrainConfig",
    "export_run",
    "generate",
    "interpolate_gaps",
    "load",
    "one_euro_filter",
    "plot_3D_skeleton",
    "prepare",
    "read",
    "read_all",
    "read_arrays",
    "read_calibration",
    "read_views",
    "rotate_skeleton",
    "sample_path",
    "savitzky_golay_filter",
    "scale_axes",
    "solve_avatar",
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
