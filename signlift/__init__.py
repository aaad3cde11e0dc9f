"""Depth for the 2D keypoints of people who sign.

>>> import signlift as sl
>>> sl.train("data", "runs/first", epochs=60)                            # doctest: +SKIP
>>> lifted = sl.load("runs/first").lift(sl.read("keypoints.npy"))        # doctest: +SKIP
>>> sl.plot_3D_skeleton(lifted, "lifted.gif")                            # doctest: +SKIP
"""

import lazy_loader

from signlift._version import __version__ as __version__

# The public names and their modules are those of __init__.pyi. A module is imported when one of
# its names is first used, so that `import signlift` is fast and most of it needs no PyTorch.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
