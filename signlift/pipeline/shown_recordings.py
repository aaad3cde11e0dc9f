"""Recordings that a page shows: read, lifted where they have no depth, with truth and video."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.errors import InputError, InputWarning, parameter_problem, problem
from signlift.io import ReadOptions, Recordings, read_file
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.io.reader_registry import is_video
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.normalization.scale import recording_scale
from signlift.pipeline.found import Found
from signlift.pipeline.people import require_observed, select_people
from signlift.pipeline.search import Search

#: Maximum number of recordings in a page.
MAX_RECORDINGS = 12

#: A file or directory, or a recording.
Source: TypeAlias = str | PathLike[str] | Recording

#: Median depth of the root, as a fraction of the body's scale, above which depth is absolute.
_MAX_ROOT_DEPTH = 1e-3


@dataclass
class ShownRecordings:
    """Recordings of several sources, with their depth and videos.

    Parameters
    ----------
    reading
        Facts about the files that they may not hold.
    out
        The page, which is not searched for recordings.
    model
        The lifter, or its path, for recordings without depth. It is loaded when it is needed.

    Attributes
    ----------
    recordings
        The recordings with depth, `MAX_RECORDINGS` at most.
    videos
        The video of each, or None.
    notes
        A line for each file that is left out on purpose.
    """

    reading: ReadOptions
    out: Path
    model: Lifter | str | PathLike[str] | None = None
    recordings: list[Recording] = field(default_factory=list)
    videos: list[Path | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _count: int = 0

    def add(
        self,
        sources: Source | Sequence[Source],
        video: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
    ) -> None:
        """Add the recordings of sources, and the video of each source.

        Raises
        ------
        InputError
            No source can be read, or there are not as many videos as sources.

        Warns
        -----
        InputWarning
            A line for each problem of a source that is left out.
        """
        found = self._find(sources)
        videos = [Path(path) for path in _as_list(video)]
        if videos and len(videos) != len(found):
            expected = "one" if len(found) == 1 else f"one for each of {len(found)} inputs"
            raise InputError(parameter_problem("video", expected=expected, found=str(len(videos))))
        problems: list[str] = []
        for number, source in enumerate(found):
            try:
                shown, own_video = self._read(source)
            except InputError as error:
                problems += error.problems
                continue
            self.recordings += shown if len(found) == 1 else _name_by_source(shown, source)
            self.videos += [videos[number] if videos else own_video] * len(shown)
        if not self.recordings:
            raise InputError(problems)
        for line in problems:
            warnings.warn(InputWarning(f"left out: {line}"), stacklevel=3)
        if self._count > len(self.recordings):
            line = f"the first {len(self.recordings)} of {self._count} recordings are shown"
            self.notes.append(line)

    def read_truths(self, sources: Source | Sequence[Source]) -> list[Recording]:
        """Read true recordings: one for each recording, or one for all.

        Raises
        ------
        InputError
            One has no depth, or their number or that of their frames differs.
        """
        reading = ReadOptions(person=self.reading.person, fps=self.reading.fps, any_side=True)
        found = [
            [source] if isinstance(source, Recording) else _read_found(source, reading)
            for source in self._find(sources)
        ]
        total = sum(map(len, found))
        if total not in {1, self._count}:
            expected = f"one true recording, or {self._count}" if self._count > 1 else "one"
            raise InputError(parameter_problem("true", expected=expected, found=str(total)))
        count = len(self.recordings)
        truths = [each for _, each in zip(range(count), chain.from_iterable(found), strict=False)]
        truths = truths * count if total == 1 else truths
        problems = []
        for recording, true in zip(self.recordings, truths, strict=True):
            if not _has_depth(true):
                problems.append(problem(true.name, expected="true depth", found="none"))
            elif len(true) != len(recording):
                expected = f"{len(recording)} frames, as {recording.name} has"
                problems.append(problem(true.name, expected=expected, found=str(len(true))))
        if problems:
            raise InputError(dict.fromkeys(problems))
        return [_relative_to_root(true) for true in truths]

    def _find(self, sources: Source | Sequence[Source]) -> list[Found | Recording]:
        """Find the recordings of files and directories; recordings come after them."""
        each = _as_list(sources)
        recordings = [source for source in each if isinstance(source, Recording)]
        paths = [Path(source) for source in each if not isinstance(source, Recording)]
        if not each:
            raise InputError(parameter_problem("sources", expected="at least one", found="none"))
        search = Search(self.out)
        found = search(paths) if paths else []
        self.notes += search.notes
        return [*(_with_ground(item, paths) for item in found), *recordings]

    def _read(self, source: Found | Recording) -> tuple[list[Recording], Path | None]:
        """Read the recordings of a source, with depth, and its video if it is one."""
        free = MAX_RECORDINGS - len(self.recordings)
        if isinstance(source, Recording):
            self._count += 1
            return [self._lift(source, source.name)][:free], None
        recordings = _read_found(source, self.reading)
        if self.reading.person == "all":
            recordings = select_people(recordings, source.path)
        several = len(recordings) > 1
        shown = [
            self._lift(recordings[v], f"{source.path}, recording {v}" if several else source.path)
            for v in range(min(len(recordings), free))
        ]
        self._count += len(recordings)
        return shown, source.path if is_video(source.path) else None

    def _lift(self, recording: Recording, where: str | Path) -> Recording:
        """Lift a recording if it has no depth, with completed keypoints if the model has them."""
        if _has_depth(recording):
            return _relative_to_root(recording)
        require_observed(recording, where)
        if not isinstance(self.model, Lifter):
            self.model = load(self.model)
        return self.model.lift(recording, complete=self.model.estimates_uncertainty)


def _as_list(values: Any) -> list[Any]:
    """Return a list of one value or of several; recordings and paths are values."""
    if values is None:
        return []
    return [values] if isinstance(values, (str, PathLike, Recording)) else list(values)


def _with_ground(found: Found, inputs: Sequence[Path]) -> Found:
    """Take the directory of body_data.npy, if it holds true depth and was searched."""
    directory = found.path.parent
    if found.path.name != BODY_DATA or found.path in inputs:
        return found
    return replace(found, path=directory) if (directory / BODY_GROUND).is_file() else found


def _read_found(found: Found, reading: ReadOptions) -> Recordings:
    return read_file(found.path, replace(reading, files=found.files))


def _name_by_source(recordings: Sequence[Recording], source: Found | Recording) -> list[Recording]:
    """Name recordings by their file, as those of two models for one input have the same name."""
    if isinstance(source, Recording):
        return list(recordings)
    if len(recordings) == 1:
        return [replace(recordings[0], name=source.name)]
    return [
        replace(each, name=f"{source.name}/{each.name.rpartition('/')[2]}") for each in recordings
    ]


def _has_depth(recording: Recording) -> bool:
    return recording.depth is not None and not np.isnan(recording.depth).all()


def _relative_to_root(recording: Recording) -> Recording:
    """Make absolute depth, as the distance from a camera, relative to MidHip."""
    skeleton, depth = recording.skeleton, recording.depth
    assert depth is not None
    root = skeleton.point(depth[..., None], ROOT)
    if np.isnan(root).all():
        return recording
    limit = _MAX_ROOT_DEPTH * recording_scale(recording.keypoints, skeleton)
    if np.nanmedian(np.abs(root)) <= limit:
        return recording
    return recording.with_depth(subtract_root_depth(depth, skeleton), recording.depth_uncertainty)
