import os
import socket
from pathlib import Path

import pytest

from signlift.utils.regular_files import describe_kind, open_regular, read_regular


def test_a_file_and_a_link_to_it_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "b").symlink_to("a")
    for name in ("a", "b"):
        assert read_regular(tmp_path / name) == b"content"
        with open_regular(tmp_path / name) as file:
            assert file.read(3) == b"con"
    with pytest.raises(OSError, match=r"7 bytes \(at most 6 are read\)"):
        read_regular(tmp_path / "a", 6)


def test_what_is_no_file_is_named_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
    kinds = {"fifo": "a pipe", "link": "a pipe", "zero": "a device", "socket": "a socket"}
    for name, kind in kinds.items():
        assert describe_kind(tmp_path / name) == kind
        with pytest.raises(OSError, match=kind if name != "socket" else ""):
            open_regular(tmp_path / name)
    assert describe_kind(tmp_path / "loop") == "a link to itself or to nothing"
    assert describe_kind(tmp_path / "missing") == "none"
    for name in ("loop", "missing", "."):
        with pytest.raises(OSError, match=name if name != "." else "directory"):
            open_regular(Path(tmp_path / name))
