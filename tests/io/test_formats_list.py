"""The list of formats."""

import re
from pathlib import Path
from typing import get_args

import signlift as sl
from signlift.cli.main import main
from signlift.cli.verbs.lift import FormatName
from signlift.io.reader_registry import READERS
from signlift.io.writer_registry import WRITERS

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def test_each_reader_and_writer_is_listed_once():
    formats = sl.formats()
    names = [format.name for format in formats]
    assert len(set(names)) == len(names)
    assert [f.name for f in formats if f.read] == [reader.name for reader in READERS]
    assert {f.name for f in formats if f.written} == {writer.name for writer in WRITERS}
    assert all(f.suffixes or f.is_directory for f in formats)
    assert all(f.holds for f in formats if f.written)


def test_the_documentation_names_each_format_that_is_written():
    text = DOCS.read_text(encoding="utf-8")
    for writer in WRITERS:
        assert re.search(rf"{re.escape(writer.suffix)}|`{writer.name}`", text)


def test_the_command_line_lists_and_offers_all_formats(capsys):
    assert set(get_args(FormatName)) == {writer.name for writer in WRITERS}
    assert main(["formats"]) == 0
    text = capsys.readouterr().out
    for format in sl.formats():
        assert f"  {format.name} (" in text
    assert all(len(line) <= 96 for line in text.splitlines())
