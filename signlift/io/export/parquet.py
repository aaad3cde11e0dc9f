"""Parquet tables in long form: one row per frame and keypoint. Needs pyarrow (extra `tables`).

The columns are frame (int32), time (float64, seconds), keypoint (a dictionary of strings), x, y
and z (float32), observed (bool), confidence and, if the recording has it, z_uncertainty
(float32). Unknown values are null. The key-value metadata of the file hold the unit, the axes and
the processing steps.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import SKELETONS
from signlift.io.export.metadata import describe_recording, file_times, long_columns
from signlift.utils.atomic import atomic_path


def write_parquet(recording: Recording, path: Path) -> None:
    """Write a lifted recording as a Parquet file, whole or not at all.

    Parameters
    ----------
    recording
        x, y and z are written in the camera frame and in the unit of the recording; NaN as null.
        `time` is null if the recording has neither times nor a frame rate.
    path
        The file.

    Raises
    ------
    InputError
        The recording has no depth.
    ModuleNotFoundError
        pyarrow is not installed.
    """
    columns = long_columns(recording)
    import pyarrow as pa
    import pyarrow.parquet as pq

    T, J = recording.keypoints.shape[:2]
    times = file_times(recording)
    seconds = np.full(T, np.nan) if times is None else times
    numbers = pa.array(np.tile(np.arange(J, dtype=np.int32), T))
    names = pa.array(recording.skeleton.keypoints, pa.string())
    # from_pandas turns NaN into null, which databases skip.
    numeric = {
        name: pa.array(values.astype(np.float32, copy=False).ravel(), from_pandas=True)
        for name, values in columns.items()
    }
    table = {
        "frame": pa.array(np.repeat(np.arange(T, dtype=np.int32), J)),
        "time": pa.array(np.repeat(seconds, J), from_pandas=True),
        "keypoint": pa.DictionaryArray.from_arrays(numbers, names),
        **{name: numeric.pop(name) for name in "xyz"},
        "observed": pa.array(recording.detected.ravel()),
        **numeric,
    }
    with atomic_path(path) as temporary:
        metadata = describe_recording(recording)
        if recording.skeleton not in SKELETONS:
            metadata["bones"] = json.dumps(recording.skeleton.bones)
        # pyarrow takes names in UTF-8 alone.
        with temporary.open("wb") as file:
            pq.write_table(pa.table(table, metadata=metadata), file)
