"""All methods of the table: the settings they depend on, and how to make them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.accuracy.baseline import Baseline, Frames, normalize_batch
from benchmarks.accuracy.bone_fit import BoneFit
from benchmarks.accuracy.data import CMU, STREAM, stream_batches
from benchmarks.accuracy.fixed_pose import fit_best_pose, fit_mean_pose
from benchmarks.accuracy.original_lstm import OriginalLSTM
from benchmarks.accuracy.protocol import SETS, VERSION, Method, TestSet, TrueDepth
from benchmarks.accuracy.signlift_methods import (
    Signlift,
    digest_weights,
    read_training_clips,
    short_pretraining,
    train_lifter,
    true_proportions,
)
from benchmarks.accuracy.simple_baseline import SimpleBaseline
from benchmarks.accuracy.trainer import Training, load_or_train
from benchmarks.accuracy.video_pose import VideoPose
from signlift.errors import InputError, problem
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.lifting.load import load
from signlift.pretraining.motion_sources import MOCAP
from signlift.pretraining.settings import PretrainingSettings

#: Makes a method for a test set (only those that know the truth use it), and its training.
Make = Callable[[TestSet], tuple[Method, Training | None]]


@dataclass(frozen=True)
class Entry:
    """A row of the table, before anything is computed.

    Attributes
    ----------
    name
        The name of the method.
    make
        A function that makes the method; it trains once for all test sets.
    settings
        Everything that the results depend on, as JSON values.
    """

    name: str
    make: Make
    settings: dict[str, Any]


def list_entries(
    data: Path,
    directory: Path,
    *,
    seconds: float,
    seed: int,
    channels: int | None = None,
    model: Path | None = None,
    quiet: bool = True,
) -> list[Entry]:
    """List the rows of the table in their order.

    Parameters
    ----------
    data
        The directory with asl, cmu/train and cmu/test.
    directory
        The directory for trained baselines.
    seconds
        Training time of each baseline.
    seed
        The random seed.
    channels
        Size of the baselines; None for the published one.
    model
        A directory of exported weights of signlift, trained without the test sets. Without it, the
        only row of signlift is the one that is trained here.
    quiet
        Show no progress bar.
    """
    test_settings = {"protocol": VERSION, "seed": seed, "test": digest_arrays(data, *SETS.values())}
    learned_settings = test_settings | {"stream": STREAM, "train": digest_clips(data)}

    def open_stream() -> Iterator[Frames]:
        return map(normalize_batch, stream_batches(seed, data))

    def make_once(make: Callable[[], Method]) -> Make:
        cached = cache(make)
        return lambda _: (cached(), None)

    bones = BoneFit(quiet=quiet)
    fit_settings = test_settings | {"fit": asdict(bones) | {"quiet": True}}
    entries = [
        Entry("true depth", lambda tests: (TrueDepth(tests), None), test_settings),
        Entry(
            "best fixed pose of the test set",
            lambda tests: (fit_best_pose(tests), None),
            test_settings,
        ),
        Entry(
            "fixed pose",
            make_once(lambda: fit_mean_pose(stream_batches(seed, data))),
            learned_settings,
        ),
        Entry(bones.name, make_once(lambda: bones), fit_settings),
    ]
    size = {} if channels is None else {"channels": channels}
    builders: list[Callable[[], Baseline]] = [
        partial(OriginalLSTM, **size),
        partial(SimpleBaseline, **size),
        partial(VideoPose, causal=False, **size),
        partial(VideoPose, causal=True, **size),
    ]
    for build in builders:
        with torch.device("meta"):  # only for its name and settings
            baseline = build()
        settings = learned_settings | {"baseline": baseline.settings(), "seconds": seconds}
        path = directory / f"{make_file_name(baseline.name)}.safetensors"
        options = {"seed": seed, "settings": settings, "quiet": quiet}
        make = partial(_make_baseline, path, build, open_stream, seconds, options)
        entries.append(Entry(baseline.name, make, settings))
    pretraining = short_pretraining(seconds, seed)
    entries.append(_list_trained(data, directory, pretraining, learned_settings, quiet=quiet))
    if model is not None:
        entries += _list_signlift(data, model, test_settings | {"model": digest_weights(model)})
    return entries


def _list_trained(
    data: Path,
    directory: Path,
    pretraining: PretrainingSettings,
    learned_settings: dict[str, Any],
    *,
    quiet: bool,
) -> Entry:
    """Return the row of signlift's networks that are trained here, once for all test sets."""
    name = "signlift, trained as briefly"
    settings = {"pretraining": to_json(asdict(pretraining)), "train": learned_settings["train"]}

    @cache
    def make() -> tuple[Method, Training]:
        run_directory = directory / f"signlift-{short_digest(settings)}"
        clips = read_training_clips(data)
        lifter, training = train_lifter(run_directory, pretraining, clips, quiet=quiet)
        return Signlift(lifter, name), training

    return Entry(name, lambda _: make(), learned_settings | settings)


def _list_signlift(data: Path, model: Path, settings: dict[str, Any]) -> list[Entry]:
    """List the rows of exported weights."""
    lifter = load(model)

    def make_with_proportions(tests: TestSet) -> tuple[Method, None]:
        proportions = true_proportions(data, tests.name)
        return Signlift(lifter, "signlift, given proportions", proportions=proportions), None

    return [
        Entry("signlift", lambda _: (Signlift(lifter), None), settings),
        Entry(
            "signlift, streaming",
            lambda _: (Signlift(lifter, "signlift, streaming", causal=True), None),
            settings,
        ),
        Entry("signlift, given proportions", make_with_proportions, settings),
    ]


def _make_baseline(
    path: Path,
    build: Callable[[], Baseline],
    open_stream: Callable[[], Iterator[Frames]],
    seconds: float,
    options: dict[str, Any],
    _: TestSet,
) -> tuple[Method, Training]:
    return load_or_train(path, build, open_stream, seconds, **options)


def make_file_name(name: str) -> str:
    """Turn a method's name into a file name without suffix."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def digest_arrays(data: Path, *directories: str) -> str:
    """Compute a digest of the two arrays of some directories.

    Raises
    ------
    InputError
        One line for each file that is missing.
    """
    paths = [data / name / file for name in directories for file in (BODY_DATA, BODY_GROUND)]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise InputError(problem(path, expected="a file", found="no such file") for path in missing)
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def digest_clips(data: Path) -> str:
    """Compute a digest of the motion capture to train on; "" if there is none."""
    path = data / CMU / MOCAP
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def to_json(settings: dict[str, Any]) -> dict[str, Any]:
    """Convert settings to the values that they have after writing and reading JSON."""
    return json.loads(json.dumps(settings))


def short_digest(settings: dict[str, Any]) -> str:
    """Compute a short digest of JSON settings, for the name of a directory."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]
