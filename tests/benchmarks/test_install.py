from benchmarks.install import Install, size, table


def test_size_counts_what_is_in_folders(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 3000)
    (tmp_path / "c").write_bytes(b"y" * 1000)
    (tmp_path / "link").symlink_to(tmp_path / "c")
    assert size(tmp_path) == 0.004


def test_table():
    lines = table([Install("", 286.4, 25.0, 1.31), Install("train", 900, 60, 2)]).splitlines()
    assert [line.split()[0] for line in lines] == ["install", "signlift", "signlift[train]"]
    assert lines[1].split()[1:] == ["286", "25.0", "1.3"]
