"""Takes of the CMU Panoptic Studio, and of How2Sign's recordings there: 3D keypoints by frame.

A take is a directory or a zip archive with `hdPose3d_stage1_op25` or `hdPose3d_stage1_coco19`, a
file body3DScene_NNNNNNNN.json for each frame, and optionally `hdHand3d`, with
handRecon3D_hdNNNNNNNN.json; or one of the first two itself.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from signlift.core.frame_rate import MAX_FPS
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67, Skeleton
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.errors import InputError, first_problems, problem
from signlift.io.detectors.frame_sequence import (
    FrameSequence,
    open_frames,
    read_frames,
    warn_left_out,
)
from signlift.io.mocap.panoptic_frames import HANDS, BodyFrame, parse_bodies, parse_hands
from signlift.io.people.main_person import choose_people, name_person, rank_people
from signlift.io.reader import PersonChoice, ReadOptions
from signlift.io.source import Source
from signlift.utils.array_types import Float

_BODY = re.compile(r"(?:^|[/\\])body3DScene_[0-9]+\.json$")
_HAND = re.compile(r"(?:^|[/\\])handRecon3D_hd[0-9]+\.json$")

#: Directories of a take, those of bodies with the most joints first.
_PARTS = ("hdPose3d_stage1_op25", "hdPose3d_stage1_coco19", "hdHand3d", "hd")

#: Largest depth of takes below a directory, and number of directories that are searched.
_MAX_DEPTH, _MAX_DIRECTORIES = 3, 2000

#: Maximum number of people (those in the most frames) from which one is chosen.
_MAX_PEOPLE = 8


@dataclass(frozen=True, eq=False)
class PanopticTake:
    """One person of a take, in the world of the studio.

    Parameters
    ----------
    name
        Name of the take.
    skeleton
        panoptic26, or panoptic67 where there are hands.
    points
        [T, J, 3] in cm, y down; NaN where missing, and in frames without a file.
    confidence
        [T, J] in 0 ... 1, 0 where missing.
    fps
        Frames per second according to the frames' times, or None.
    first
        Number of the first frame.
    notes
        Files that were left out, and the number of the person where there are several.
    """

    name: str
    skeleton: Skeleton
    points: Float[np.ndarray, "T J 3"]
    confidence: Float[np.ndarray, "T J"]
    fps: float | None
    first: int
    notes: tuple[str, ...] = ()

    def to_recording(self) -> Recording:
        """Project the take orthographically along the z axis of the world.

        Returns
        -------
        Keypoints are x and y, and depth is z relative to MidHip, all in cm.
        """
        return Recording(
            self.points[..., :2],
            self.skeleton,
            depth=subtract_root_depth(self.points[..., 2], self.skeleton),
            confidence=self.confidence,
            fps=self.fps,
            name=self.name,
            unit="cm",
            notes=self.notes,
        )


def is_panoptic(source: Source) -> bool:
    """Recognise a directory or zip archive with body3DScene files, also in its directories."""
    if source.names is not None:
        return False
    if source.is_directory:
        return any(_BODY.search(name) for _, names in _walk(source.path) for name in names)
    return any(_BODY.search(name) for name in source.member_names or ())


def read_panoptic(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read takes as recordings (see `read_takes` and `PanopticTake.to_recording`)."""
    takes = read_takes(
        source.path,
        person=options.person,
        fps=options.fps,
        min_confidence=options.min_confidence,
        quiet=options.quiet,
        file=source.file,
    )
    return [take.to_recording() for take in takes]


def read_takes(
    path: Path,
    *,
    person: PersonChoice = None,
    fps: float | None = None,
    min_confidence: float | None = None,
    quiet: bool = True,
    file: BinaryIO | None = None,
) -> list[PanopticTake]:
    """Read one person of each take in a directory or zip archive, or all people.

    People are identified by their id. Missing frame numbers are frames without people.

    Parameters
    ----------
    path
        The directory or archive.
    person
        Number of the person, the main one first (see `signlift.io.people.main_person`), or "all".
    fps
        Frames per second, where the frames have no times.
    min_confidence
        Minimum confidence of an observed joint; None for any above 0.
    quiet
        Show no progress bar.
    file
        The archive as an open file, if it is open already.

    Raises
    ------
    InputError
        There is no take, or none that can be read: the first problems, a line each.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    takes: list[PanopticTake] = []
    problems: list[str] = []
    with ExitStack() as stack:
        for name, bodies, hands in _find_takes(path, file, stack):
            try:
                read = _read_take(name, bodies, hands, person, fps, quiet=quiet)
                takes += [_leave_out(take, min_confidence or 0) for take in read]
            except InputError as error:
                problems.extend(error.problems)
    if not takes:
        expected = "files body3DScene_NNNNNNNN.json"
        raise InputError(first_problems(problems) or problem(path, expected=expected, found="none"))
    warn_left_out(problems)
    return takes


def _find_takes(
    path: Path, file: BinaryIO | None, stack: ExitStack
) -> list[tuple[str, FrameSequence, FrameSequence | None]]:
    """Find the name of each take, its bodies (those with most joints) and its hands."""
    if path.is_dir():
        directories = [
            directory
            for directory, names in _walk(path)
            if any(_BODY.search(name) or _HAND.search(name) for name in names)
        ]
    else:
        directories = [path]
    bodies: dict[str, list[FrameSequence]] = {}
    hands: dict[str, FrameSequence] = {}
    for directory in directories:
        for sequence in stack.enter_context(open_frames(directory, file=file)):
            name = sequence.files[0].name
            if _BODY.search(name):
                bodies.setdefault(_take_directory(name), []).append(sequence)
            elif _HAND.search(name):
                hands[_take_directory(name)] = sequence
    takes = []
    for take, sequences in sorted(bodies.items()):
        best = min(sequences, key=lambda sequence: _rank(sequence.files[0].name))
        takes.append((Path(take).name or path.resolve().name, best, hands.get(take)))
    return takes


def _walk(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Iterate over a directory and those below it, each with the names of its files."""
    base = len(path.parts)
    for count, (directory, subdirectories, names) in enumerate(os.walk(path)):
        if count >= _MAX_DIRECTORIES:
            return
        subdirectories[:] = sorted(name for name in subdirectories if name[0] != ".")
        if len(Path(directory).parts) - base >= _MAX_DEPTH:
            subdirectories.clear()
        yield Path(directory), names


def _take_directory(name: str) -> str:
    """Find the directory of the take of a file, above the directories of `_PARTS`."""
    directories = re.split(r"[/\\]", name)[:-1]
    while len(directories) > 1 and directories[-1] in _PARTS:
        directories.pop()
    return "/".join(directories)


def _rank(name: str) -> int:
    """Find the position of a file's directory in `_PARTS`."""
    directories = set(re.split(r"[/\\]", name))
    return next((n for n, part in enumerate(_PARTS) if part in directories), len(_PARTS))


def _read_take(
    name: str,
    body_sequence: FrameSequence,
    hand_sequence: FrameSequence | None,
    person: PersonChoice,
    fps: float | None,
    *,
    quiet: bool,
) -> list[PanopticTake]:
    frames, notes = read_frames(body_sequence, parse_bodies, quiet=quiet)
    T = body_sequence.frames
    num_frames = Counter(number for frame in frames.values() for number in frame.bodies)
    ids = [number for number, _ in num_frames.most_common(_MAX_PEOPLE)]
    people = np.full((len(ids), T, len(PANOPTIC26), 4), np.nan, np.float32)
    for row, number in enumerate(ids):
        for t, frame in frames.items():
            if number in frame.bodies:
                people[row, t] = frame.bodies[number]
    order = rank_people(people[..., :2], people[..., 3], PANOPTIC26)
    hands: dict[int, dict[int, NDArray[np.float32]]] | None = None
    hand_notes: tuple[str, ...] = ()
    shift = 0
    if hand_sequence is not None:
        hands, hand_notes = read_frames(hand_sequence, parse_hands, quiet=quiet)
        shift = hand_sequence.first - body_sequence.first
    rate = _frame_rate(frames) or fps
    takes = []
    for number, row in choose_people(order, person, name).items():
        values = people[row]
        if hands is not None:
            values = _add_hands(values, hands, ids[row], shift)
        which = f"person {number} of {len(order)} (id {ids[row]})"
        takes.append(
            PanopticTake(
                name_person(name, number, person, len(order)),
                PANOPTIC26 if hands is None else PANOPTIC67,
                values[..., :3],
                np.clip(np.nan_to_num(values[..., 3]), 0, 1),
                rate,
                body_sequence.first,
                (*notes, *((which,) if len(order) > 1 else ()), *hand_notes),
            )
        )
    return takes


def _leave_out(take: PanopticTake, min_confidence: float) -> PanopticTake:
    """Set joints whose confidence is below a minimum to NaN."""
    low = (take.confidence > 0) & (take.confidence < min_confidence)
    points = np.where(low[..., None], np.nan, take.points)
    return replace(take, points=points, confidence=np.where(low, 0, take.confidence))


def _add_hands(
    body: Float[np.ndarray, "T J 4"],
    hands: dict[int, dict[int, NDArray[np.float32]]],
    number: int,
    shift: int,
) -> Float[np.ndarray, "T K 4"]:
    """Convert a body to panoptic67 and add the hands of the same person."""
    values = np.full((len(body), len(PANOPTIC67), 4), np.nan, np.float32)
    for column, keypoint in enumerate(PANOPTIC26.keypoints):
        if keypoint in PANOPTIC67.keypoints:
            values[:, PANOPTIC67.index(keypoint)] = body[:, column]
    for t, people in hands.items():
        if number in people and 0 <= t + shift < len(body):
            for hand, start in zip(people[number], HANDS.values(), strict=True):
                values[t + shift, start : start + len(hand)] = hand
    return values


def _frame_rate(frames: dict[int, BodyFrame]) -> float | None:
    """Compute frames per second from the times of the frames; None without times."""
    timed = [(t, frame.milliseconds) for t, frame in sorted(frames.items()) if frame.milliseconds]
    if len(timed) < 2:
        return None
    numbers, times = np.array(timed, np.float64).T
    step = float(np.median(np.diff(times) / np.diff(numbers)))
    return round(1000 / step, 3) if 1000 / MAX_FPS <= step <= 1000 else None
