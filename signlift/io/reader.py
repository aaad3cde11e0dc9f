"""Readers of recordings: how a format is recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from signlift.core.frame_rate import check_fps
from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.io.source import Source

#: Number of a person from 0; None for the main person, "all" for each of them.
PersonChoice: TypeAlias = int | Literal["all"] | None

#: Degrees by which keypoints can be turned.
ROTATIONS = (0, 90, 180, 270)


@dataclass(frozen=True)
class ReadOptions:
    """Facts about files that the files may not hold.

    Attributes
    ----------
    skeleton
        Skeleton of the keypoints, where the file does not name it.
    person
        Number of the person to read, from 0 in the order of the reader; None for the main one.
        "all" reads a recording of each person; of several, they are named NAME/person0, ....
    fps
        Frames per second, in place of those of the file and of its times.
    size
        Width and height of the image in pixels, where the file does not hold them. They are
        needed where x and y are normalised image coordinates, as MediaPipe's are. (1, 1) where x
        and y are small lengths in one unit.
    quiet
        Show no progress bar.
    preferred_skeleton
        Skeleton to choose where `skeleton` is None and the number of keypoints fits several.
    files
        Names of the files of a directory to read; None for all.
    min_confidence
        Smallest confidence of an observed keypoint, from 0 to 1; None for that of the detector.
    keep_zeros
        Take keypoints at (0, 0) or (-1, -1) without a confidence as observed, even where many
        frames have them.
    rotate
        Degrees by which the keypoints are turned clockwise: 0, 90, 180 or 270. It corrects videos
        that were recorded on their side.
    flip_y
        Turn y over. It corrects keypoints whose y points upwards.
    mirror
        Turn x over, and keep left and right as they are. It corrects keypoints that were mirrored
        without exchanging left and right.
    any_side
        People may turn their backs to the camera, as in the images of several cameras, without a
        warning.
    max_frames
        Largest number of frames of a recording; one with more is refused, by most readers before
        all frames are in memory. None for no limit.

    Raises
    ------
    InputError
        Lists all options that are out of range.
    """

    skeleton: Skeleton | None = None
    person: PersonChoice = None
    fps: float | None = None
    quiet: bool = True
    size: tuple[float, float] | None = None
    preferred_skeleton: Skeleton | None = None
    files: Collection[str] | None = None
    min_confidence: float | None = None
    keep_zeros: bool = False
    rotate: int = 0
    flip_y: bool = False
    mirror: bool = False
    any_side: bool = False
    max_frames: int | None = None

    def __post_init__(self) -> None:
        problems = []
        number = 0 if self.person in (None, "all") else self.person
        if not (isinstance(number, int) and number >= 0):
            problems.append(
                parameter_problem("person", expected="0 or more", found=str(self.person))
            )
        if self.fps is not None:
            try:
                check_fps(self.fps)
            except InputError as error:
                problems += error.problems
        if self.size is not None and not (len(self.size) == 2 and min(self.size) > 0):
            expected = "a width and a height above 0"
            found = " ".join(f"{length:g}" for length in self.size)
            problems.append(parameter_problem("size", expected=expected, found=found))
        if self.min_confidence is not None and not 0 <= self.min_confidence <= 1:
            expected = "a number from 0 to 1"
            problems.append(
                parameter_problem("min_confidence", expected=expected, found=self.min_confidence)
            )
        if self.rotate not in ROTATIONS:
            expected = "0, 90, 180 or 270 degrees"
            problems.append(parameter_problem("rotate", expected=expected, found=self.rotate))
        if self.max_frames is not None and self.max_frames < 1:
            problems.append(
                parameter_problem("max_frames", expected="1 or more", found=self.max_frames)
            )
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class Reader:
    """A format that is read.

    Attributes
    ----------
    name
        Name of the format.
    title
        Description in a few words.
    recognises
        Returns whether a source is of this format. Never raises, whatever its bytes; the file may
        still be damaged.
    read
        Returns the recordings, one per person and take. Raises InputError, one line for each
        problem, and nothing else.
    suffixes
        Usual suffixes of its files, with the dot; the content decides.
    reads_directories
        Whether it reads directories.
    names_skeleton
        Whether its files name their keypoints, so that no skeleton may be given.
    holds_frames
        Whether the files in its directories are frames, which may be those of several recordings.
    has_images
        Whether its files are images, in which keypoints have to be detected.
    from_memory
        Whether it reads its files from any source, such as one in an archive.
    """

    name: str
    title: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source, ReadOptions], Sequence[Recording]]
    suffixes: tuple[str, ...] = ()
    reads_directories: bool = False
    names_skeleton: bool = False
    holds_frames: bool = False
    has_images: bool = False
    from_memory: bool = False

    def read_source(self, source: Source, options: ReadOptions) -> Sequence[Recording]:
        """Read the recordings of a source.

        Raises
        ------
        InputError
            As `read`; or a skeleton was given for a format that names its own.
        """
        if options.skeleton is not None and self.names_skeleton:
            expected = f"no given skeleton, as files of this format ({self.name}) name their own"
            raise InputError(problem(source.path, expected=expected, found=options.skeleton.name))
        return self.read(source, options)
