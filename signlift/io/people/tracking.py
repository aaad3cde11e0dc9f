"""Who is who from frame to frame, where a detector finds several people in a picture.

Detectors give the people of each frame in any order, and see people who are not there. A person
is followed from frame to frame by the nearest place, as in online trackers (Bewley et al., Simple
Online and Realtime Tracking, 2016), but by the distance of keypoints, as boxes change with every
gesture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

#: How far keypoints may be from where they last were, on average, as a share of the person's
#: extent (the diagonal of what is seen of the body), and how much further for each frame missed.
_GATE, _GATE_PER_FRAME, _WIDEST_GATE = 0.35, 0.03, 1.0

#: A person who was missed for as many frames is not looked for any more.
_PATIENCE = 30

#: Pieces are of one person when one begins this near to where the other ended (in extents), and
#: their extents differ by no more than this factor.
_JOIN_DISTANCE, _JOIN_FACTOR = 1.0, 2.0

#: How many people are followed at once, and how many pieces are joined: the largest.
_MOST = 32

#: A person is seen in at least this share of the frames of the one who is seen in most.
_LEAST_SHARE = 0.05


@dataclass(eq=False)
class _Track:
    """A person who is followed: detections, and where the keypoints were last."""

    rows: list[int]
    last: NDArray[np.floating]
    extent: float
    frame: int


def find_people(
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    weight: Float[np.ndarray, " D"],
) -> list[Int[np.ndarray, " _"]]:
    """Put detections together by person.

    Parameters
    ----------
    frames
        [D], the frame of each detection; they do not fall.
    points
        [D, B, 2], keypoints of the body; NaN where not seen.
    weight
        [D], how surely each is a person, above 0.

    Returns
    -------
    For each person the detections, one for a frame at most and in order. The main person comes
    first: the sum over frames of the extent times the weight is the largest, which is a person
    who is large in the picture and seen all the time. People who are seen in less than a
    twentieth of the frames of another are left out, unless there is no other.
    """
    extents = body_extents(points)
    order = np.argsort(-extents * weight, kind="stable")
    keep = np.isfinite(extents)
    tracks = _follow(frames, points, extents, order[keep[order]])
    mass = extents * weight
    pieces = sorted(
        (np.array(track.rows) for track in tracks), key=lambda rows: -float(mass[rows].sum())
    )
    people = _join(pieces, frames, points, extents)
    people.sort(key=lambda rows: -float(mass[rows].sum()))
    most = max(map(len, people), default=0)
    return [rows for rows in people if len(rows) >= _LEAST_SHARE * most]


def body_extents(points: Float[np.ndarray, "D B 2"]) -> Float[np.ndarray, " D"]:
    """The diagonal of the box around the keypoints that are seen, [D]; NaN for none."""
    missing = np.isnan(points)
    high = np.where(missing, -np.inf, points).max(1)
    low = np.where(missing, np.inf, points).min(1)
    with np.errstate(invalid="ignore"):
        extents = np.hypot(*(high - low).T.astype(np.float64))
    # A single keypoint has an extent too, so that everything can be divided by it.
    return np.where(np.isfinite(extents), np.maximum(extents, 1e-9), np.nan)


def _follow(
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    extents: Float[np.ndarray, " D"],
    order: Int[np.ndarray, " some"],
) -> list[_Track]:
    """Follow everybody frame by frame; `order` has the surest detections first."""
    order = order[np.argsort(frames[order], kind="stable")]
    begins = np.flatnonzero(np.diff(frames[order], prepend=-1))
    ended: list[_Track] = []
    active: list[_Track] = []
    for rows in np.split(order, begins[1:]) if len(order) else []:
        frame, rows = int(frames[rows[0]]), rows[:_MOST]
        ended += [track for track in active if frame - track.frame > _PATIENCE]
        active = [track for track in active if frame - track.frame <= _PATIENCE]
        free = set(rows.tolist())
        for track, row in _matches(active, rows, points, extents, frame):
            seen = ~np.isnan(points[row])
            track.last = np.where(seen, points[row], track.last)
            track.extent += 0.2 * (float(extents[row]) - track.extent)
            track.frame = frame
            track.rows.append(row)
            free.discard(row)
        for row in rows.tolist():
            if row in free:
                active.append(_Track([row], points[row], float(extents[row]), frame))
        if len(active) > 2 * _MOST:
            active.sort(key=lambda track: (track.frame == frame, len(track.rows)))
            ended += active[:-_MOST]
            active = active[-_MOST:]
    return ended + active


def _matches(
    tracks: list[_Track],
    rows: Int[np.ndarray, " M"],
    points: Float[np.ndarray, "D B 2"],
    extents: Float[np.ndarray, " D"],
    frame: int,
) -> list[tuple[_Track, int]]:
    """Which detection of a frame is whose: the nearest pairs first, each once."""
    if not tracks:
        return []
    last = np.stack([track.last for track in tracks])
    sizes = np.array([track.extent for track in tracks])
    apart = last[:, None] - points[rows]
    distances = np.sqrt(np.einsum("kmbi,kmbi->kmb", apart, apart))
    common = ~np.isnan(distances)
    counts = common.sum(-1)
    mean = np.where(common, distances, 0).sum(-1) / np.maximum(counts, 1)
    sizes = np.maximum(sizes[:, None], extents[rows])
    missed = np.array([frame - track.frame - 1 for track in tracks])
    gates = np.minimum(_GATE + _GATE_PER_FRAME * missed, _WIDEST_GATE)
    costs = np.where(counts > 0, mean / sizes, np.inf)
    costs[costs > gates[:, None]] = np.inf
    found = []
    for _ in range(min(costs.shape)):
        k, m = divmod(int(costs.argmin()), costs.shape[1])
        if not np.isfinite(costs[k, m]):
            break
        found.append((tracks[k], int(rows[m])))
        costs[k], costs[:, m] = np.inf, np.inf
    return found


def _join(
    pieces: list[Int[np.ndarray, " _"]],
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    extents: Float[np.ndarray, " D"],
) -> list[Int[np.ndarray, " _"]]:
    """Join pieces of one person: not at one time, of like size, and near where they meet."""
    people: list[Int[np.ndarray, " _"]] = []
    centers = _centers(points)
    for piece in pieces:
        for number, rows in enumerate(people[:_MOST]):
            if len(pieces) > 1 and _fit(rows, piece, frames, centers, extents):
                merged = np.concatenate([rows, piece])
                people[number] = merged[np.argsort(frames[merged], kind="stable")]
                break
        else:
            people.append(piece)
    return people


def _fit(
    rows: Int[np.ndarray, " rows"],
    piece: Int[np.ndarray, " others"],
    frames: Int[np.ndarray, " D"],
    centers: Float[np.ndarray, "D 2"],
    extents: Float[np.ndarray, " D"],
) -> bool:
    place = int(np.searchsorted(frames[rows], frames[piece[0]]))
    if place < len(rows) and frames[rows[place]] <= frames[piece[-1]]:
        return False  # both are seen at one time
    neighbours = [(rows[place - 1], piece[0])] if place else []
    neighbours += [(piece[-1], rows[place])] if place < len(rows) else []
    size = float(np.median(extents[rows]))
    other = float(np.median(extents[piece]))
    if max(size, other) > _JOIN_FACTOR * min(size, other):
        return False
    apart = min(float(np.hypot(*(centers[one] - centers[two]))) for one, two in neighbours)
    return apart <= _JOIN_DISTANCE * max(size, other)


def _centers(points: Float[np.ndarray, "D B 2"]) -> Float[np.ndarray, "D 2"]:
    """The mean of what is seen."""
    seen = ~np.isnan(points)
    total = np.where(seen, points, 0).astype(np.float64).sum(1)
    return total / np.maximum(seen.sum(1), 1)
