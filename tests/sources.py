"""Reading of a path by one reader, as `signlift.io.read_file` does it."""

from signlift.io.reader import ReadOptions
from signlift.io.source import open_source


def read_with(read, path, options=None):
    """Open a path and read it."""
    with open_source(path) as source:
        return read(source, options or ReadOptions())


def recognised_by(recognises, path):
    """Open a path and ask whether it is recognised."""
    with open_source(path) as source:
        return recognises(source)
