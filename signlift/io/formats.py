"""A list of the formats that are read and written."""

from __future__ import annotations

from dataclasses import dataclass

from signlift.io.reader import Reader
from signlift.io.reader_registry import READERS
from signlift.io.writer import Writer
from signlift.io.writer_registry import WRITERS


@dataclass(frozen=True)
class Format:
    """A format that is read, written or both.

    Attributes
    ----------
    name
        Name of the format, as `write` and `convert` take it.
    suffixes
        Usual suffixes of its files, with the dot.
    is_directory
        Whether it may be a directory of files.
    read
        Content of the files that are read; "" if the format is not read.
    written
        Content of the files that are written; "" if the format is not written.
    holds
        What files that are written hold beside x, y and depth: "several recordings", "frame
        rate", "keypoint names", "uncertainty" (or "uncertainty in a second file"), and "true
        lengths" where the scale is known.
    """

    name: str
    suffixes: tuple[str, ...]
    is_directory: bool
    read: str
    written: str
    holds: tuple[str, ...]


def formats() -> tuple[Format, ...]:
    """List the formats that are read and written.

    Returns
    -------
    formats
        Those that are read first, in the order in which they are tried.

    Examples
    --------
    >>> import signlift as sl
    >>> [format.name for format in sl.formats() if ".npz" in format.suffixes]
    ['npz', 'npz arrays']
    >>> [format.name for format in sl.formats() if "uncertainty" in format.holds]
    ['npz', 'csv', 'parquet', 'csv-comments', 'openpose', 'html']
    """
    readers = {reader.name: reader for reader in READERS}
    writers = {writer.name: writer for writer in WRITERS}
    names = dict.fromkeys([*readers, *writers])
    return tuple(_combine(name, readers.get(name), writers.get(name)) for name in names)


def _combine(name: str, reader: Reader | None, writer: Writer | None) -> Format:
    suffixes = [] if reader is None else list(reader.suffixes)
    if writer is not None and writer.suffix and writer.suffix not in suffixes:
        suffixes.append(writer.suffix)
    return Format(
        name,
        tuple(suffixes),
        (reader is not None and reader.reads_directories)
        or (writer is not None and writer.is_directory),
        "" if reader is None else reader.title,
        "" if writer is None else writer.title,
        () if writer is None else _describe_content(writer),
    )


def _describe_content(writer: Writer) -> tuple[str, ...]:
    uncertainty = {
        "inside": "uncertainty",
        "beside": "uncertainty in a second file",
        "nowhere": None,
    }[writer.uncertainty]
    content = (
        "several recordings" if writer.holds_several else None,
        "frame rate" if writer.holds_frame_rate else None,
        "keypoint names" if writer.names_skeleton else None,
        uncertainty,
        "true lengths" if writer.is_metric else None,
    )
    return tuple(text for text in content if text is not None)
