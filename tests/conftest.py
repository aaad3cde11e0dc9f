"""What all tests share: shape annotations are checked, chance is fixed, a browser."""

import functools
import gc
import multiprocessing
from importlib.resources import files

import numpy as np
import pytest
from browsers import open_browser
from hypothesis import HealthCheck, settings
from typechecking import Calls, check_package

# Modules are not garbage: they are left out of all collections (see `pytest_collection_finish`).
gc.disable()

# From here on annotated functions of the package check their shapes when they are called.
check_package("signlift")

from signlift.core.recording import Recording  # noqa: E402
from signlift.core.skeleton import PANOPTIC26  # noqa: E402
from signlift.core.skeleton_arrays import subtract_root_depth  # noqa: E402
from signlift.io.arrays.original_arrays import write_arrays  # noqa: E402

settings.register_profile(
    "signlift", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("signlift")


def pytest_collection_finish():
    """Keep what was imported for the tests out of the collections of garbage while they run."""
    gc.freeze()
    gc.enable()


def pytest_runtest_setup():
    """Check the first calls of all functions again."""
    Calls.test += 1


def random_recordings(lengths, skeleton=PANOPTIC26, seed=0, missing=0.0):
    """Recordings of smooth random keypoints whose depth can be told from x and y."""
    rng = np.random.default_rng(seed)
    recordings = []
    for number, length in enumerate(lengths):
        J = len(skeleton)
        walk = np.cumsum(rng.normal(0, 2, (length, J, 2)), 0) + rng.normal(0, 40, (J, 2)) + 300
        depth = walk[..., 0] - walk[..., 1]
        walk[rng.random((length, J)) < missing] = np.nan
        recording = Recording(walk, skeleton, depth=depth, name=f"random {number}")
        recordings.append(recording.with_depth(subtract_root_depth(recording.depth, skeleton)))
    return recordings


@pytest.fixture(autouse=True)
def _people_are_not_checked(request, monkeypatch):
    """Read random keypoints without warnings, except in tests of the check of people."""
    if request.node.get_closest_marker("checked_people") is None:
        monkeypatch.setattr(
            "signlift.io.read_recordings.check_people", lambda recordings, *_, **__: recordings
        )
        monkeypatch.setattr("signlift.datasets.dataset.check_sample", lambda *_: None)


@pytest.fixture(scope="session", autouse=True)
def _shipped_weights_are_opened_once():
    """Open the graphs of the shipped weights once, however often tests load the model."""
    from signlift.lifting import open_network

    body, hands = open_network._open_shipped, open_network.open_hand_network

    @functools.cache
    def open_body(package, threads):
        return body(threads)

    @functools.cache
    def open_shipped_hands(package, threads):
        return hands(lambda name: files(package).joinpath(name).read_bytes(), package, threads)

    def open_hands(read, where, threads):
        if where == open_network.WEIGHTS_PACKAGE:
            return open_shipped_hands(where, threads)
        return hands(read, where, threads)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            open_network,
            "_open_shipped",
            lambda threads: open_body(open_network.WEIGHTS_PACKAGE, threads),
        )
        patch.setattr(open_network, "open_hand_network", open_hands)
        yield


@pytest.fixture(scope="module")
def short_animations():
    """Draw two frames of each animation, in tests of other things than what it shows."""
    from signlift.visualization import plot_skeleton, write_animation

    def write(path, render_frame, frames, **options):
        write_animation(path, render_frame, min(frames, 2), **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plot_skeleton, "write_animation", write)
        yield


@pytest.fixture
def short_calibration(monkeypatch):
    """Calibrate uncertainty on a few recordings, in tests of other things."""
    monkeypatch.setattr("signlift.pretraining.simulated_calibration.CALIBRATION_LANES", 2)


@pytest.fixture
def quick_processes(monkeypatch):
    """Start processes as copies of one that has imported all, in tests of what they do."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return
    from lightning_fabric import Fabric
    from lightning_fabric.strategies import DDPStrategy

    modules = ["signlift.pipeline.corpus.lift_task", "signlift.training.launch"]
    multiprocessing.set_forkserver_preload(modules)
    context = multiprocessing.get_context("forkserver")
    monkeypatch.setattr("signlift.pipeline.corpus.engines.processes._CONTEXT", context)
    monkeypatch.setattr("signlift.training.sources.worker_processes._CONTEXT", context)

    def make_fabric(strategy, **options):
        if strategy == "ddp_spawn":
            strategy = DDPStrategy(start_method="forkserver")
        return Fabric(strategy=strategy, **options)

    monkeypatch.setattr("signlift.training.launch.Fabric", make_fabric)


@pytest.fixture
def make_data(tmp_path):
    """A function that writes random recordings of these lengths and gives their folder."""

    def make(lengths, folder="data", **options):
        return write_arrays(tmp_path / folder, random_recordings(lengths, **options))

    return make


@pytest.fixture(scope="module")
def browser():
    """Chromium, started once for each module that uses it."""
    with open_browser() as browser:
        yield browser
