import gc
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError, InputWarning
from signlift.utils.bounded_json import (
    is_json,
    nesting_guard,
    parse_json,
    parse_json_lines,
    read_json,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_any_encoding(encoding):
    data = ' \n {"é": [1.5, null, NaN]}'.encode(encoding)
    assert is_json(data)
    assert parse_json(data, "a.json")["é"][:2] == [1.5, None]
    assert gc.isenabled()


@pytest.mark.parametrize(
    "text",
    [
        "1e400",
        "-1e400",
        "Infinity",
        "-0.0",
        '"\\ud800"',
        '{"a": 1, "a": 2}',
        "0.1" + "0" * 40 + "1",
    ],
)
def test_rare_values_are_those_of_the_standard_library(text):
    assert repr(parse_json(text.encode(), "a.json")) == repr(json.loads(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_all_values_are_those_of_the_standard_library(value):
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        assert repr(parse_json(text.encode("utf-8", "surrogatepass"), "a")) == repr(
            json.loads(text)
        )


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "text", ['{"a": 1}\n[2]\n', '{"a": 1}\r\n\r\n[2]', '{"a": 1},\n[2],\n', '\x1e{"a":\n1}\x1e[2]']
)
def test_json_lines(text, encoding):
    assert parse_json_lines(text.encode(encoding), "a") == [{"a": 1}, [2]]


def test_a_single_value_is_no_line():
    assert parse_json_lines(b'{"a": 1}\n', "a") == {"a": 1}
    assert parse_json_lines(b"[[1],\n[2]]", "a") == [[1], [2]]


def test_damaged_lines_are_left_out_with_a_warning():
    text = b'[1]\n[2\n[3]\n{"a": "b\n[4]\n[5'
    with pytest.warns(InputWarning) as warned:
        assert parse_json_lines(text, "a.jsonl") == [[1], [3], [4]]
    assert [str(each.message) for each in warned] == [
        "left out: a.jsonl, line 2: expected JSON, found damaged JSON (and 2 more lines)"
    ]


@pytest.mark.parametrize(
    "text", [b"[1]\n[2", b"1\n2\n", b"{\n[1]\n[2]", b"[1] x", b"[1]\n" * 2 + b"[\n" * 300]
)
def test_damaged_json_is_not_json_lines(text):
    with pytest.raises(InputError, match=r"a: expected JSON, found damaged JSON \(line"):
        parse_json_lines(text, "a")


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
        parse_json_lines(data, "a.json")
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
