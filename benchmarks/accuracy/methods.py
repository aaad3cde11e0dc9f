"""All methods of the table: what each depends on, and how it is made."""

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

from benchmarks.accuracy.bone_fit import BoneFit
from benchmarks.accuracy.data import CMU, STREAM, Batch, stream
from benchmarks.accuracy.fixed_pose import best_pose, mean_pose
from benchmarks.accuracy.ours import (
    Signlift,
    brief,
    captured,
    trained_lifter,
    true_lengths,
    weights,
)
from benchmarks.accuracy.peer import Peer
from benchmarks.accuracy.protocol import SETS, VERSION, Method, TestSet, TrueDepth
from benchmarks.accuracy.seed_lstm import SeedLSTM
from benchmarks.accuracy.simple_baseline import SimpleBaseline
from benchmarks.accuracy.trainer import Training, trained
from benchmarks.accuracy.video_pose import VideoPose
from signlift.errors import InputError, problem
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.lifting.lifter import load
from signlift.pretraining.motion_sources import MOCAP
from signlift.pretraining.settings import PretrainingSettings

#: A method for a test set (only those that know the answer look at it), and its training.
Make = Callable[[TestSet], tuple[Method, Training | None]]


@dataclass(frozen=True)
class Entry:
    """A row of the table, before anything is computed.

    Attributes
    ----------
    name
        Of the method.
    make
        Makes it; what is trained is trained once.
    settings
        All that its numbers depend on, as JSON holds it.
    """

    name: str
    make: Make
    settings: dict[str, Any]


def entries(
    data: Path,
    folder: Path,
    *,
    seconds: float,
    seed: int,
    channels: int | None = None,
    model: Path | None = None,
    quiet: bool = True,
) -> list[Entry]:
    """The rows of the table in their order.

    Parameters
    ----------
    data
        The folder with asl, cmu/train and cmu/test.
    folder
        Where trained peers are kept.
    seconds
        That each peer is trained.
    seed
        The source of chance.
    channels
        The peers' size instead of the published one.
    model
        A folder of exported weights of signlift, trained without the test sets; without it
        signlift has but the row that is trained here.
    quiet
        Show no progress bar.
    """
    tested = {"protocol": VERSION, "seed": seed, "test": digest(data, *SETS.values())}
    learned = tested | {"stream": STREAM, "train": clips_digest(data)}

    def batches() -> Iterator[Batch]:
        return stream(seed, data)

    def same(make: Callable[[], Method]) -> Make:
        made = cache(make)
        return lambda _: (made(), None)

    bones = BoneFit(quiet=quiet)
    rows = [
        Entry("true depth", lambda tests: (TrueDepth(tests), None), tested),
        Entry("best fixed pose of the test set", lambda tests: (best_pose(tests), None), tested),
        Entry("fixed pose", same(lambda: mean_pose(batches())), learned),
        Entry(bones.name, same(lambda: bones), tested | {"fit": asdict(bones) | {"quiet": True}}),
    ]
    size = {} if channels is None else {"channels": channels}
    builds: list[Callable[[], Peer]] = [
        partial(SeedLSTM, **size),
        partial(SimpleBaseline, **size),
        partial(VideoPose, causal=False, **size),
        partial(VideoPose, causal=True, **size),
    ]
    for build in builds:
        with torch.device("meta"):  # only to ask it
            peer = build()
        settings = learned | {"peer": peer.settings(), "seconds": seconds}
        path = folder / f"{file_name(peer.name)}.safetensors"
        options = {"seed": seed, "settings": settings, "quiet": quiet}
        make = partial(_learned, path, build, batches, seconds, options)
        rows.append(Entry(peer.name, make, settings))
    rows.append(_briefly(data, folder, brief(seconds, seed), learned, quiet=quiet))
    if model is not None:
        rows += _signlift(data, model, tested | {"model": weights(model)})
    return rows


def _briefly(
    data: Path, folder: Path, recipe: PretrainingSettings, learned: dict[str, Any], *, quiet: bool
) -> Entry:
    """The row of the networks of signlift that are trained here, once for all test sets."""
    name = "signlift, trained as briefly"
    depends_on = {"recipe": as_json(asdict(recipe)), "train": learned["train"]}

    @cache
    def made() -> tuple[Method, Training]:
        kept = folder / f"signlift-{short_digest(depends_on)}"
        lifter, training = trained_lifter(kept, recipe, captured(data), quiet=quiet)
        return Signlift(lifter, name), training

    return Entry(name, lambda _: made(), learned | depends_on)


def _signlift(data: Path, model: Path, settings: dict[str, Any]) -> list[Entry]:
    """The rows of a folder of exported weights."""
    lifter = load(model)

    def with_lengths(tests: TestSet) -> tuple[Method, None]:
        return Signlift(
            lifter, "signlift, lengths given", lengths=true_lengths(data, tests.name)
        ), None

    return [
        Entry("signlift", lambda _: (Signlift(lifter), None), settings),
        Entry(
            "signlift, streaming",
            lambda _: (Signlift(lifter, "signlift, streaming", causal=True), None),
            settings,
        ),
        Entry("signlift, lengths given", with_lengths, settings),
    ]


def file_name(name: str) -> str:
    """A method's name as a file's, without suffix."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def digest(data: Path, *folders: str) -> str:
    """What tells the arrays of these folders from others.

    Raises
    ------
    InputError
        One line for each file that is missing.
    """
    paths = [data / folder / name for folder in folders for name in (BODY_DATA, BODY_GROUND)]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise InputError(problem(path, expected="a file", found="none") for path in missing)
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def as_json(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as they are when they were written as JSON and read: tuples are lists."""
    return json.loads(json.dumps(settings))


def short_digest(settings: dict[str, Any]) -> str:
    """What tells settings, as JSON holds them, from others: for the name of a folder."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]


def clips_digest(data: Path) -> str:
    """What tells the motion capture to train on from others; nothing where there is none."""
    path = data / CMU / MOCAP
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _learned(
    path: Path,
    build: Callable[[], Peer],
    batches: Callable[[], Iterator[Batch]],
    seconds: float,
    options: dict[str, Any],
    _: TestSet,
) -> tuple[Method, Training]:
    """A peer, trained now or before."""
    return trained(path, build, batches, seconds, **options)
