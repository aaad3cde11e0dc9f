import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signlift.visualization.body.outlines import (
    OUTLINE_POINTS,
    outline_circles,
    outline_ellipsoids,
)

lengths = st.floats(0.1, 50)
places = st.tuples(st.floats(-99, 99), st.floats(-99, 99))


@given(first=places, last=places, radii=st.tuples(lengths, lengths))
def test_an_outline_touches_both_circles_and_encloses_them(first, last, radii):
    centres = np.array([[first, last]])
    sizes = np.repeat(np.array(radii)[None, :, None], 2, 2)
    (outline,) = outline_circles(centres, sizes)
    assert outline.shape == (OUTLINE_POINTS, 2)
    for axis in (0, 1):
        ends = centres[0, :, axis]
        assert np.isclose(outline[:, axis].max(), (ends + radii).max())
        assert np.isclose(outline[:, axis].min(), (ends - radii).min())
    edges = np.roll(outline, -1, 0) - outline
    turns = edges[:, 0] * np.roll(edges, -1, 0)[:, 1] - edges[:, 1] * np.roll(edges, -1, 0)[:, 0]
    assert (turns > -1e-6).all()  # convex


def test_a_missing_end_gives_no_outline():
    centres = np.array([[[0.0, 0], [np.nan, np.nan]]])
    assert np.isnan(outline_circles(centres, np.ones((1, 2, 2)))).all()
    assert outline_circles(np.empty((0, 2, 2)), np.empty((0, 2, 2))).shape == (0, 24, 2)


def test_the_outline_of_an_ellipsoid_does_not_depend_on_its_rotation():
    rng = np.random.default_rng(0)
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    sphere = 5 * rotation[None, None, :2]
    (outline,) = outline_ellipsoids(np.array([[[2.0, 3.0]]]), sphere)
    assert np.allclose(np.linalg.norm(outline - [2, 3], axis=1), 5)
