"""3D keypoints of the CMU Panoptic Studio and of How2Sign's Panoptic recordings: takes of frames.

A take is a folder or a zip archive with `hdPose3d_stage1_op25` or `hdPose3d_stage1_coco19`, a file
body3DScene_NNNNNNNN.json for each frame, and perhaps `hdHand3d`, with
handRecon3D_hdNNNNNNNN.json; or one of the first two itself.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67, Skeleton, subtract_root_depth
from signlift.errors import InputError, first_problems, problem
from signlift.io.arrays.safe_zip import ZIP_ERRORS
from signlift.io.detectors.frame_sequence import (
    FrameSequence,
    open_frames,
    read_frames,
    warn_left_out,
)
from signlift.io.mocap.panoptic_frames import HANDS, BodyFrame, parse_bodies, parse_hands
from signlift.io.people.main_person import choose_person, rank_people
from signlift.io.reader import ReadOptions

_BODY = re.compile(r"(?:^|[/\\])body3DScene_[0-9]+\.json$")
_HAND = re.compile(r"(?:^|[/\\])handRecon3D_hd[0-9]+\.json$")

#: The folders of a take, those of bodies with the most joints first.
_PARTS = ("hdPose3d_stage1_op25", "hdPose3d_stage1_coco19", "hdHand3d", "hd")

#: How deep below a folder its takes may be, and how many folders are looked into.
_DEPTH, _FOLDERS = 3, 2000

#: Of so many people, those in most frames, one is chosen.
_PEOPLE = 8


@dataclass(frozen=True, eq=False)
class PanopticTake:
    """One person of a take, in the studio's world.

    Attributes
    ----------
    name
        The take's.
    skeleton
        panoptic26, or panoptic67 where there are hands.
    points
        [T, J, 3] in cm, y down; NaN for what is missing. Frames whose files are missing are NaN.
    confidence
        [T, J] in 0 ... 1.
    fps
        Frames per second by the frames' times, or None.
    first
        The number of the first frame.
    notes
        Of files that were left out, and who it is of several people.
    """

    name: str
    skeleton: Skeleton
    points: Float[np.ndarray, "T J 3"]
    confidence: Float[np.ndarray, "T J"]
    fps: float | None
    first: int
    notes: tuple[str, ...] = ()

    def plain(self) -> Recording:
        """The take as it is: keypoints are x and y, depth is z relative to MidHip, all in cm.

        That is what a camera infinitely far away sees that looks along the world's z axis.
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


def is_panoptic(path: Path, head: bytes) -> bool:
    """Whether a folder or a zip archive holds body3DScene files, in it or in its folders."""
    if head and not head.startswith(b"PK"):
        return False
    try:
        if not head:
            return any(_BODY.search(name) for _, names in _folders(path) for name in names)
        with zipfile.ZipFile(path) as archive:
            return any(_BODY.search(name) for name in archive.namelist())
    except ZIP_ERRORS:
        return False


def read_panoptic(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read takes as they are (`PanopticTake.plain`); arguments and errors as `panoptic_takes`."""
    takes = panoptic_takes(path, person=options.person, fps=options.fps, quiet=options.quiet)
    return [take.plain() for take in takes]


def panoptic_takes(
    path: Path, *, person: int | None = None, fps: float | None = None, quiet: bool = True
) -> list[PanopticTake]:
    """Read the takes in a folder or a zip archive, one person of each.

    People are followed by their id. Numbers that are missing are frames without anybody.

    Parameters
    ----------
    path
        The folder or archive.
    person
        Which of several people, the main one (seen most, largest and steadiest) first.
    fps
        Frames per second, where the frames do not tell by their times.
    quiet
        Show no progress bar.

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
        for name, bodies, hands in _find_takes(path, stack):
            try:
                takes.append(_read_take(name, bodies, hands, person, fps, quiet=quiet))
            except InputError as error:
                problems.extend(error.problems)
    if not takes:
        expected = "files body3DScene_NNNNNNNN.json"
        raise InputError(first_problems(problems) or problem(path, expected=expected, found="none"))
    warn_left_out(problems)
    return takes


def _find_takes(
    path: Path, stack: ExitStack
) -> list[tuple[str, FrameSequence, FrameSequence | None]]:
    """The name of each take, its bodies (of most joints) and its hands."""
    if path.is_dir():
        folders = [
            folder
            for folder, names in _folders(path)
            if any(_BODY.search(name) or _HAND.search(name) for name in names)
        ]
    else:
        folders = [path]
    bodies: dict[str, list[FrameSequence]] = {}
    hands: dict[str, FrameSequence] = {}
    for folder in folders:
        for sequence in stack.enter_context(open_frames(folder)):
            name = sequence.files[0].name
            if _BODY.search(name):
                bodies.setdefault(_take_of(name), []).append(sequence)
            elif _HAND.search(name):
                hands[_take_of(name)] = sequence
    found = []
    for take, sequences in sorted(bodies.items()):
        best = min(sequences, key=lambda sequence: _rank(sequence.files[0].name))
        found.append((Path(take).name or path.resolve().name, best, hands.get(take)))
    return found


def _folders(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """A folder and those below it that are not too deep, each with its files' names."""
    base = len(path.parts)
    for count, (folder, inside, names) in enumerate(os.walk(path)):
        here = Path(folder)
        if count >= _FOLDERS:
            return
        inside[:] = sorted(name for name in inside if name[0] != ".")
        if len(here.parts) - base >= _DEPTH:
            inside.clear()
        yield here, names


def _take_of(name: str) -> str:
    """The folder of the take that a file is of: without the folders that a take is made of."""
    folders = re.split(r"[/\\]", name)[:-1]
    while len(folders) > 1 and folders[-1] in _PARTS:
        folders.pop()
    return "/".join(folders)


def _rank(name: str) -> int:
    """The place of a file's folder in `_PARTS`."""
    folders = set(re.split(r"[/\\]", name))
    return next((n for n, part in enumerate(_PARTS) if part in folders), len(_PARTS))


def _read_take(
    name: str,
    sequence: FrameSequence,
    hand_sequence: FrameSequence | None,
    person: int | None,
    fps: float | None,
    *,
    quiet: bool,
) -> PanopticTake:
    frames, notes = read_frames(sequence, parse_bodies, quiet=quiet)
    T, where = sequence.frames, Path(name)
    seen = Counter(number for frame in frames.values() for number in frame.bodies)
    ids = [number for number, _ in seen.most_common(_PEOPLE)]
    people = np.full((len(ids), T, len(PANOPTIC26), 4), np.nan, np.float32)
    for row, number in enumerate(ids):
        for t, frame in frames.items():
            if number in frame.bodies:
                people[row, t] = frame.bodies[number]
    order = rank_people(people[..., :2], people[..., 3], PANOPTIC26)
    row = choose_person(order, person, where)
    if len(order) > 1:
        notes = (*notes, f"person {order.index(row)} of {len(order)} (id {ids[row]})")
    values, on = people[row], PANOPTIC26
    if hand_sequence is not None:
        hands, more = read_frames(hand_sequence, parse_hands, quiet=quiet)
        shift = hand_sequence.first - sequence.first
        values = _with_hands(values, hands, ids[row], shift)
        on, notes = PANOPTIC67, (*notes, *more)
    confidence = np.clip(np.nan_to_num(values[..., 3]), 0, 1)
    rate = _rate(frames) or fps
    return PanopticTake(name, on, values[..., :3], confidence, rate, sequence.first, notes)


def _with_hands(
    body: Float[np.ndarray, "T J 4"],
    hands: dict[int, dict[int, NDArray[np.float32]]],
    number: int,
    shift: int,
) -> Float[np.ndarray, "T K 4"]:
    """The body's keypoints that panoptic67 has, and the hands of the same person."""
    values = np.full((len(body), len(PANOPTIC67), 4), np.nan, np.float32)
    for column, keypoint in enumerate(PANOPTIC26.keypoints):
        if keypoint in PANOPTIC67.keypoints:
            values[:, PANOPTIC67.index(keypoint)] = body[:, column]
    for t, people in hands.items():
        if number in people and 0 <= t + shift < len(body):
            for hand, start in zip(people[number], HANDS.values(), strict=True):
                values[t + shift, start : start + len(hand)] = hand
    return values


def _rate(frames: dict[int, BodyFrame]) -> float | None:
    """Frames per second by the times of the frames, or None."""
    timed = [(t, frame.milliseconds) for t, frame in sorted(frames.items()) if frame.milliseconds]
    if len(timed) < 2:
        return None
    numbers, times = np.array(timed, np.float64).T
    step = float(np.median(np.diff(times) / np.diff(numbers)))
    return round(1000 / step, 3) if 1 <= step <= 1000 else None
