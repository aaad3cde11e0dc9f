"""Data sets that exist already where one is to be written."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND

#: The files of a data set, whichever verb wrote it.
DATA_FILES = (BODY_DATA, BODY_GROUND, "cameras.json", "groups.txt", "triangulation.json")

#: Those of projected motion capture.
PROJECTED_FILES = DATA_FILES[:4]


def check_no_data(out: str | Path, *, force: bool) -> None:
    """Raise InputError if a data set exists already and is not to be replaced.

    Parameters
    ----------
    out
        A directory of arrays, or a file.
    force
        Replace it.
    """
    out = Path(out)
    names = [name for name in DATA_FILES if (out / name).exists()] if out.is_dir() else [out.name]
    if names and out.exists() and not force:
        expected = f"a new {'directory' if out.is_dir() else 'file'}, or `force` to replace it"
        raise InputError(problem(out, expected=expected, found=f"a data set ({', '.join(names)})"))


def remove_old_files(directory: Path, written: Collection[str]) -> None:
    """Remove what is left of the data set that was replaced: files that the new one lacks."""
    for name in DATA_FILES:
        if name not in written:
            (directory / name).unlink(missing_ok=True)
