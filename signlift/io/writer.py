"""Writers of recordings: what a format holds, and what is done before it is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from signlift.core.frame_rate import check_fps
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem

Smoother = Literal["one-euro", "savitzky-golay", "none"]
SMOOTHERS: tuple[Smoother, ...] = ("one-euro", "savitzky-golay", "none")


@dataclass(frozen=True)
class WriteOptions:
    """Preparation of a recording for a file.

    None stands for the default of the format (`Writer.defaults`).

    Attributes
    ----------
    unobserved_depth
        Write the depth of keypoints that were not observed, as the network predicts it. By
        default .npy and .npz hold it.
    max_gap
        Length in frames of the longest gap that is interpolated. By default 0, but 5 for avatars.
    smooth
        Filter: "one-euro" uses past frames only, "savitzky-golay" all frames. By default "none",
        but "savitzky-golay" for avatars.
    default_fps
        Frames per second of a recording whose frame rate is unknown, in formats that hold it.
        None leaves it unknown.
    scale
        Centimetres per unit of the keypoints, for the formats that hold true lengths.
    uncertainty
        Write the uncertainty of the depth to PATH_uncertainty.npy if the format has no place for
        it (.npy, .pose and .trc).
    title
        Title of a page (.html); by default the names of the recordings.
    video
        Video of the recordings, which a page (.html) shows in time with them. The page names it by
        its path relative to the page.
    embed_video
        Make the video part of the page.
    over
        Video of the recordings, which the front view of a picture or film is drawn over.

    Raises
    ------
    InputError
        Lists all options that are out of range.
    """

    unobserved_depth: bool | None = None
    max_gap: int | None = None
    smooth: Smoother | None = None
    default_fps: float | None = DEFAULT_FPS
    scale: float | None = None
    uncertainty: bool = False
    title: str | None = None
    video: Path | None = None
    embed_video: bool = False
    over: Path | None = None

    def __post_init__(self) -> None:
        problems = []
        if self.max_gap is not None and self.max_gap < 0:
            expected = "0 frames or more"
            problems.append(
                parameter_problem("max_gap", expected=expected, found=str(self.max_gap))
            )
        if self.smooth not in (None, *SMOOTHERS):
            expected = f"one of {', '.join(SMOOTHERS)}"
            problems.append(parameter_problem("smooth", expected=expected, found=str(self.smooth)))
        if self.scale is not None and not 0 < self.scale < math.inf:
            expected = "a number of centimetres above 0"
            problems.append(parameter_problem("scale", expected=expected, found=str(self.scale)))
        if self.default_fps is not None:
            try:
                check_fps(self.default_fps, "default_fps")
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)

    def with_defaults(self, defaults: WriteOptions) -> WriteOptions:
        """Replace None by the defaults of a format."""
        options = self
        for name in ("unobserved_depth", "max_gap", "smooth"):
            if getattr(self, name) is None:
                options = replace(options, **{name: getattr(defaults, name)})
        return options


#: Of most formats: what was observed, as it was lifted.
AS_LIFTED = WriteOptions(unobserved_depth=False, max_gap=0, smooth="none")

#: Writes a recording. The second argument is the number of centimetres per unit of it, or None.
WriteRecording: TypeAlias = Callable[[Recording, float | None], None]

#: Opens a file for recordings. The shape is (T,) for a single recording, else (V, T).
OpenFile: TypeAlias = Callable[
    [Path, tuple[int, ...], WriteOptions], AbstractContextManager[WriteRecording]
]


def _keep_length(unit: str, scale: float | None) -> float:
    """Return the factor of formats that write lengths as they are."""
    del unit, scale
    return 1.0


@dataclass(frozen=True)
class Writer:
    """A format that is written.

    Attributes
    ----------
    name
        Name of the format, as `write` takes it.
    title
        Description in a few words.
    open
        Opens a file (or directory) for one recording, or for all if `holds_several`. Raises
        InputError where a recording lacks what the format needs.
    suffix
        Suffix of its files, with the dot; "" if it has none.
    is_directory
        Whether a path without the suffix becomes a directory of files.
    new_directory
        Whether that directory has to be new or empty.
    holds_several
        Whether it holds several recordings.
    holds_skeletons
        Whether recordings of one file may have different skeletons.
    shows_video
        Whether it shows the video of the recordings.
    is_picture
        Whether it is a picture or film, in which completed keypoints are pale, so that they are
        completed by default, and which can be drawn over a video.
    is_metric
        Whether it holds true lengths if the scale of the recording is known.
    assumes_size
        Whether it holds centimetres even if neither scale nor unit is known.
    uncertainty
        Place of the uncertainty of the depth: in the file, in a .npy file beside it, or nowhere.
    length_factor
        Number by which the file multiplies lengths of a recording, given its unit and the
        centimetres in it (None where unknown).
    holds_frame_rate
        Whether it holds the frame rate or times.
    names_skeleton
        Whether it holds the names of the keypoints.
    times
        What becomes of frames that are not evenly spaced: each keeps its time, they get their
        average rate, or they are resampled.
    skeleton
        The keypoints that it holds, as far as the recording has them; None for all.
    holds_others
        Whether it also holds other keypoints, if they have depth.
    leaves_out_flat
        Whether keypoints without depth are left out.
    beside
        Suffix that is appended to the path for a second file with remarks; "" if there is none.
    defaults
        Preparation of a recording where `WriteOptions` leave it open.
    """

    name: str
    title: str
    open: OpenFile
    suffix: str = ""
    is_directory: bool = False
    new_directory: bool = False
    holds_several: bool = False
    holds_skeletons: bool = False
    shows_video: bool = False
    is_picture: bool = False
    is_metric: bool = False
    assumes_size: bool = False
    uncertainty: Literal["inside", "beside", "nowhere"] = "nowhere"
    length_factor: Callable[[str, float | None], float] = _keep_length
    holds_frame_rate: bool = True
    names_skeleton: bool = True
    times: Literal["kept", "averaged", "resampled"] = "kept"
    skeleton: Skeleton | None = None
    holds_others: bool = False
    leaves_out_flat: bool = False
    beside: str = ""
    defaults: WriteOptions = AS_LIFTED

    def writes_directory(self, path: Path) -> bool:
        """Return whether a path becomes a directory of files."""
        return self.is_directory and not self.has_suffix(path)

    def has_suffix(self, path: Path) -> bool:
        """Return whether a path ends in the suffix of the format."""
        return self.suffix != "" and path.suffix.lower() == self.suffix

    def files(self, path: Path, *, uncertainty: bool = False) -> tuple[Path, ...]:
        """List the files (or the directory) that one recording becomes."""
        paths = [path]
        if uncertainty and self.uncertainty == "beside":
            paths.append(uncertainty_path(path))
        if self.beside:
            paths.append(path.with_name(path.name + self.beside))
        return tuple(paths)


def uncertainty_path(path: Path) -> Path:
    """Name the .npy file with the uncertainty of the depth, beside a file that cannot hold it."""
    return path.with_name(f"{path.stem}_uncertainty.npy")


def single(write: Callable[[Recording, Path], None]) -> OpenFile:
    """Make the `Writer.open` of a format that holds one recording and no true lengths."""

    @contextmanager
    def open_file(
        path: Path, shape: tuple[int, ...], options: WriteOptions
    ) -> Iterator[WriteRecording]:
        del shape, options
        yield lambda recording, _: write(recording, path)

    return open_file


def single_metric(write: Callable[[Recording, Path, float | None], None]) -> OpenFile:
    """Make the `Writer.open` of a format that holds one recording, in true lengths."""

    @contextmanager
    def open_file(
        path: Path, shape: tuple[int, ...], options: WriteOptions
    ) -> Iterator[WriteRecording]:
        del shape, options
        yield lambda recording, scale: write(recording, path, scale)

    return open_file
