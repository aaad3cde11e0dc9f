import pytest

from benchmarks.install import Installation, directory_size, format_table

pytestmark = pytest.mark.slow


def test_the_size_of_a_directory(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 3000)
    (tmp_path / "c").write_bytes(b"y" * 1000)
    (tmp_path / "link").symlink_to(tmp_path / "c")
    assert directory_size(tmp_path) == 0.004


def test_table():
    installations = [Installation("", 286.4, 25.0, 1.31), Installation("train", 900, 60, 2)]
    lines = format_table(installations).splitlines()
    assert [line.split()[0] for line in lines] == ["install", "signlift", "signlift[train]"]
    assert lines[1].split()[1:] == ["286", "25.0", "1.3"]
