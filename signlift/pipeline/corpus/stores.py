"""Recordings and results in object stores, through fsspec: s3://, gs:// and others.

A path of a job may be a URL, of which `Path` drops a slash; `url_of` puts it back. Workers copy an
object to a temporary file before they read it, and results from temporary files when they are
whole. An object appears whole when it is stored; on other file systems, such as sftp://, it gets
another name until then. Needs fsspec (extra `scale`), and the package of the store.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import warnings
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from signlift.errors import InputError, InputWarning, problem
from signlift.utils.staging import temporary_directory

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/{1,3}([^/].*|)")

#: Stores without a host, whose paths begin with a slash.
_ABSOLUTE = ("file", "local")

#: Stores in which a file is there as a whole or not at all.
_WHOLE = frozenset(("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci", "memory"))

_TO_WRITE = "a file to write"


def url_of(path: Path | str) -> str | None:
    """Return the URL that a path stands for; None for a path.

    Examples
    --------
    >>> url_of(Path("s3://bucket/clips")), url_of(Path("clips"))
    ('s3://bucket/clips', None)
    """
    match = _URL.fullmatch(str(path))
    if match is None:
        return None
    start = "///" if match[1] in _ABSOLUTE else "//"
    return f"{match[1]}:{start}{match[2].rstrip('/')}"


class Store:
    """A file, or a directory of files, behind a URL.

    Parameters
    ----------
    url
        The URL.

    Raises
    ------
    InputError
        There is no such kind of store, or its package is not installed.
    ModuleNotFoundError
        fsspec is not installed.
    """

    def __init__(self, url: str) -> None:
        import fsspec

        self.url = url
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            expected = "the URL of a store whose package is installed"
            raise InputError(problem(url, expected=expected, found=_describe(error))) from None
        self._root = self._root.rstrip("/")

    def list(self, place: str = "") -> list[dict[str, Any]]:
        """List a directory, sorted by name: `name`, `type` and `size`, and what the store adds.

        Raises
        ------
        InputError
            It cannot be read.
        """
        path = self._path(place.rstrip("/"))
        with self._errors(place, "a directory to read"):
            entries = self._files.ls(path, detail=True)
        # Some stores list the directory itself, too.
        inside = [each for each in entries if each["name"].strip("/") != path.strip("/")]
        named = [{**each, "name": each["name"].rstrip("/").rpartition("/")[2]} for each in inside]
        return sorted(named, key=itemgetter("name"))

    def refresh(self) -> None:
        """Forget what was listed."""
        self._files.invalidate_cache()

    def describe(self) -> dict[str, Any]:
        """Describe the file or directory, as `list` does.

        Raises
        ------
        InputError
            There is none, or it cannot be read.
        """
        with self._errors("", "a file or directory"):
            return dict(self._files.info(self._root))

    @contextlib.contextmanager
    def copy(self) -> Iterator[Path]:
        """Yield a copy of the file. What is said about it names the URL.

        Raises
        ------
        InputError
            It cannot be read; or that of the block.
        """
        with temporary_directory() as directory:
            path = directory / self.url.rpartition("/")[2]
            with self._errors("", "a readable file"):
                self._files.get_file(self._root, str(path))
            with _renamed(str(path), self.url):
                yield path

    def put(self, path: Path, place: str) -> None:
        """Store a file, whole or not at all; one that is there is replaced.

        Raises
        ------
        InputError
            It cannot be written.
        """
        target = self._path(place)
        protocols = self._files.protocol
        kinds = {protocols} if isinstance(protocols, str) else set(protocols)
        with self._errors(place, _TO_WRITE):
            if kinds & _WHOLE:
                self._files.put_file(str(path), target)
                return
            parent = target.rpartition("/")[0]
            temporary = f"{parent}/.signlift-{secrets.token_hex(4)}.part"
            self._files.makedirs(parent, exist_ok=True)
            try:
                self._files.put_file(str(path), temporary)
                if not kinds & set(_ABSOLUTE) and self._files.exists(target):
                    self._files.rm_file(target)  # not every file system replaces it
                self._files.mv(temporary, target)
            except BaseException:
                with contextlib.suppress(Exception):
                    self._files.rm_file(temporary)
                raise

    def remove(self, place: str) -> None:
        """Remove a file, if it is there.

        Raises
        ------
        InputError
            It cannot be removed.
        """
        with self._errors(place, "a file to remove"), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(place))

    def _path(self, place: str) -> str:
        return f"{self._root}/{place}" if place else self._root

    @contextlib.contextmanager
    def _errors(self, place: str, expected: str) -> Iterator[None]:
        """Describe what goes wrong in one line; each store has errors of its own."""
        try:
            yield
        except InputError:
            raise
        except Exception as error:
            where = f"{self.url}/{place}" if place else self.url
            is_absent = isinstance(error, FileNotFoundError) and expected != _TO_WRITE
            found = "none" if is_absent else _describe(error)
            raise InputError(problem(where, expected=expected, found=found)) from error


@contextlib.contextmanager
def _renamed(before: str, after: str) -> Iterator[None]:
    """Let messages and warnings of a block name a file otherwise."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        try:
            yield
        except InputError as error:
            raise InputError([line.replace(before, after) for line in error.problems]) from (
                error.__cause__
            )
    for each in caught:
        message = each.message
        if isinstance(message, InputWarning):
            where = str(getattr(message, "where", "")).replace(before, after)
            message = InputWarning(str(message).replace(before, after), where)
        warnings.warn(message, each.category, stacklevel=3)


def _describe(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
