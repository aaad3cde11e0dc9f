"""Reading and writing of recordings: one module per format, and `read` and `write` for all."""

from signlift.io.arrays.original_arrays import Arrays, read_arrays, write_arrays
from signlift.io.open_writer import RecordingWriter, open_writer
from signlift.io.read_recordings import read, read_all, read_file
from signlift.io.reader import ReadOptions
from signlift.io.recordings import Recordings
from signlift.io.write_recordings import write, write_all
from signlift.io.writer import WriteOptions

__all__ = [
    "Arrays",
    "ReadOptions",
    "RecordingWriter",
    "Recordings",
    "WriteOptions",
    "open_writer",
    "read",
    "read_all",
    "read_arrays",
    "read_file",
    "write",
    "write_all",
    "write_arrays",
]
