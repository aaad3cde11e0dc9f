import os
from pathlib import Path

import numpy as np

from signlift.lifting.face import head_spline
from signlift.lifting.face.head_spline import tabulate_depth
from signlift.lifting.face.head_surface import head_surface


def test_the_table_of_the_surface_is_that_of_the_canonical_face():
    """UPDATE_SNAPSHOTS=1 renews the table after a change of the canonical face."""
    path = Path(head_spline.__file__).with_name("head_surface.npy")
    z = tabulate_depth().astype(np.float32)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        np.save(path, z)
    np.testing.assert_allclose(np.load(path), z, atol=1e-3)
    np.testing.assert_allclose(head_surface().table[..., 0], z, atol=1e-3)
