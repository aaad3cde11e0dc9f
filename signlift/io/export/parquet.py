"""Parquet in long form: one row per frame and keypoint. Needs pyarrow (the extra `tables`).

The columns are frame (int32), time (float64, seconds), keypoint (a dictionary of strings), x, y
and z (float32), observed (bool), confidence and, where the recording tells it, z_error
(float32). What is not known is null. The file's key-value metadata say the unit, the axes and
what was done.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.io.export.metadata import description, frame_times, long_columns
from signlift.utils.atomic import atomic_path


def write_parquet(recording: Recording, path: Path) -> None:
    """Write a lifted recording as a Parquet file, whole or not at all.

    Parameters
    ----------
    recording
        x, y and z go out as they are, in the camera frame and in the recording's unit; NaN as
        null. `time` is null when neither times nor the frame rate are known.
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
    times = frame_times(recording)
    seconds = np.full(T, np.nan) if times is None else times
    numbers = pa.array(np.tile(np.arange(J, dtype=np.int32), T))
    names = pa.array(recording.skeleton.keypoints, pa.string())
    # from_pandas makes NaN a null, which is what databases skip.
    measured = {
        name: pa.array(values.astype(np.float32, copy=False).ravel(), from_pandas=True)
        for name, values in columns.items()
    }
    table = {
        "frame": pa.array(np.repeat(np.arange(T, dtype=np.int32), J)),
        "time": pa.array(np.repeat(seconds, J), from_pandas=True),
        "keypoint": pa.DictionaryArray.from_arrays(numbers, names),
        **{name: measured.pop(name) for name in "xyz"},
        "observed": pa.array(recording.detected.ravel()),
        **measured,
    }
    with atomic_path(path) as temporary:
        pq.write_table(pa.table(table, metadata=description(recording)), temporary)
