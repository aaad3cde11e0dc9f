import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from signlift.errors import InputError
from signlift.io.arrays.npy import npy_writer, open_npy


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i4", "u1", ">f4"])
def test_any_numbers_in_any_order_are_mapped(tmp_path, order, dtype):
    array = np.asarray(np.arange(24).reshape(2, 3, 4), dtype, order=order)
    np.save(tmp_path / "a.npy", array)
    file = open_npy(tmp_path / "a.npy")
    assert (file.shape, file.fortran, file.nbytes) == ((2, 3, 4), order == "F", array.nbytes)
    assert isinstance(file.map(), np.memmap)
    assert not file.map().flags.writeable
    np.testing.assert_array_equal(file.map(), array)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_all_versions_of_the_format(tmp_path, version):
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, np.arange(5.0), version=version)
    np.testing.assert_array_equal(open_npy(tmp_path / "a.npy").map(), np.arange(5.0))


def _pickle(path):
    np.save(path, np.array([{}], object), allow_pickle=True)


def _truncated(path):
    np.save(path, np.zeros((4, 5)))
    path.write_bytes(path.read_bytes()[:-8])


def _header(text):
    """Make a file with a header alone."""
    text = text.ljust(117) + "\n"
    start = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little")
    return lambda path: path.write_bytes(start + text.encode())


def _damaged(path):
    np.save(path, np.zeros(3))
    path.write_bytes(path.read_bytes()[:20])


@pytest.mark.parametrize(
    ("make", "expected", "found"),
    [
        (lambda path: None, "a .npy file", "no such file"),
        (lambda path: path.mkdir(), "a .npy file", "a directory"),
        (lambda path: path.touch(), "a .npy file", "an empty file"),
        (
            lambda path: path.write_bytes(b"PK\x03\x04 zip"),
            "a .npy file",
            r"an \.npz or \.zip archive",
        ),
        (lambda path: path.write_bytes(b"nonsense"), "a .npy file", "begins with b'nonsense"),
        (
            _header("{'shape': (-3, 5), 'fortran_order': False, 'descr': '<f4'}"),
            "a .npy file",
            "damaged",
        ),
        (_header("{'shape': (3, (5"), "a .npy file", "damaged"),
        (
            _header(f"{{'shape': ({2**40}, {2**40}), 'fortran_order': False, 'descr': '<f4'}}"),
            "bytes",
            "truncated",
        ),
        (_damaged, "a .npy file", "header is damaged"),
        (_pickle, "an array of numbers", r"Python objects \(a pickle\)"),
        (lambda path: np.save(path, np.zeros(3, "c8")), "real numbers", "dtype complex64"),
        (lambda path: np.save(path, np.array(["a"])), "real numbers", "dtype <U1"),
        (lambda path: np.save(path, np.zeros(3, bool)), "real numbers", "dtype bool"),
        (lambda path: np.save(path, np.zeros((0, 3))), "not empty", r"shape \[0, 3\]"),
        (_truncated, "160 bytes", r"152 \(a truncated file\)"),
    ],
)
def test_one_line_describes_the_problem(tmp_path, make, expected, found):
    path = tmp_path / "a.npy"
    make(path)
    with pytest.raises(InputError, match=rf"a\.npy: expected .*{expected}.*, found .*{found}") as e:
        open_npy(path)
    assert len(e.value.problems) == 1
    assert "\n" not in e.value.problems[0]


def test_several_problems_are_listed_at_once(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((2, 0), bool))
    with pytest.raises(InputError) as error:
        open_npy(tmp_path / "a.npy")
    assert len(error.value.problems) == 2


@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("random") / "a.npy"
    path.write_bytes(content)
    with pytest.raises(InputError):
        open_npy(path)
    path.write_bytes(b"\x93NUMPY\x01\x00" + content)
    with pytest.raises(InputError):
        open_npy(path)


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=1, max_dims=3)))
def test_saved_arrays_are_opened(tmp_path_factory, array):
    path = tmp_path_factory.mktemp("saved") / "a.npy"
    np.save(path, array)
    np.testing.assert_array_equal(open_npy(path).map(), array)


def test_writing_piece_by_piece(tmp_path):
    path = tmp_path / "a.npy"
    with npy_writer(path, (3, 4, 2)) as file:
        file.fill_nan()
        file.put((1,), np.ones((4, 2)))
        file.put((2, 1), np.full((2, 2), 5.0))
        assert not path.exists()
    expected = np.full((3, 4, 2), np.nan, np.float32)
    expected[1] = 1
    expected[2, 1:3] = 5
    written = np.load(path)
    assert written.dtype == np.float32
    np.testing.assert_array_equal(written, expected)


def test_a_failed_write_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), npy_writer(tmp_path / "a.npy", (3,)) as file:
        file.fill_nan()
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def header(text):
    """A .npy file of version 1.0 with this header."""
    data = text.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + len(data).to_bytes(2, "little") + data + bytes(64)


@pytest.mark.parametrize(
    "shape",
    [
        "(True, 1, 52)",
        "(" + "-" * 5000 + "1, 52)",
        "(" * 3000 + "1" + ")" * 3000,
        "(" + "9" * 400 + ", 52)",
        "(1.0, 52)",
        "(None,)",
        "('1', 52)",
        "[1, 52]",
        "5",
    ],
    ids=lambda shape: shape[:20],
)
@pytest.mark.parametrize("descr", ["'<f4'", "[('a', '<f4', (10, 10))]", "('<f4', (3,))", "None"])
def test_damaged_headers_are_one_line(tmp_path, shape, descr):
    path = tmp_path / "a.npy"
    path.write_bytes(header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n"))
    with pytest.raises(InputError) as error:
        open_npy(path)
    (line,) = error.value.problems
    assert line.startswith(f"{path}: expected ")
    assert len(line) <= 300
