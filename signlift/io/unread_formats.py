"""Files that people try and that are not read, with what to save instead."""

from __future__ import annotations

from signlift.errors import problem
from signlift.io.source import Source
from signlift.io.tables.table import KEYPOINT_COLUMNS, list_columns, parse_head

#: What to save instead, and what was found, by the first bytes of a file.
_BY_HEAD = (
    (
        b"\x89HDF\r\n\x1a\n",
        "a CSV file (of DeepLabCut by analyze_videos(..., save_as_csv=True), of SLEAP by "
        "sleap-convert --format analysis.csv)",
        "an HDF5 file",
    ),
    (b"MATLAB 5.0 MAT-file", "a .npy file (scipy.io.loadmat reads it)", "a MATLAB file"),
)

#: The same by the end of the name of a member of a zip archive.
_BY_MEMBER = (
    ("/data.pkl", "a .npy file (numpy.save(path, tensor.numpy()))", "a PyTorch file, a pickle"),
    ("xl/workbook.xml", "a CSV file", "an Excel workbook"),
)

#: A pickle begins with this and its version.
_PICKLE, _PICKLE_VERSIONS = b"\x80", (2, 3, 4, 5)

#: Suffixes of tables in text.
_TABLES = (".csv", ".tsv", ".tab")


def describe_unread(source: Source) -> str | None:
    """Describe, in one line, what to save instead of a file that no reader recognises.

    Returns
    -------
    The line, or None for a directory and for a format that is not listed here.
    """
    path, head = source.path, source.head
    if source.is_directory:
        return None
    for start, expected, found in _BY_HEAD:
        if head.startswith(start):
            return problem(path, expected=expected, found=found)
    for end, expected, found in _BY_MEMBER:
        if any(name.endswith(end) for name in source.member_names or ()):
            return problem(path, expected=expected, found=found)
    if head[:1] == _PICKLE and len(head) > 1 and head[1] in _PICKLE_VERSIONS:
        expected = "a file without Python objects, such as .npy (numpy.save) or .json"
        return problem(path, expected=expected, found="a pickle, which is never read")
    if path.suffix.lower() in _TABLES:
        rows = parse_head(head, 1)
        return problem(path, expected=KEYPOINT_COLUMNS, found=list_columns(rows[0] if rows else []))
    return None
