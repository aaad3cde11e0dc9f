import io
import pickle
import zipfile

import pytest

import signlift as sl


def archive(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(name, b"content")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.slp", b"\x89HDF\r\n\x1a\n...", "a CSV file .of DeepLabCut .* found an HDF5 file"),
        ("a.mat", b"MATLAB 5.0 MAT-file, ...", "a .npy file .scipy.io.loadmat .* a MATLAB file"),
        ("a.pkl", pickle.dumps([1]), r"such as .npy \(numpy.save\) or .json, found a pickle"),
        ("a.pt", archive("a/data.pkl"), "numpy.save.* found a PyTorch file, a pickle"),
        ("a.xlsx", archive("xl/workbook.xml"), "a CSV file, found an Excel workbook"),
        ("a.csv", b"id,label\n1,b\n", "a row per keypoint .* found columns id, label"),
        ("a.tsv", b"\x00\x01", "a row per keypoint .* found no header"),
    ],
)
def test_one_line_says_what_to_save_instead(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(sl.InputError, match=message) as error:
        sl.read(tmp_path / name)
    assert len(error.value.problems) == 1
