"""Tracking of people from frame to frame, where several are detected in an image.

Detectors list the people of each frame in any order, with false detections. People are tracked by
position, as in online trackers (Bewley et al., Simple Online and Realtime Tracking, 2016), but by
the distance of keypoints rather than the overlap of boxes, which change with every gesture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float, Int

#: The number or name of a person in a file.
Identity = int | str

#: Largest mean distance of keypoints from their last positions, in extents of the person (the
#: diagonal of the body); its growth for each missed frame; and its upper limit.
_MAX_DISTANCE, _DISTANCE_PER_FRAME, _DISTANCE_LIMIT = 0.35, 0.03, 1.0

#: Number of missed frames after which a track ends.
_MAX_MISSED = 30

#: Weight of a new extent in a track's average.
_EXTENT_RATE = 0.2

#: Two tracks are joined when one begins this near to the end of the other (in extents) and their
#: extents differ by no more than this factor.
_JOIN_DISTANCE, _JOIN_FACTOR = 1.0, 2.0

#: Number of people that are tracked at once, and of tracks that others are joined to.
_MAX_PEOPLE = 32


@dataclass(eq=False)
class _Track:
    """A tracked person: numbers of detections, last keypoints, average extent, last frame."""

    rows: list[int]
    keypoints: NDArray[np.floating]
    extent: float
    frame: int


def track_people(
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    masses: Float[np.ndarray, " D"],
) -> list[Int[np.ndarray, " _"]]:
    """Group the detections of all frames by person.

    Parameters
    ----------
    frames
        [D], frame number of each detection, not decreasing.
    points
        [D, B, 2], keypoints of the body in any unit; NaN where missing.
    masses
        [D], extent times confidence of each detection. Those with more are tracked first.

    Returns
    -------
    Detection numbers of each person, in the order of time, at most one for each frame. Detections
    without keypoints are left out.
    """
    extents = body_extents(points)
    order = np.argsort(-masses, kind="stable")
    order = order[np.isfinite(extents[order])]
    tracks = [np.array(track.rows) for track in _follow(frames, points, extents, order)]
    tracks.sort(key=lambda rows: -float(masses[rows].sum()))
    return _join_tracks(tracks, frames, points, extents)


def group_identities(
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    masses: Float[np.ndarray, " D"],
    identities: Sequence[Identity | None],
) -> list[Int[np.ndarray, " _"]] | None:
    """Group the detections of all frames by the identity that the file gives them.

    Trackers give a person who was hidden a new identity. Such identities are joined where one
    ends near the place at which the next begins, as tracks are.

    Parameters
    ----------
    frames, points, masses
        As for `track_people`.
    identities
        [D], None where the file has none.

    Returns
    -------
    Detection numbers of each person, as from `track_people`. None where the identities identify
    nobody: where a detection has none, where two in one frame have the same, or where none comes
    back in another frame.
    """
    rows = np.flatnonzero(np.isfinite(body_extents(points)))
    by_identity: dict[Identity, list[int]] = {}
    for row in rows.tolist():
        identity = identities[row]
        if identity is None:
            return None
        by_identity.setdefault(identity, []).append(row)
    groups = [np.array(group) for group in by_identity.values()]
    if any(len(np.unique(frames[group])) < len(group) for group in groups):
        return None
    if len(groups) == len(rows) and len(np.unique(frames[rows])) > 1:
        return None
    groups.sort(key=lambda group: -float(masses[group].sum()))
    return _join_tracks(groups, frames, points, body_extents(points))


def body_extents(points: Float[np.ndarray, "D B 2"]) -> Float[np.ndarray, " D"]:
    """Compute the diagonal of the box around the observed keypoints of each detection.

    Returns
    -------
    [D] in the unit of the points; NaN without keypoints, and above 0 for a single one.

    Examples
    --------
    >>> import numpy as np
    >>> body_extents(np.array([[[0.0, 0.0], [3.0, 4.0], [np.nan, np.nan]]]))
    array([5.])
    """
    missing = np.isnan(points)
    high = np.where(missing, -np.inf, points).max(1)
    low = np.where(missing, np.inf, points).min(1)
    with np.errstate(invalid="ignore"):
        extents = np.hypot(*(high - low).T.astype(np.float64))
    return np.where(np.isfinite(extents), np.maximum(extents, 1e-9), np.nan)


def _follow(
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    extents: Float[np.ndarray, " D"],
    order: Int[np.ndarray, " some"],
) -> list[_Track]:
    """Track all people frame by frame; `order` has the largest masses first."""
    order = order[np.argsort(frames[order], kind="stable")]
    starts = np.flatnonzero(np.diff(frames[order], prepend=-1))
    ended: list[_Track] = []
    active: list[_Track] = []
    for rows in np.split(order, starts[1:]) if len(order) else []:
        frame, rows = int(frames[rows[0]]), rows[:_MAX_PEOPLE]
        ended += [track for track in active if frame - track.frame > _MAX_MISSED]
        active = [track for track in active if frame - track.frame <= _MAX_MISSED]
        unmatched = set(rows.tolist())
        for track, row in _match(active, rows, points, extents, frame):
            track.keypoints = np.where(np.isnan(points[row]), track.keypoints, points[row])
            track.extent += _EXTENT_RATE * (float(extents[row]) - track.extent)
            track.frame = frame
            track.rows.append(row)
            unmatched.discard(row)
        for row in rows.tolist():
            if row in unmatched:
                active.append(_Track([row], points[row], float(extents[row]), frame))
        if len(active) > 2 * _MAX_PEOPLE:
            active.sort(key=lambda track: (track.frame == frame, len(track.rows)))
            ended += active[:-_MAX_PEOPLE]
            active = active[-_MAX_PEOPLE:]
    return ended + active


def _match(
    tracks: list[_Track],
    rows: Int[np.ndarray, " M"],
    points: Float[np.ndarray, "D B 2"],
    extents: Float[np.ndarray, " D"],
    frame: int,
) -> list[tuple[_Track, int]]:
    """Match the detections of a frame to tracks: the nearest pair first, each only once."""
    if not tracks:
        return []
    keypoints = np.stack([track.keypoints for track in tracks])
    sizes = np.array([track.extent for track in tracks])
    differences = keypoints[:, None] - points[rows]
    distances = np.sqrt(np.einsum("kmbi,kmbi->kmb", differences, differences))
    common = ~np.isnan(distances)
    counts = common.sum(-1)
    mean = np.where(common, distances, 0).sum(-1) / np.maximum(counts, 1)
    sizes = np.maximum(sizes[:, None], extents[rows])
    missed = np.array([frame - track.frame - 1 for track in tracks])
    limits = np.minimum(_MAX_DISTANCE + _DISTANCE_PER_FRAME * missed, _DISTANCE_LIMIT)
    costs = np.where(counts > 0, mean / sizes, np.inf)
    costs[costs > limits[:, None]] = np.inf
    # The optimal assignment (scipy) gives the same tracks where people cross, and imports slowly.
    pairs = []
    for _ in range(min(costs.shape)):
        k, m = divmod(int(costs.argmin()), costs.shape[1])
        if not np.isfinite(costs[k, m]):
            break
        pairs.append((tracks[k], int(rows[m])))
        costs[k], costs[:, m] = np.inf, np.inf
    return pairs


def _join_tracks(
    tracks: list[Int[np.ndarray, " _"]],
    frames: Int[np.ndarray, " D"],
    points: Float[np.ndarray, "D B 2"],
    extents: Float[np.ndarray, " D"],
) -> list[Int[np.ndarray, " _"]]:
    """Join the tracks of people who were missing for some time."""
    people: list[Int[np.ndarray, " _"]] = []
    centers = _centers(points)
    for track in tracks:
        for number, rows in enumerate(people[:_MAX_PEOPLE]):
            if _can_join(rows, track, frames, centers, extents):
                merged = np.concatenate([rows, track])
                people[number] = merged[np.argsort(frames[merged], kind="stable")]
                break
        else:
            people.append(track)
    return people


def _can_join(
    rows: Int[np.ndarray, " rows"],
    track: Int[np.ndarray, " others"],
    frames: Int[np.ndarray, " D"],
    centers: Float[np.ndarray, "D 2"],
    extents: Float[np.ndarray, " D"],
) -> bool:
    """Check that a track fits into a gap of a person, is near its ends and of similar size."""
    place = int(np.searchsorted(frames[rows], frames[track[0]]))
    if place < len(rows) and frames[rows[place]] <= frames[track[-1]]:
        return False  # they overlap in time
    neighbours = [(rows[place - 1], track[0])] if place else []
    neighbours += [(track[-1], rows[place])] if place < len(rows) else []
    sizes = [float(np.median(extents[rows])), float(np.median(extents[track]))]
    if max(sizes) > _JOIN_FACTOR * min(sizes):
        return False
    distance = min(float(np.hypot(*(centers[a] - centers[b]))) for a, b in neighbours)
    return distance <= _JOIN_DISTANCE * max(sizes)


def _centers(points: Float[np.ndarray, "D B 2"]) -> Float[np.ndarray, "D 2"]:
    """Compute the mean of the observed keypoints."""
    observed = ~np.isnan(points)
    total = np.where(observed, points, 0).astype(np.float64).sum(1)
    return total / np.maximum(observed.sum(1), 1)
