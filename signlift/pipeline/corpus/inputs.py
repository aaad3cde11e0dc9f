"""The inputs of a job: files, directories, archives and lists of them, found one by one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from signlift.errors import InputError, parameter_problem, problem
from signlift.pipeline.corpus.archives import is_archive, search_archive
from signlift.pipeline.corpus.lists import read_list
from signlift.pipeline.corpus.manifest import Input
from signlift.pipeline.corpus.store_trees import search_store
from signlift.pipeline.corpus.stores import url_of
from signlift.pipeline.corpus.trees import left_out, measure, search_tree
from signlift.pipeline.found import Found, name_of, stem_of
from signlift.pipeline.search import Search


def search_inputs(
    inputs: Sequence[Path], out: Path, *, recursive: bool | None = None, split: bool = True
) -> Iterator[Input]:
    """Search files and directories for recordings.

    Parameters
    ----------
    inputs
        The results of one directory are in the same directories below `out`; those of several
        directories are in a directory of each one's name.
    out, recursive, split
        As for `search_tree`.

    Raises
    ------
    InputError
        As `search_tree`; or a directory holds its own results.
    """
    urls = [url for url in map(url_of, inputs) if url is not None]
    for url in urls:
        if url == url_of(out):
            raise _same_directory(out)
        place = f"{name_of(Path(url))}/" if len(inputs) > 1 else ""
        for each in search_store(url, recursive=recursive):
            yield replace(each, name=each.name if each.left_out else place + each.name)
    inputs = [path for path in inputs if url_of(path) is None]
    directories = [path for path in inputs if path.is_dir()]
    for path in directories:
        _check_out(path, out)
    for path in directories:
        place = f"{name_of(path)}/" if len(inputs) + len(urls) > 1 else ""
        for each in search_tree(path, out, recursive=recursive, split=split):
            yield from _open(replace(each, name=place + each.name))
    files = [path for path in inputs if not path.is_dir()]
    search = Search(out, recursive, split)
    for each in measure(search(files)):
        yield from _open(each)
    yield from left_out(search.notes)


def search_list(
    path: Path,
    out: Path,
    *,
    column: str | None = None,
    root: Path | None = None,
    split: bool = True,
) -> Iterator[Input]:
    """Take the recordings of a list.

    Parameters
    ----------
    path, column
        As for `read_list`.
    out
        Directory of the results. The result of a recording has the path of the list below it, with
        another suffix.
    root
        The directory that the paths are relative to; the working directory by default. With it,
        all paths must lead into it.
    split
        As for `search_tree`.

    Raises
    ------
    InputError
        As `read_list`; a path leads out of the directory; or the list is empty.
    """
    if root is not None:
        _check_out(root, out)
    is_empty = True
    for number, entry in read_list(path, column):
        is_empty = False
        where = f"{path}, row {number}"
        url = url_of(entry)
        if ".." in entry.replace("\\", "/").split("/") and url is not None:
            raise InputError(problem(where, expected="a URL without ..", found=entry))
        if url is not None and root is None:  # its size and time would take a request each
            place = PurePosixPath(url.partition("://")[2])
            yield Input(url, "", str(place.with_name(stem_of(Path(place.name)))), 0, 0)
            continue
        source = (root or Path()) / entry
        name = _name_entry(entry, root)
        if name is None:
            expected = f"a path in {root or 'the working directory'}"
            raise InputError(problem(where, expected=expected, found=entry))
        if not _can_exist(source):
            raise InputError(problem(where, expected="a path", found=entry))
        if source.is_dir():
            recordings: Iterable[Input] = search_tree(source, out, recursive=True, split=split)
            whole = name_of(source)
        else:
            recordings = measure([Found(source, stem_of(source))])
            whole = stem_of(source)
            name = name.removesuffix(Path(name).name) + stem_of(Path(name))
        for each in recordings:
            is_whole = each.name == whole and each.source == str(source)
            yield from _open(replace(each, name=name if is_whole else f"{name}/{each.name}"))
    if is_empty:
        raise InputError(problem(path, expected="a list of paths", found="none"))


def _name_entry(entry: str, root: Path | None) -> str | None:
    """Name the result of a path of a list, with its suffix; None if it leads out of the root."""
    if root is not None:
        name = os.path.relpath(root / entry, root)
    else:
        path = Path(os.path.normpath(entry))
        name = str(path.relative_to(path.anchor))
    return None if Path(name).parts[:1] == ("..",) else Path(name).as_posix()


def _can_exist(path: Path) -> bool:
    """Return whether the system takes a path: one that is not too long, and without a null byte."""
    try:
        path.lstat()
    except ValueError:
        return False
    except OSError as error:
        return error.errno not in (errno.ENAMETOOLONG, errno.EINVAL)
    return True


def _open(found: Input) -> Iterator[Input]:
    """List the members of an archive in place of it."""
    path = Path(found.source)
    if found.left_out or found.files is not None or not is_archive(path):
        yield found
    else:
        name = found.name.removesuffix(".tar")  # of a .tar.gz, which is refused
        yield from search_archive(path, name)


def _check_out(root: Path, out: Path) -> None:
    if os.path.realpath(root) == os.path.realpath(out):
        raise _same_directory(out)


def _same_directory(out: Path) -> InputError:
    expected, found = "a directory other than the input's", url_of(out) or str(out)
    return InputError(parameter_problem("out", expected=expected, found=found))
