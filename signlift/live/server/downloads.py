"""Recordings and body proportions as files, for the browser to save."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from signlift.core.body_proportions import BodyProportions
from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.write_recordings import write
from signlift.io.writer_registry import WRITERS, find_writer


class Download(NamedTuple):
    """A file to save.

    Attributes
    ----------
    name
        Its name.
    content
        Its bytes.
    """

    name: str
    content: bytes


def list_formats() -> list[dict[str, Any]]:
    """List the formats that a recording can be saved as, for the page."""
    return [{"name": each.name, "title": each.title, "suffix": each.suffix} for each in WRITERS]


def save_recording(recording: Recording, format: str, stem: str) -> Download:
    """Write a recording in a format; several files become one .zip.

    Parameters
    ----------
    recording
        With depth.
    format
        The name of the format.
    stem
        The beginning of the file's name.

    Raises
    ------
    InputError
        There is no such format, the recording has no frames, or it lacks what the format needs.
    """
    writer = find_writer("", format)
    if not len(recording):
        expected = "at least one frame"
        raise InputError(problem("recording", expected=expected, found="none"))
    with tempfile.TemporaryDirectory(prefix="signlift-") as directory:
        folder = Path(directory) / stem
        folder.mkdir()
        try:
            write(recording, folder / f"{stem}{writer.suffix}", format)
        except InputError as error:  # the directory for temporary files says nothing to a user
            raise InputError(line.replace(f"{folder}/", "") for line in error.problems) from None
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if len(files) == 1:
            return Download(files[0].name, files[0].read_bytes())
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.relative_to(folder.parent))
        return Download(f"{stem}.zip", packed.getvalue())


def save_proportions(proportions: BodyProportions, stem: str) -> Download:
    """Write body proportions as the JSON file that `BodyProportions.read` reads."""
    with tempfile.TemporaryDirectory(prefix="signlift-") as directory:
        path = Path(directory) / f"{stem}.json"
        proportions.write(path)
        return Download(path.name, path.read_bytes())


def load_proportions(content: bytes) -> BodyProportions:
    """Read body proportions from the content of a file.

    Raises
    ------
    InputError
        It is no such file.
    """
    with tempfile.TemporaryDirectory(prefix="signlift-") as directory:
        path = Path(directory) / "proportions.json"
        path.write_bytes(content)
        try:
            return BodyProportions.read(path)
        except InputError as error:
            raise InputError(
                line.replace(f"{path.parent}/", "") for line in error.problems
            ) from None
