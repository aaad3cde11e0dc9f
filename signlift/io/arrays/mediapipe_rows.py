"""MediaPipe's landmarks in one row per frame, or with the face mesh, as tutorials save them.

| numbers per frame | landmarks |
| --- | --- |
| 99, 132, 165 | 33 of the body; 3, 4 or 5 numbers each |
| 225, 300 | body, left hand, right hand (33 + 21 + 21); 3 or 4 numbers each |
| 258 | the same; 4 numbers for the body, 3 for the hands |
| 1662, 1692 | body, face mesh (468, or 478 with irises), hands; 4 numbers for the body, else 3 |
| 1536, 1566 | the same without hands |
| 2, 3 or 4 times 501, 511 | body and face mesh |
| 2, 3 or 4 times 543, 553 | face mesh, left hand, body, right hand |
| 2, 3 or 4 times 576, 586 | body, face mesh, left hand, right hand, and the world landmarks of the body |

The parts may come in another order than in this table: that is chosen in which the wrists of the
body are at the hands, and its nose is at the face. The numbers are x and y as fractions of the
image, z, and visibility. The face mesh is kept on request, world landmarks are not. Landmarks of
all zeros, which stand for missing ones, become NaN.
"""  # noqa: E501

from __future__ import annotations

from itertools import permutations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float

#: Number of landmarks of each part. MediaPipe's face mesh has ten more with irises.
_POINTS = {"pose": 33, "face": 468, "irises": 478, "left": 21, "right": 21, "world": 33}

#: Landmarks of the body at which a landmark of another part lies: nose and wrists.
_LINKS = {"face": (0, 1), "irises": (0, 1), "left": (15, 0), "right": (16, 0)}

#: Number of frames by which the order of the parts is found.
_MAX_FRAMES = 200

#: Distance of linked landmarks, as a fraction of the person's extent, that the right order does not
#: exceed; and the largest cost of a better order, as a fraction of the first one's.
_MAX_DISTANCE, _MAX_FRACTION = 0.1, 0.5

#: Largest distance from the nose to a landmark of the head, in shoulder widths.
_MAX_HEAD = 1.2

#: Smallest extent of the body, as a fraction of the extent of all landmarks.
_MIN_BODY = 0.5


class _Part(NamedTuple):
    """A part of a row: its name, first number, and numbers per landmark."""

    name: str
    start: int
    width: int

    def select(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Select the landmarks of the part: [..., C] to [..., n, width]."""
        stop = self.start + _POINTS[self.name] * self.width
        return rows[..., self.start : stop].reshape(*rows.shape[:-1], -1, self.width)


class RowLayout(NamedTuple):
    """Order of the parts in a row.

    Attributes
    ----------
    parts
        The parts, one after the other.
    """

    parts: tuple[_Part, ...]

    @property
    def has_hands(self) -> bool:
        """True where hands are among the parts."""
        return any(part.name == "left" for part in self.parts)

    def select(self, rows: NDArray[Any], landmarks: int = 0) -> Float[np.ndarray, "*frames J 4"]:
        """Select x, y, z and visibility of body and hands, and of the face if asked for.

        Parameters
        ----------
        rows
            [..., C], real numbers.
        landmarks
            Number of landmarks of the face to select, 468 or 478; 0 for none.

        Returns
        -------
        [..., 33, 4] for the body alone, or [..., 75, 4] with hands; with a face [..., 75 +
        landmarks, 4], body, face and hands, whether the row has all of them or not. z and
        visibility are NaN where the row has none; x, y and z of missing landmarks are NaN, and
        their visibility is 0.
        """
        by_name = {"face" if part.name == "irises" else part.name: part for part in self.parts}
        if not landmarks:
            names = ("pose", "left", "right") if self.has_hands else ("pose",)
            return np.concatenate([_to_four(by_name[name].select(rows)) for name in names], -2)
        counts = {"pose": 33, "face": landmarks, "left": 21, "right": 21}
        selected = []
        for name, count in counts.items():
            points = np.full((*rows.shape[:-1], count, 4), np.nan, np.float32)
            points[..., 3] = 0
            if name in by_name:
                values = _to_four(by_name[name].select(rows))[..., :count, :]
                points[..., : values.shape[-2], :] = values
            selected.append(points)
        return np.concatenate(selected, -2)


def _layout(widths: dict[str, int], names: tuple[str, ...]) -> RowLayout:
    parts, start = [], 0
    for name in names:
        width = widths.get(name, widths["others"])
        parts.append(_Part(name, start, width))
        start += _POINTS[name] * width
    return RowLayout(tuple(parts))


_BODY = ("pose",)
_HANDS = ("pose", "left", "right")
_FACE = (("pose", "face"), ("pose", "irises"))
_HOLISTIC = (("face", "left", "pose", "right"), ("irises", "left", "pose", "right"))
_HOLISTIC_ROWS = (("pose", "face", "left", "right"), ("pose", "irises", "left", "right"))
_WORLD = tuple((*names, "world") for names in _HOLISTIC_ROWS)

#: First choices of the order of the parts, by numbers per landmark of the body and of the others.
_LAYOUTS = (
    *((_BODY, width, width) for width in (2, 3, 4, 5)),
    *((_HANDS, width, width) for width in (2, 3, 4)),
    *((names, width, width) for names in (*_FACE, *_HOLISTIC, *_WORLD) for width in (2, 3, 4)),
    *((names, 4, 3) for names in (_HANDS, *_FACE, *_HOLISTIC_ROWS)),
)


def _size(names: tuple[str, ...], body: int, others: int) -> int:
    return sum(_POINTS[name] * (body if name == "pose" else others) for name in names)


_BY_SIZE = {_size(*layout): layout for layout in _LAYOUTS}

#: Numbers per frame of the rows that are read, in order.
ROW_SIZES = tuple(sorted(_BY_SIZE))

#: Numbers of landmarks that include the face mesh.
HOLISTIC_COUNTS = tuple(_size(names, 1, 1) for names in (*_FACE, *_HOLISTIC, *_WORLD))


def find_row_layout(rows: NDArray[Any]) -> RowLayout | None:
    """Find the order of the parts in rows of landmarks.

    Parameters
    ----------
    rows
        [..., C], real numbers; NaN or zeros where missing.

    Returns
    -------
    The layout, or None if C is none of `ROW_SIZES`.

    Examples
    --------
    >>> layout = find_row_layout(np.zeros((8, 258)))
    >>> [part.name for part in layout.parts]
    ['pose', 'left', 'right']
    """
    choice = _BY_SIZE.get(rows.shape[-1])
    if choice is None:
        return None
    names, body, others = choice
    widths = {"pose": body, "others": others}
    first = _layout(widths, names)
    if len(names) == 1:
        return first
    sample = rows.reshape(-1, rows.shape[-1])
    sample = np.asarray(sample[:: max(1, len(sample) // _MAX_FRAMES)], np.float64)
    cost = _link_cost(first, sample)
    if cost <= _MAX_DISTANCE:
        return first
    others_first = (_layout(widths, order) for order in permutations(names) if order != names)
    best = min(others_first, key=lambda layout: _link_cost(layout, sample))
    limit = min(_MAX_DISTANCE, _MAX_FRACTION * cost)
    return best if _link_cost(best, sample) < limit else first


def _to_four(points: NDArray[Any]) -> NDArray[np.float32]:
    """Arrange [..., n, 2 to 5] as x, y, z and visibility."""
    out = np.full((*points.shape[:-1], 4), np.nan, np.float32)
    width = min(points.shape[-1], 4)
    with np.errstate(over="ignore"):  # infinities are refused afterwards
        out[..., :width] = points[..., :width]
    position = out[..., : min(width, 3)]
    missing = (position == 0).all(-1) | np.isnan(position[..., :2]).any(-1)
    out[missing] = (np.nan, np.nan, np.nan, 0)
    return out


def _link_cost(layout: RowLayout, rows: Float[np.ndarray, "S C"]) -> float:
    """Measure how far the hands are from the wrists and the face from the nose, in extents.

    Infinite where most frames have no body; without any other part only the body counts.
    """
    parts = [part for part in layout.parts if part.name != "world"]
    points = {part.name: _to_four(part.select(rows))[..., :2] for part in parts}
    everything = np.concatenate(list(points.values()), 1)
    frames = ~np.isnan(everything[..., 0]).all(1)
    body = points.pop("pose")[frames]
    present = ~np.isnan(body[..., 0])
    if not len(body) or (present.mean(1) < 0.5).mean() > 0.5:
        return np.inf
    extents = _extents(everything[frames])
    part_of_all = float(np.median(_extents(body) / extents))
    distances = [
        np.linalg.norm(body[:, at] - points[name][frames][:, other], axis=-1) / extents
        for name, (at, other) in _LINKS.items()
        if name in points
    ]
    linked = np.concatenate(distances)
    linked = linked[~np.isnan(linked)]
    cost = float(np.median(linked)) if len(linked) else 0.0
    return cost + _head_cost(body) + max(0.0, _MIN_BODY - part_of_all)


def _extents(points: Float[np.ndarray, "S n 2"]) -> Float[np.ndarray, " S"]:
    """Measure the diagonal of the box around the points of each frame."""
    corners = [extreme.reduce(points, axis=1) for extreme in (np.fmin, np.fmax)]
    return np.maximum(np.linalg.norm(corners[1] - corners[0], axis=-1), 1e-9)


def _head_cost(body: Float[np.ndarray, "S 33 2"]) -> float:
    """Measure how far the landmarks of the head are from the nose, beyond what a head allows."""
    head = np.linalg.norm(body[:, 1:11] - body[:, :1], axis=-1)
    width = np.linalg.norm(body[:, 11] - body[:, 12], axis=-1)
    ratio = np.fmax.reduce(head, axis=1) / np.maximum(width, 1e-9)
    ratio = ratio[~np.isnan(ratio)]
    return max(0.0, float(np.median(ratio)) - _MAX_HEAD) if len(ratio) else 0.0
