import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.utils.bounded_json import is_json, nesting_guard, parse_json, read_json


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_any_encoding(encoding):
    data = ' \n {"é": [1.5, null, NaN]}'.encode(encoding)
    assert is_json(data)
    assert parse_json(data, "a.json")["é"][:2] == [1.5, None]
    assert gc.isenabled()


def test_other_files_are_not_json():
    for head in (b"", b"\x93NUMPY", b"HIERARCHY", b"PK\x03\x04", b"\xff\xfe\x00\x00", b'"text"'):
        assert not is_json(head)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b'{"a": 1', r"damaged JSON \(line 1, column 8\)$"),
        (b"[1, 2\n,]", "line 2, column"),
        (b'["\xff"]', "bytes that are not text"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "4300"),
    ],
)
def test_damaged_json_is_described(data, found):
    with pytest.raises(InputError, match=rf"a\.json: expected JSON, found .*{found}"):
        parse_json(data, "a.json")
    assert gc.isenabled()


def test_json_files(tmp_path):
    (tmp_path / "a.json").write_text("[1, 2]")
    assert read_json(tmp_path / "a.json") == [1, 2]
    with pytest.raises(InputError, match="at most 5 bytes, found 6 bytes"):
        read_json(tmp_path / "a.json", max_bytes=5)
    with pytest.raises(InputError, match="No such file"):
        read_json(tmp_path / "b.json")
    with pytest.raises(InputError, match="expected a JSON file"):
        read_json(tmp_path)


@given(st.binary(max_size=60))
def test_any_bytes_give_json_or_one_line(data):
    is_json(data)
    try:
        parse_json(data, "a.json")
    except InputError as error:
        assert len(error.problems) == 1


def test_ten_megabytes_of_noise():
    noise = b"[" + np.random.default_rng(0).bytes(10 << 20)
    with pytest.raises(InputError):
        parse_json(noise, "noise")


def test_deeply_nested_lists_are_an_input_error():
    def down():
        return down()

    with pytest.raises(InputError, match="nested too deeply"), nesting_guard("a.json"):
        down()
