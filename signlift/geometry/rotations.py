"""Rotation matrices: construction from vectors, and conversion to and from rotation vectors.

All functions take any number of frames at once. Matrices are applied to columns:
`rotated = matrix @ vector`. The tests compare the conversions with scipy. It is not a dependency,
as it would be a third of the base installation, for three formulas.
"""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Bool, Float

#: Vectors shorter than this have no direction.
_MIN_LENGTH = 1e-9

#: The length of the parts in which long chains of rotations are multiplied.
_CHAIN = 32


def unit_vectors(vectors: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3"]:
    """Divide vectors by their lengths.

    Returns
    -------
    [..., 3], of length 1; NaN for vectors without length.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import unit_vectors
    >>> unit_vectors(np.array([[3.0, 0.0, 4.0], [0.0, 0.0, 0.0]]))
    array([[0.6, 0. , 0.8],
           [nan, nan, nan]])
    """
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return vectors / np.where(length > _MIN_LENGTH, length, np.nan)


def orthogonal_component(
    vectors: Float[np.ndarray, "*#batch 3"], axis: Float[np.ndarray, "*#batch 3"]
) -> Float[np.ndarray, "*batch 3"]:
    """Compute the direction of the component of vectors that is orthogonal to unit axes.

    Returns
    -------
    [..., 3], unit vectors; NaN where a vector is parallel to its axis.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import orthogonal_component
    >>> orthogonal_component(np.array([5.0, 2.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    array([0., 1., 0.])
    """
    along = np.einsum("...i,...i->...", vectors, axis)[..., None]
    return unit_vectors(vectors - along * axis)


def cross_product(
    first: Float[np.ndarray, "*#batch 3"], second: Float[np.ndarray, "*#batch 3"]
) -> Float[np.ndarray, "*batch 3"]:
    """Compute cross products, as np.cross does, which takes several times as long.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import cross_product
    >>> cross_product(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    array([0., 0., 1.])
    """
    x, y, z = first[..., 0], first[..., 1], first[..., 2]
    u, v, w = second[..., 0], second[..., 1], second[..., 2]
    across = y * w
    product = np.empty((*across.shape, 3))
    product[..., 0] = across - z * v
    product[..., 1] = z * u - x * w
    product[..., 2] = x * v - y * u
    return product


def frame_from_two_vectors(
    first: Float[np.ndarray, "*#batch 3"], second: Float[np.ndarray, "*#batch 3"]
) -> Float[np.ndarray, "*batch 3 3"]:
    """Build right-handed frames from two vectors by Gram-Schmidt orthogonalisation.

    Parameters
    ----------
    first
        [..., 3], along the first axis.
    second
        [..., 3]; its component orthogonal to `first` is along the second axis.

    Returns
    -------
    [..., 3, 3], the three unit axes as columns; NaN where the vectors are parallel or one has no
    length.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import frame_from_two_vectors
    >>> frame_from_two_vectors(np.array([0.0, 0.0, 2.0]), np.array([0.0, 3.0, 1.0]))
    array([[ 0.,  0., -1.],
           [ 0.,  1.,  0.],
           [ 1.,  0.,  0.]])
    """
    x = unit_vectors(first)
    y = orthogonal_component(second, x)
    axes = np.empty((*y.shape, 3))
    axes[..., 0], axes[..., 1], axes[..., 2] = x, y, cross_product(x, y)
    return axes


def rotation_between(
    source: Float[np.ndarray, "*#batch 3"], target: Float[np.ndarray, "*#batch 3"]
) -> Float[np.ndarray, "*batch 3 3"]:
    """Compute the smallest rotations that take unit vectors to other unit vectors.

    Returns
    -------
    [..., 3, 3]. Between opposite vectors, where the axis of the half turn is arbitrary, the axis
    depends on `source` alone.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import rotation_between
    >>> x, y, _ = np.eye(3)
    >>> rotation_between(x, y) @ x
    array([0., 1., 0.])
    """
    cos = np.einsum("...i,...i->...", source, target)
    axis = cross_product(source, target)
    opposite = cos < -1 + _MIN_LENGTH
    # cos I + K + axis axisᵀ / (1 + cos), where K @ v is the cross product of axis and v.
    scaled = axis / (np.where(opposite, 1.0, 1.0 + cos))[..., None]
    rotation = scaled[..., :, None] * axis[..., None, :]
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        rotation[..., i, i] += cos
        rotation[..., k, j] += axis[..., i]
        rotation[..., j, k] -= axis[..., i]
    if opposite.any():
        source = np.broadcast_to(source, axis.shape)
        farthest_axis = np.eye(3)[np.argmin(np.abs(source), -1)]
        axis = orthogonal_component(farthest_axis, source)
        half_turn = 2 * axis[..., :, None] * axis[..., None, :] - np.eye(3)
        rotation = np.where(opposite[..., None, None], half_turn, rotation)
    return rotation


def twist_frames(
    frames: Float[np.ndarray, "*batch 3 3"], angles: Float[np.ndarray, "*batch"]
) -> Float[np.ndarray, "*batch 3 3"]:
    """Rotate frames about their first axes, from the second axis towards the third.

    Parameters
    ----------
    frames
        [..., 3, 3], the axes as columns.
    angles
        [...] in radians.
    """
    cos, sin = np.cos(angles)[..., None], np.sin(angles)[..., None]
    y, z = frames[..., 1], frames[..., 2]
    out = np.empty(frames.shape)
    out[..., 0] = frames[..., 0]
    out[..., 1] = cos * y + sin * z
    out[..., 2] = cos * z - sin * y
    return out


def chain_products(
    rotations: Float[np.ndarray, "N *batch 3 3"],
) -> Float[np.ndarray, "N *batch 3 3"]:
    """Multiply each rotation, from the left, with all those before it.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import chain_products
    >>> chain_products(np.stack([2 * np.eye(3)] * 3))[:, 0, 0]
    array([2., 4., 8.])
    """
    N, batch = len(rotations), rotations.shape[1:-2]
    if N <= 4 * _CHAIN:
        products = rotations.copy()
        factors = 1  # of each product, which are doubled in each round
        while factors < N:
            products[factors:] = products[factors:] @ products[:-factors]
            factors *= 2
        return products
    # Parts of a few rotations, all at once, and then the products of all parts before each.
    parts = -(-N // _CHAIN)
    products = np.empty((parts * _CHAIN, *batch, 3, 3))
    products[:N], products[N:] = rotations, np.eye(3)
    products = products.reshape(parts, _CHAIN, *batch, 3, 3)
    for number in range(1, _CHAIN):
        products[:, number] = products[:, number] @ products[:, number - 1]
    before = chain_products(products[:-1, -1])
    products[1:] = products[1:] @ before[:, None]
    return products.reshape(-1, *batch, 3, 3)[:N]


def nearest_rotation(matrices: Float[np.ndarray, "*batch 3 3"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Compute the rotations that are nearest to matrices, by singular value decomposition.

    Of the correlation of two sets of points it is the rotation of the best fit (W. Kabsch, A
    solution for the best rotation to relate two sets of vectors, Acta Crystallographica A32,
    1976).

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import nearest_rotation
    >>> nearest_rotation(1.01 * np.eye(3))
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    left, _, right = np.linalg.svd(matrices)
    rotation = left @ right
    mirrored = np.linalg.det(rotation) < 0
    if mirrored.any():
        left[mirrored, :, 2] *= -1
        rotation = left @ right
    return rotation


def are_off_line(
    products: Float[np.ndarray, "*batch 3 3"], min_ratio: float
) -> Bool[np.ndarray, "*batch"]:
    """Return True for points that are not on a line.

    Parameters
    ----------
    products
        [..., 3, 3], the sums of the products `x xᵀ` of their offsets from one place.
    min_ratio
        The minimum ratio of their second largest extent to the largest one.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import are_off_line
    >>> are_off_line(np.stack([np.diag([4.0, 1.0, 0.0]), np.diag([4.0, 0.5, 0.0])]), 0.4)
    array([ True, False])
    """
    values = np.linalg.eigvalsh(products)
    return np.asarray(values[..., 1] > min_ratio**2 * values[..., 2])


def rotate_points(
    rotation: Float[np.ndarray, "*#batch 3 3"], points: Float[np.ndarray, "*#batch J 3"]
) -> Float[np.ndarray, "*batch J 3"]:
    """Rotate the points of each frame by the rotation of that frame."""
    return points @ np.swapaxes(rotation, -1, -2)


def rotation_from_vector(vector: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert rotation vectors (Rodrigues) to matrices.

    Parameters
    ----------
    vector
        [..., 3], along the axis of the rotation, with the angle in radians as length.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.rotations import rotation_from_vector
    >>> rotation_from_vector(np.array([0.0, 0.0, np.pi / 2])).round(9) + 0.0
    array([[ 0., -1.,  0.],
           [ 1.,  0.,  0.],
           [ 0.,  0.,  1.]])
    """
    # R = I + sin(a) / a K + (1 - cos(a)) / a^2 K^2; np.sinc(x) is sin(pi x) / (pi x).
    angle = np.linalg.norm(vector, axis=-1)[..., None, None]
    cross = _cross_product_matrix(vector)
    linear, square = np.sinc(angle / np.pi), np.sinc(angle / (2 * np.pi)) ** 2 / 2
    return np.eye(3) + linear * cross + square * (cross @ cross)


def vector_from_rotation(
    matrices: Float[np.ndarray, "*batch 3 3"],
) -> Float[np.ndarray, "*batch 3"]:
    """Convert rotation matrices, without NaN, to rotation vectors (see `rotation_from_vector`)."""
    # The antisymmetric part is sin(angle) times the axis, and vanishes at half a turn; the
    # symmetric part less cos(angle) is 1 - cos(angle) times the axis by itself, and does not.
    sine_axis = np.stack(
        [
            matrices[..., 2, 1] - matrices[..., 1, 2],
            matrices[..., 0, 2] - matrices[..., 2, 0],
            matrices[..., 1, 0] - matrices[..., 0, 1],
        ],
        -1,
    )
    sine_axis = sine_axis / 2
    sine = np.linalg.norm(sine_axis, axis=-1, keepdims=True)
    cosine = (np.trace(matrices, axis1=-2, axis2=-1)[..., None] - 1) / 2
    angle = np.arctan2(sine, cosine)
    symmetric = (matrices + np.swapaxes(matrices, -1, -2)) / 2 - cosine[..., None] * np.eye(3)
    largest = np.argmax(np.diagonal(symmetric, axis1=-2, axis2=-1), -1)[..., None, None]
    axis = np.take_along_axis(symmetric, largest, -1)[..., 0]
    axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), _MIN_LENGTH)
    axis = np.where((axis * sine_axis).sum(-1, keepdims=True) < 0, -axis, axis)
    return np.where(cosine < 0, angle * axis, sine_axis / np.sinc(angle / np.pi))


def _cross_product_matrix(
    vectors: Float[np.ndarray, "*batch 3"],
) -> Float[np.ndarray, "*batch 3 3"]:
    """Build the matrices M with `M @ other == np.cross(vector, other)`."""
    matrices = np.zeros((*vectors.shape, 3))
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        matrices[..., k, j] = vectors[..., i]
        matrices[..., j, k] = -vectors[..., i]
    return matrices
