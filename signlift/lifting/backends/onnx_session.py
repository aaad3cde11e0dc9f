"""ONNX Runtime without its telemetry. No other module imports it.

ONNX Runtime from version 1.29 on sends messages about its use to Microsoft, and writes a device
identifier and a database into the user's cache directory, already when it is imported. It does
neither, and opens no connection, if ORT_DISABLE_TELEMETRY is set before the import
(https://github.com/microsoft/onnxruntime/pull/27379). On Windows it hands events to the operating
system instead, until `disable_telemetry_events` is called.
"""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

onnxruntime.disable_telemetry_events()

#: ONNX Runtime's log level for the end of the process alone. It raises all errors that it would
#: print otherwise.
_FATAL_ONLY = 4


def open_session(
    content: bytes, threads: int, *, small: bool = False
) -> onnxruntime.InferenceSession:
    """Open a graph on the CPU.

    Parameters
    ----------
    content
        The bytes of the .onnx file.
    threads
        Number of threads that compute one operation.
    small
        Give each result memory of its own: for graphs of one frame that is faster.

    Raises
    ------
    Exception
        ONNX Runtime cannot run the graph. Its errors share no other base class.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    options.enable_mem_reuse = not small
    # Without a second try after an error, about which ONNX Runtime would print.
    return onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"], enable_fallback=0
    )


def as_value(array: NDArray[np.float32]) -> onnxruntime.OrtValue:
    """Return an array as a value of ONNX Runtime, which shares its memory."""
    return onnxruntime.OrtValue.ortvalue_from_numpy(array)


def is_unsupported(error: Exception) -> bool:
    """Return True for the error of a graph whose weights of 8 bits ONNX Runtime cannot read."""
    return "matmulnbits" in str(error).lower().replace("_", "")
