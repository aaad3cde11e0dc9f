"""The commands of campaigns of faults, their inputs, and what their results have to be."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from signlift.datasets.simulated import simulate_recording
from signlift.io import write
from signlift.io.arrays.original_arrays import write_arrays
from signlift.pipeline.corpus.manifest import MANIFEST

#: Frames of the recording that is lifted, so that writing takes a moment.
_FRAMES = 1500


@dataclass(frozen=True)
class Command:
    """A command whose process is killed.

    Attributes
    ----------
    name
        Name in the table.
    arguments
        The command line below `signlift`; {inputs} and {out} are directories.
    is_whole
        Whether a file of an output directory is whole, given that of an undisturbed run.
    resume
        The arguments after a kill that left a run which can be resumed.
    replaces
        Whether it replaces data sets with --force alone.
    is_final
        Whether a file is the same at the end, given that of an undisturbed run; `is_whole` by
        default.
    times
        Number of kills, one after the other, before it is left to end.
    worker
        Word in the command lines of its workers, one of which is killed instead of all processes;
        the command must end well by itself.
    """

    name: str
    arguments: str
    is_whole: Callable[[Path, Path], bool]
    resume: str | None = None
    replaces: bool = False
    is_final: Callable[[Path, Path], bool] | None = None
    times: int = 1
    worker: str | None = None


def write_inputs(directory: Path, *, short: bool = False) -> None:
    """Write the inputs of all commands below a directory.

    Parameters
    ----------
    directory
        The directory.
    short
        Make small ones, which are written at once.
    """
    frames, count = (60, 4) if short else (_FRAMES, 12)
    recording = simulate_recording(0, 0, min_frames=frames, max_frames=frames, fps=25.0)
    write(replace(recording, depth=None), directory / "signer.pose")
    write(recording, directory / "signer.bvh")
    recordings = [simulate_recording(0, n, min_frames=20, max_frames=60) for n in range(count)]
    write_arrays(directory / "data", recordings, quiet=True)
    for number, each in enumerate(recordings):
        place = directory / "tree" / f"signer{number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        write(replace(each, depth=None), place / f"{number:02}.pose")


def _is_same(path: Path, reference: Path) -> bool:
    return path.read_bytes() == reference.read_bytes()


def _is_readable(path: Path, reference: Path) -> bool:
    """Return whether a file of a run can be read; times in it differ from run to run."""
    from signlift.errors import InputError
    from signlift.model.checkpoint import load_checkpoint
    from signlift.training.run import read_config

    try:
        if path.suffix == ".safetensors":
            load_checkpoint(path)
        elif path.name == "config.json":
            read_config(path.parent)
        return path.stat().st_size > 0
    except InputError:
        return False


def _has_same_weights(path: Path, reference: Path) -> bool:
    """Return whether the weights of a run are the same, bit by bit."""
    if path.suffix != ".safetensors":
        return _is_readable(path, reference)
    from safetensors.numpy import load_file

    found, expected = load_file(path), load_file(reference)
    return set(found) == set(expected) and all(
        found[name].tobytes() == expected[name].tobytes() for name in expected
    )


def _is_sound(path: Path, reference: Path) -> bool:
    """Return whether a result of a job is the same, and its manifest no damaged database."""
    return _is_same(path, reference) if path.name != MANIFEST else read_rows(path) is not None


def is_same_job(path: Path, reference: Path) -> bool:
    """Return whether a result is the same, and a manifest has the same rows but for times."""
    if path.name != MANIFEST:
        return _is_same(path, reference)
    return read_rows(path) == read_rows(reference)


def read_rows(path: Path) -> list[tuple[object, ...]] | None:
    """Read what a manifest says of each recording; None for a damaged one.

    It is read from a copy, as SQLite repairs what a kill has left when it opens the file.
    """
    with tempfile.TemporaryDirectory() as directory:
        for each in path.parent.glob(f"{path.name}*"):
            shutil.copy(each, directory)
        database = sqlite3.connect(Path(directory, path.name))
        try:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return None
            query = "SELECT name, state, message, outputs, output_size, frames, people, shard"
            return database.execute(f"{query} FROM recordings ORDER BY name").fetchall()
        except sqlite3.Error as error:
            return [] if "no such table" in str(error) else None
        finally:
            database.close()


_LIFT = "lift {inputs}/signer.pose -o {out}/"
_TRAIN = "train {inputs}/data -o {out}/run --arch depth-lstm --epochs 12 --hidden-size 16"
_TREE = "lift {inputs}/tree -o {out}/tree --format npz --workers 2"
_SHARDS = "lift {inputs}/tree -o {out}/tree --format parquet --shard-frames 150 --workers 1"

#: With the extra `scale`; Ray takes seconds to start.
RAY_COMMANDS: tuple[Command, ...] = (
    Command(
        "lift a tree by Ray, one worker",
        f"{_TREE} --engine ray",
        _is_sound,
        is_final=is_same_job,
        worker="ray::_Actor",
    ),
    Command("lift a tree by Ray", f"{_TREE} --engine ray", _is_sound, is_final=is_same_job),
)

COMMANDS: tuple[Command, ...] = (
    Command("lift to .bvh", f"{_LIFT}signer.bvh", _is_same),
    Command("lift to .csv", f"{_LIFT}signer.csv", _is_same),
    Command("lift to .npy with uncertainty", f"{_LIFT}signer.npy --uncertainty", _is_same),
    Command("lift to .pose", f"{_LIFT}signer.pose", _is_same),
    Command(
        "project", "project {inputs}/signer.bvh -o {out}/data --cameras 8", _is_same, replaces=True
    ),
    Command("lift a tree", _TREE, _is_sound, is_final=is_same_job, times=3),
    Command("lift a tree to shards", _SHARDS, _is_sound, is_final=is_same_job, times=2),
    Command("lift a tree, one worker", _TREE, _is_sound, is_final=is_same_job, worker="spawn_main"),
    Command(
        "train",
        _TRAIN,
        _is_readable,
        resume=f"{_TRAIN} --resume",
        is_final=_has_same_weights,
    ),
    Command(
        "prepare",
        "prepare {inputs}/data/body_data.npy {inputs}/data/body_ground.npy -o {out}/a.npy",
        _is_same,
        replaces=True,
    ),
)
