import gzip
import json
import tracemalloc

import pytest

import signlift as sl
from signlift.errors import InputError
from signlift.io.safe_gzip import gzip_head, unpack_gzip


def test_members_are_unpacked_one_after_the_other():
    data = gzip.compress(b"first ") + gzip.compress(b"second") + b"\0\0"
    assert unpack_gzip(data, "a", 100) == b"first second"
    assert unpack_gzip(gzip.compress(b""), "a", 100) == b""
    assert gzip_head(gzip.compress(b"x" * 9000), 10) == b"x" * 10
    assert gzip_head(b"\x1f\x8b", 10) == gzip_head(b"other", 10) == b""


@pytest.mark.parametrize("cut", [3, 12, 40, -1])
def test_damaged_files(cut):
    data = gzip.compress(json.dumps(list(range(200))).encode())
    with pytest.raises(InputError, match=r"^a: expected a gzip file, found a damaged one \("):
        unpack_gzip(data[:cut], "a", 1 << 20)
    with pytest.raises(InputError, match="found a damaged one"):
        unpack_gzip(data[:30] + b"\xff\xff" + data[32:], "a", 1 << 20)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b"[" + b" " * (200 << 20) + b"]"))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"bomb.json.gz: .*become more than .*\(a gzip bomb\?\)"):
        sl.read(bomb)
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()
    with pytest.raises(InputError, match="a: expected at most 10 bytes unpacked, found more"):
        unpack_gzip(gzip.compress(b"x" * 11), "a", 10)


def test_gzip_of_something_else(tmp_path):
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(b"HIERARCHY"))
    with pytest.raises(InputError, match=r"a\.json\.gz: expected a format that signlift reads"):
        sl.read(path)
