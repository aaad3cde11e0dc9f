"""Signals, and progress in a terminal."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest

from signlift.datasets.simulated import generate


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("data")
    return generate(directory, 4, min_frames=10, max_frames=40, quiet=True)


def test_a_terminated_process_cleans_up(tmp_path):
    command = [sys.executable, "-m", "signlift", "demo", "-o", str(tmp_path / "demo")]
    process = subprocess.Popen([*command, "--train", "--recordings", "20000", "--quiet"])
    stop_at = time.monotonic() + 60
    try:
        while not list(tmp_path.glob("demo/data/.signlift-*.part/*.npy")):
            assert time.monotonic() < stop_at
            time.sleep(0.05)
        process.terminate()
        assert process.wait(60) == 143
    finally:
        process.kill()
    assert not (tmp_path / "demo" / "data").exists()


def obey_interrupts():
    """Restore what a background job or nohup ignores, before the child starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_terminal_sees_a_progress_bar_with_a_rate(data, tmp_path):
    """Ctrl-C leaves a run that can be resumed."""
    master, slave = pty.openpty()
    size = struct.pack("HHHH", 24, 100, 0, 0)  # rows and columns; a new terminal has none
    fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
    command = [sys.executable, "-m", "signlift", "train", str(data), "-o", str(tmp_path / "run")]
    process = subprocess.Popen(
        [*command, "--arch", "depth-lstm", "--epochs", "100000", "--hidden-size", "12"],
        stdout=slave,
        stderr=slave,
        preexec_fn=obey_interrupts,
    )
    os.close(slave)
    seen = b""

    def read_until(done):
        nonlocal seen
        stop_at = time.monotonic() + 60
        while not done():
            assert time.monotonic() < stop_at
            if select.select([master], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):  # the other end of the terminal is closed
                    seen += os.read(master, 4096)

    try:
        read_until(lambda: b"frames/s" in seen and (tmp_path / "run/last.safetensors").exists())
        process.send_signal(signal.SIGINT)
        read_until(lambda: process.poll() is not None and b"--resume" in seen)
    finally:
        process.kill()
        os.close(master)
    assert process.wait(60) == 130
    assert b"epoch" in seen
    assert b"loss=" in seen
    assert b"Traceback" not in seen
    assert b"--resume" in seen
    done = json.loads((tmp_path / "run" / "config.json").read_text())["options"]["epochs"]
    assert done == 100000
    losses = (tmp_path / "run" / "losses.csv").read_text().splitlines()
    assert len(losses) > 1
