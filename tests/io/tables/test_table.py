from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.io.tables.table import decode, make_table, parse_numbers, parse_text, read_text

PATH = Path("a.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator):
    text = separator.join("abc") + "\n" + separator.join(["1", "2", "3"]) + "\n"
    assert parse_text(text).rows == [["a", "b", "c"], ["1", "2", "3"]]


def test_comments_and_empty_lines_are_no_rows():
    table = parse_text("# fps: 25\r\n#\n# note 1: a: b\n\nx,y\n\n1,2\n")
    assert table.metadata == {"fps": "25", "note 1": "a: b"}
    assert table.rows == [["x", "y"], ["1", "2"]]


def test_numbers_with_decimal_commas_and_words_for_missing():
    texts = ["1,5", "-2,25e1", "", " NaN ", "NA", "null", "3.5", None]
    numbers = parse_numbers(texts, "a")
    np.testing.assert_array_equal(numbers, [1.5, -22.5, *[np.nan] * 4, 3.5, np.nan])


@pytest.mark.parametrize("value", ["a", "1.2.3", "1,234,5", "inf", "1e300", "[1]"])
def test_other_values_are_no_numbers(value):
    with pytest.raises(
        InputError, match=r"a: expected (a number|finite numbers), found .* in row 1"
    ):
        parse_numbers(["1", value], "a")


def test_excel_and_other_encodings_are_read():
    assert decode("\ufeffx,ä".encode()) == "x,ä"
    assert decode("x,ä".encode("utf-16")) == "x,ä"
    assert decode("x,ä".encode("latin-1")) == "x,ä"
    assert decode(b"x\0y") is None


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        (["a", "a"], [["1", "2"]], "different names, found 'a' twice"),
        (["a", "b"], [["1", "2", "3"]], "2 fields in each row, found 3 in row 0"),
        (["a", "b"], [["1", "2"], ["1"]], "found 1 in the last row .a truncated file"),
    ],
)
def test_uneven_tables_are_refused(header, rows, message):
    with pytest.raises(InputError, match=message):
        make_table(PATH, header, rows, {})


def test_a_header_alone_and_other_bytes_are_refused():
    for data in (b"x,y\n", b"x,y\n\0\0"):
        with pytest.raises(InputError):
            read_text(PATH, data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_problem(data):
    try:
        text = read_text(PATH, data)
        make_table(PATH, text.rows[0], text.rows[1:], text.metadata)
    except InputError:
        pass
