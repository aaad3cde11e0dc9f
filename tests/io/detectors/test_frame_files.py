import zipfile

import pytest

from signlift.errors import InputError
from signlift.io.detectors.frame_files import list_archive, list_directory
from signlift.io.safe_zip import Limits

LIMITS = Limits(file=1000, files=3)
CONTENTS = {"a1.json": b"one", "A2.JSON": b"two", ".a3.json": b"hidden", "a4.txt": b"other"}


def test_files_of_a_directory(tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    files = list_directory(tmp_path, ".json", LIMITS)
    assert {name: read() for name, (_, read) in files.items()} == {
        "a1.json": b"one",
        "A2.JSON": b"two",
    }
    assert files["a1.json"][0] == str(tmp_path / "a1.json")
    with pytest.raises(InputError, match="at most 1 files, found 2"):
        list_directory(tmp_path, ".json", Limits(files=1))
    with pytest.raises(InputError, match="expected a directory"):
        list_directory(tmp_path / "none", ".json", LIMITS)


def test_members_of_an_archive(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**CONTENTS, "../out1.json": b"unsafe"}.items():
            archive.writestr(name, content)
    problems = []
    with zipfile.ZipFile(path) as archive:
        files = list_archive(path, archive, ".json", LIMITS, problems)
        assert [read() for _, read in files.values()] == [b"one", b"two"]
    (line,) = problems
    assert "out1.json: expected a plain file, found a path that leads out" in line
