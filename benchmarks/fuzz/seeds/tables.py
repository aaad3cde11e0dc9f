"""Seeds of tables of keypoints: signlift's own, long and wide ones, DeepLabCut's and SLEAP's."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.arrays import read_back, written
from benchmarks.fuzz.seeds.people import draw_keypoints, simulate_signer
from signlift.core.skeleton import COCO17, MEDIAPIPE33
from signlift.io import write


def csv_seeds() -> list[FuzzInput]:
    """Make tables in text."""
    values = draw_keypoints(COCO17)[:6]
    names, numbers = list(COCO17.keypoints), [str(number) for number in range(17)]
    bodyparts = [name for name in names for _ in range(3)]
    frames = [[str(number)] for number in range(len(values))]
    rows = [[f"{value:.6g}" for value in row.reshape(-1)] for row in values]
    indexed = [[*frame, *row] for frame, row in zip(frames, rows, strict=True)]
    tracked = [["track_0", *row] for row in indexed]
    with tempfile.TemporaryDirectory() as parent:
        write(simulate_signer(), Path(parent) / "a.csv")
        own = read_back(Path(parent), "a.csv")
    return [
        own,
        written(simulate_signer(), "b.csv", "csv-comments"),
        _csv([[f"{axis}{number}" for number in numbers for axis in "xyc"], *rows]),
        _csv([["track", "frame_idx", *_columns(names, ".")], *tracked]),
        _csv([["frame", *_columns(names, "_")], *indexed], ";"),
        _csv(
            [
                ["scorer", *["DLC"] * 51],
                ["bodyparts", *bodyparts],
                ["coords", *["x", "y", "likelihood"] * 17],
                *indexed,
            ]
        ),
        _csv(_landmark_rows()),
        _csv(rows),
    ]


def parquet_seeds() -> list[FuzzInput]:
    """Make Parquet files, signlift's own and in long form; none without the tables extra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        return []
    head, *rows = _landmark_rows()
    columns: dict[str, list[object]] = {
        name: [word if name == "type" else float(word) for word in words]
        for name, words in zip(head, zip(*rows, strict=True), strict=True)
    }
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), file)
    return [
        written(simulate_signer(), "a.parquet"),
        FuzzInput.of("a.parquet", file.getvalue()),
    ]


def trc_seeds() -> list[FuzzInput]:
    """Make files of markers."""
    return [written(simulate_signer(), "a.trc")]


def _columns(names: Sequence[str], mark: str) -> list[str]:
    return [f"{name}{mark}{axis}" for name in names for axis in ("x", "y", "score")]


def _landmark_rows() -> list[list[str]]:
    """List the landmarks of MediaPipe in long form, in pixels."""
    values = draw_keypoints(MEDIAPIPE33)[:4]
    rows = [["frame", "type", "landmark_index", "x", "y", "z"]]
    for frame, number in np.ndindex(values.shape[:2]):
        x, y = values[frame, number, :2]
        rows.append([str(frame), "pose", str(number), f"{x:.6g}", f"{y:.6g}", "0"])
    return rows


def _csv(rows: Sequence[Sequence[str]], separator: str = ",") -> FuzzInput:
    text = "".join(separator.join(row) + "\n" for row in rows)
    return FuzzInput.of("a.csv", text)
