"""Graphs of one frame that are missing, damaged, of another network, or that cannot run."""

import gc
import shutil
import tracemalloc

import numpy as np
import pytest
from lifting_nets import random_lifter, signer

import signlift as sl
from signlift.lifting.backends.onnx import OnnxGraph
from signlift.model.graph_metadata import DEPTH_STEP_FILE, PROPORTIONS_STEP_FILE


@pytest.fixture
def directory(tmp_path):
    random_lifter(tmp_path / "net")
    return tmp_path / "net"


def first_depth(lifter):
    return lifter.stream(fps=25).step(signer(3)[0])


def test_a_model_without_them_is_lifted_by_the_others(directory):
    depth = first_depth(sl.load(directory))
    for name in (DEPTH_STEP_FILE, PROPORTIONS_STEP_FILE):
        (directory / name).unlink()
    lifter = sl.load(directory)
    assert lifter.network.steps is None
    np.testing.assert_allclose(first_depth(lifter), depth, atol=0.01 * np.ptp(depth))


def test_a_processor_that_cannot_run_them_lifts_by_the_others(directory, monkeypatch):
    monkeypatch.setattr(OnnxGraph, "can_run", lambda _: False)
    lifter = sl.load(directory)
    assert lifter.network.steps is None
    assert np.isfinite(first_depth(lifter)).all()


def test_those_of_another_network_are_refused(directory, tmp_path):
    random_lifter(tmp_path / "other", seed=1)
    shutil.copy(tmp_path / "other" / DEPTH_STEP_FILE, directory)
    lifter = sl.load(directory)
    assert np.isfinite(lifter.lift(signer(3)).depth).all()
    expected = "of the same export as the other graphs, found those of another export"
    with pytest.raises(sl.InputError, match=expected):
        first_depth(lifter)


def test_damaged_ones_are_refused_in_one_line(directory):
    path = directory / DEPTH_STEP_FILE
    path.write_bytes(path.read_bytes()[:5000])
    expected = r"step_depth\.onnx: expected .*, found a file that ONNX Runtime cannot run"
    with pytest.raises(sl.InputError, match=expected) as error:
        first_depth(sl.load(directory))
    assert len(str(error.value).splitlines()) == 1


def test_frames_leave_nothing_behind():
    """But for what the running scale keeps: 12 bytes a frame."""
    recording = sl.read(sl.sample_path("openpose"))
    stream = sl.load().stream("openpose137", fps=24)
    frames = list(recording[:20])

    def memory(rounds):
        """Memory after some rounds, without what waits for a collection of garbage."""
        for _ in range(rounds):
            for frame in frames:
                stream.step(frame)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    memory(1)
    tracemalloc.start()
    try:
        before = memory(1)  # with what the last frame holds
        after = memory(5)
    finally:
        tracemalloc.stop()
    assert after - before < 20_000
