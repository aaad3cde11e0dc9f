"""Networks that a user could take instead, as ONNX graphs of one frame with random weights."""

from __future__ import annotations

import json
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.accuracy.baseline import INPUTS
from benchmarks.accuracy.original_lstm import OriginalLSTM
from benchmarks.accuracy.video_pose import RECEPTIVE_FIELD, VideoPose
from signlift.lifting.backends.onnx_session import as_value, open_session

#: Measures the CPU time of MediaPipe's pose graph for each frame of a video.
_MEDIAPIPE = """
import json, sys, time
import cv2, mediapipe
video = cv2.VideoCapture(sys.argv[1])
pose = mediapipe.solutions.pose.Pose()
times, read = [], True
while len(times) < 60:
    read, image = video.read()
    if not read:
        break
    image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    start = time.process_time()
    pose.process(image)
    times.append(time.process_time() - start)
print(json.dumps(times))
"""


class _CausalWindow(nn.Module):
    """The last frame of a window of VideoPose3D."""

    def __init__(self, net: VideoPose) -> None:
        super().__init__()
        self.net = net

    def forward(self, inputs: Tensor) -> Tensor:
        """Predict the depth of the last of 27 frames."""
        return self.net(inputs, strided=True)


class _LSTMFrame(nn.Module):
    """One frame of the original repository's DepthLSTM."""

    def __init__(self, net: OriginalLSTM) -> None:
        super().__init__()
        self.net = net

    def forward(self, inputs: Tensor, hidden: Tensor, cell: Tensor) -> tuple[Tensor, ...]:
        """Predict the depth of a frame, and the state after it."""
        output, state = self.net.lstm(inputs, (hidden, cell))
        return self.net.linear(output), *state


def video_pose_frame(channels: int = 1024) -> Callable[[], None]:
    """Return a frame of VideoPose3D, causal, of 27 frames and the published size."""
    net = _CausalWindow(VideoPose(causal=True, channels=channels))
    return _bind(net, torch.zeros(1, RECEPTIVE_FIELD, INPUTS))


def original_lstm_frame(channels: int = 1024) -> Callable[[], None]:
    """Return a frame of the original repository's DepthLSTM, of the size of its notebooks."""
    state = torch.zeros(1, 1, channels)
    return _bind(_LSTMFrame(OriginalLSTM(channels)), torch.zeros(1, 1, INPUTS), state, state)


def mediapipe_seconds(python: str, video: str) -> float | None:
    """Measure MediaPipe's pose graph on the frames of a video.

    Parameters
    ----------
    python
        The interpreter of an environment with MediaPipe.
    video
        A video of a person.

    Returns
    -------
    The median CPU time of a frame in seconds, in all its threads; None if it cannot run.
    """
    command = [python, "-c", _MEDIAPIPE, video]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    times = json.loads(done.stdout.splitlines()[-1])
    return float(np.median(times[5:])) if len(times) > 10 else None


def _bind(net: nn.Module, *inputs: Tensor) -> Callable[[], None]:
    """Export a network, bind its inputs and outputs once, and return a run of it in one thread."""
    with (
        tempfile.TemporaryDirectory() as directory,
        warnings.catch_warnings(),
        torch.no_grad(),
    ):
        warnings.simplefilter("ignore")  # about PyTorch's newer exporter
        path = Path(directory) / "graph.onnx"
        torch.onnx.export(net.eval(), inputs, str(path), dynamo=False, opset_version=17)
        session = open_session(path.read_bytes(), 1)
    binding = session.io_binding()
    arrays = [np.random.default_rng(0).normal(size=value.shape).astype("f4") for value in inputs]
    for value, array in zip(session.get_inputs(), arrays, strict=True):
        binding.bind_ortvalue_input(value.name, as_value(array))
    for value in session.get_outputs():
        binding.bind_output(value.name)

    def run() -> None:
        assert arrays  # the runtime does not keep them alive
        session.run_with_iobinding(binding)

    return run
