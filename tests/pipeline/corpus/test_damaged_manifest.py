"""Manifests that are damaged: one line, and no traceback."""

import sqlite3
from pathlib import Path

import pytest

from signlift.errors import InputError
from signlift.pipeline.corpus.manifest import Input, Manifest


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recordings SET outputs = '[', state = 'done', options = 'digest'",
        "UPDATE job SET value = 'many' WHERE key = 'search'",
        "UPDATE recordings SET outputs = CAST(x'5bff' AS TEXT), state = 'done', options = 'digest'",
    ],
    ids=["JSON", "number", "text"],
)
def test_a_damaged_field_is_one_line(tmp_path, statement):
    path = tmp_path / "_manifest.sqlite"
    with Manifest(path) as manifest:
        list(manifest.add([Input("a.pose", "", "a", 1, 2)]))
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()
    with pytest.raises(InputError) as error, Manifest(path) as manifest:
        manifest.reopen(tmp_path, "digest", failed=False)
    (line,) = error.value.problems
    assert line.startswith(f"{path}: expected a manifest of signlift, found ")


def test_other_bytes_are_no_manifest(tmp_path):
    path = Path(tmp_path / "_manifest.sqlite")
    path.write_bytes(b"no database, but bytes of the same length" * 20)
    with pytest.raises(InputError, match="a manifest of signlift, found file is not a database"):
        Manifest(path)
