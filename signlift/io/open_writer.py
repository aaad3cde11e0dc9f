"""Writing recordings to a file: prepared for its format, and whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType

from signlift.animation.rest_pose import DEFAULT_TORSO
from signlift.core.person_size import SCALE_NOTE, describe_scale
from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem, problem
from signlift.io.arrays.stacked_array import open_stacked_array
from signlift.io.export.preparation import prepare_recording
from signlift.io.writer import WriteOptions, Writer, WriteRecording, uncertainty_path
from signlift.io.writer_registry import WRITERS, find_writer
from signlift.utils.atomic import AtomicGroup, check_new_directory


class RecordingWriter:
    """A file, or several, that recordings are written to. `open_writer` makes it.

    It is a context manager: the files appear when its block ends, and none of them does when the
    block raises.

    Parameters
    ----------
    writer
        The format.
    paths
        The file of each recording, or one for all of them. Those that a format writes beside
        them are not listed.
    options
        Preparation of the recordings.
    shape
        Leading axes of an array, (T,) or (V, T), that all recordings are stacked in; None where
        each has a file of its own.
    """

    def __init__(
        self,
        writer: Writer,
        paths: tuple[Path, ...],
        options: WriteOptions,
        shape: tuple[int, ...] | None,
    ) -> None:
        self.writer, self.paths, self.options = writer, paths, options
        self._shape = shape
        self._targets = iter(paths)
        self._stack = ExitStack()
        self._group = AtomicGroup()
        self._write_stacked: WriteRecording | None = None

    def __enter__(self) -> RecordingWriter:
        with self._errors():
            self._stack.push(lambda kind, *_: self._group.close(commit=kind is None))
            if self._shape is not None:
                with self._stack:
                    file = self._open(self.paths[0], self._shape)
                    self._write_stacked = self._stack.enter_context(file)
                    self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        if kind is None and self._write_stacked is None and next(self._targets, None) is not None:
            with self._stack:
                raise self._wrong_count("fewer")
        with self._errors():
            return self._stack.__exit__(kind, error, traceback)

    def write(self, recording: Recording, scale: float | None = None) -> Recording:
        """Write the next recording.

        Parameters
        ----------
        recording
            As `Lifter.lift` returns it.
        scale
            Centimetres per unit of this recording; that of the options by default.

        Returns
        -------
        The recording as it was prepared for the file, with notes of what was done.

        Raises
        ------
        InputError
            The recording lacks what the format needs, or it cannot be written.
        """
        recording = prepare_recording(recording, self.writer, self.options)
        scale = self.options.scale if scale is None else scale
        if not self.writer.is_metric:
            scale = None
        if scale is not None and not any(note.startswith(SCALE_NOTE) for note in recording.notes):
            recording = recording.with_note(describe_scale(recording.unit, scale))
        elif scale is None and self.writer.assumes_size and recording.unit not in ("cm", "m"):
            note = f"size unknown: a torso of {DEFAULT_TORSO:g} cm assumed"
            recording = recording.with_note(note)
        with self._errors():
            if self._write_stacked is not None:
                self._write_stacked(recording, scale)
            else:
                target = next(self._targets, None)
                if target is None:
                    raise self._wrong_count("more")
                with self._open(target, (len(recording),)) as write:
                    write(recording, scale)
        return recording

    def _wrong_count(self, found: str) -> InputError:
        expected = f"{len(self.paths)} recordings to write"
        return InputError(problem(self.paths[0], expected=expected, found=found))

    @contextmanager
    def _open(self, path: Path, shape: tuple[int, ...]) -> Iterator[WriteRecording]:
        """Open a file, and that of the uncertainty beside it."""
        with ExitStack() as stack:
            write_recording = stack.enter_context(self.writer.open(path, shape, self.options))
            if not (self.options.uncertainty and self.writer.uncertainty == "beside"):
                yield write_recording
                return
            beside = open_stacked_array(uncertainty_path(path), shape)
            write_uncertainty = stack.enter_context(beside)

            def write(recording: Recording, scale: float | None) -> None:
                if recording.depth_uncertainty is None:
                    expected = "a recording with the uncertainty of its depth"
                    raise InputError(problem(recording.name, expected=expected, found="none"))
                write_recording(recording, scale)
                factor = self.writer.length_factor(recording.unit, scale)
                write_uncertainty(recording.depth_uncertainty * factor)

            yield write

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Hold the files back until the end, and name a file that cannot be written."""
        try:
            with self._group.active():
                yield
        except OSError as error:
            found = (error.strerror or str(error)).lower()
            where = error.filename or self.paths[0]
            raise InputError(problem(where, expected="a file to write", found=found)) from error


def open_writer(
    path: str | PathLike[str],
    format: str | None = None,
    options: WriteOptions | None = None,
    *,
    count: int = 1,
    shape: tuple[int, ...] | None = None,
    titles: Sequence[str] | None = None,
) -> RecordingWriter:
    """Open a file for recordings.

    Parameters
    ----------
    path
        The file or directory. Where each of several recordings has one of its own, a recording
        goes to NAME_TITLE beside it, or recording i to NAME_i.
    format
        Name of the format; the suffix of the path decides by default.
    options
        Preparation of the recordings.
    count
        Number of recordings.
    shape
        Leading axes of an array that holds all of them (see `Recordings.shape`); None where none
        can, so that each gets a file of its own.
    titles
        Names of the recordings, all different; None for their numbers.

    Returns
    -------
    A context manager; its `write` takes one recording after the other.

    Raises
    ------
    InputError
        There is no such format, it does not hold what is asked for, or there are files in a
        directory that has to be new.

    Examples
    --------
    >>> with open_writer("signer.csv") as writer:                            # doctest: +SKIP
    ...     writer.write(lifted)
    """
    path = Path(path)
    writer = find_writer(path, format)
    options = options or WriteOptions()
    if options.uncertainty and writer.uncertainty == "nowhere":
        expected = "a format that holds the uncertainty of the depth"
        raise InputError(problem(path, expected=expected, found=writer.name))
    if options.video is not None and not writer.shows_video:
        expected = "a format that shows it (html)"
        raise InputError(parameter_problem("video", expected=expected, found=writer.name))
    if options.over is not None and not writer.is_picture:
        expected = f"a picture or film ({', '.join(w.name for w in WRITERS if w.is_picture)})"
        raise InputError(parameter_problem("over", expected=expected, found=writer.name))
    if shape is None and writer.holds_skeletons:
        shape = (count, 0)
    stacked = shape if writer.holds_several else None
    paths = (
        (path,)
        if count == 1 or stacked is not None
        else several_paths(path, titles or range(count))
    )
    if writer.new_directory:
        for target in paths:
            if writer.writes_directory(target):
                check_new_directory(target)
    return RecordingWriter(writer, paths, options, stacked)


def several_paths(path: Path, titles: Iterable[str | int]) -> tuple[Path, ...]:
    """Name the files NAME_TITLE, or NAME_0, NAME_1, ..., beside NAME.

    Examples
    --------
    >>> [each.name for each in several_paths(Path("out.bvh"), ["wave", "run"])]
    ['out_wave.bvh', 'out_run.bvh']
    """
    return tuple(path.with_name(f"{path.stem}_{title}{path.suffix}") for title in titles)
