"""What is fuzzed: each function that reads a file of a user, with the seeds of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.fuzz import service_targets as service
from benchmarks.fuzz.command_line import BadResultError, run_main
from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds import (
    arrays,
    calibrations,
    corpora,
    detectors,
    live,
    mocap,
    networks,
    pose,
    tables,
    videos,
)
from benchmarks.fuzz.seeds.people import SIZE, simulate_signer
from benchmarks.fuzz.shipped import load_shipped
from signlift.core.body_proportions import BodyProportions
from signlift.io.arrays.normalized import read_normalized
from signlift.io.calibration.calibration_reader import read_calibration
from signlift.io.mocap.motion_clips import read_mocap
from signlift.io.mocap.rig_file import read_rig
from signlift.io.read_recordings import read_file
from signlift.io.reader import ReadOptions
from signlift.pipeline.convert import convert
from signlift.training.split import read_groups

if TYPE_CHECKING:
    from signlift.core.recording import Recording

#: Formats to convert to.
_SUFFIXES = (".npy", ".npz", ".pose", ".csv", ".parquet", ".json", ".trc", ".bvh")

#: Seeds of each reader of `signlift.io.reader_registry.READERS`, by its name.
READER_SEEDS: dict[str, Callable[[], list[FuzzInput]]] = {
    "arrays": arrays.arrays_seeds,
    "bvh": mocap.bvh_seeds,
    "npz": arrays.npz_recording_seeds,
    "npy": arrays.npy_seeds,
    "npy frames": arrays.npy_frames_seeds,
    "npz arrays": arrays.npz_array_seeds,
    "pose": pose.pose_seeds,
    "video": videos.video_seeds,
    "panoptic": mocap.panoptic_seeds,
    "csv": tables.csv_seeds,
    "parquet": tables.parquet_seeds,
    "trc": tables.trc_seeds,
    "zip": pose.zip_seeds,
    "json frames": detectors.json_frames_seeds,
    "json": detectors.json_seeds,
}


@dataclass(frozen=True)
class Target:
    """A function that reads files.

    Attributes
    ----------
    name
        Name in tables and on the command line.
    seeds
        Makes the valid inputs.
    read
        Reads the input at a path; a random generator chooses options. Raises `BadResultError` for
        a result that is not valid. It may write to the directory `out` beside the input.
    weight
        Its part of the inputs of a campaign, relative to the others.
    writes
        Whether it may change the input, as training does with a run.
    """

    name: str
    seeds: Callable[[], list[FuzzInput]]
    read: Callable[[Path, Random], None]
    weight: float = 1.0
    writes: bool = False


def find_targets(names: list[str] | None = None) -> list[Target]:
    """List the targets that have seeds here, or those of some names."""
    targets = [target for target in TARGETS if names is None or target.name in names]
    return [target for target in targets if target.seeds()]


def _read_recordings(path: Path, random: Random) -> None:
    for recording in read_file(path, _draw_options(random)):
        _check_recording(recording)


def _draw_options(random: Random) -> ReadOptions:
    return ReadOptions(
        size=None if random.random() < 0.5 else SIZE,
        person=random.choice((None, None, None, 0, 1)),
        fps=25.0 if random.random() < 0.1 else None,
    )


def _check_recording(recording: Recording) -> None:
    for name in ("keypoints", "depth", "confidence", "times"):
        values = getattr(recording, name)
        if values is not None:
            _check_numbers(values, name)
    if not len(recording):
        raise BadResultError("a recording without frames")


def _check_numbers(values: NDArray[np.floating], name: str) -> None:
    if np.isinf(values).any():
        raise BadResultError(f"{name} with infinite numbers")


def _read_video(path: Path, random: Random) -> None:
    """Decode the images; the detector is a large library that is fuzzed elsewhere."""
    from signlift.io.reader_registry import find_reader
    from signlift.io.source import open_source
    from signlift.io.video.video_frames import VideoFrames, probe_video

    with open_source(path) as source:
        if find_reader(source).name != "video":
            return
    probe_video(path)
    for number, _ in enumerate(VideoFrames(path)):
        if number > 50:
            break


def _read_motion(path: Path, random: Random) -> None:
    for clip in read_mocap(path, fps=25.0 if random.random() < 0.2 else None):
        _check_numbers(clip.points, "points")


def _read_calibration(path: Path, random: Random) -> None:
    for camera in read_calibration(path):
        _check_numbers(camera.matrix, "matrix")


def _read_rig(path: Path, random: Random) -> None:
    read_rig(path)


def _read_proportions(path: Path, random: Random) -> None:
    BodyProportions.read(path)


def _read_groups(path: Path, random: Random) -> None:
    read_groups(path)


def _read_normalized(path: Path, random: Random) -> None:
    data = read_normalized(path)
    for number in range(min(len(data), 3)):
        lengths = data.lengths
        for values in data.fetch(np.array([number]), np.array([0]), int(lengths[number])):
            _check_numbers(values, "values")


def _read_run(path: Path, random: Random) -> None:
    """Resume a run, or lift with it."""
    from signlift.training.fit import train

    if random.random() < 0.5:
        return _read_weights(path, random)
    data = path.parent / "training-data"
    if not data.exists():
        networks.training_data().write(data)
    train(data / "data", path, resume=True, minutes=1e-6)
    return None


def _read_weights(path: Path, random: Random) -> None:
    from signlift.lifting.load import load

    lifted = load(path).lift(simulate_signer(), causal=random.random() < 0.3)
    assert lifted.depth is not None
    if not np.isfinite(lifted.depth).any():
        raise BadResultError("no depth")


def _convert(path: Path, random: Random) -> None:
    out = path.parent / "out" / f"a{random.choice(_SUFFIXES)}"
    converted = convert(
        path,
        out,
        model=load_shipped(),
        height=170 if random.random() < 0.3 else None,
        causal=random.random() < 0.2,
        complete=random.random() < 0.2,
        reading=_draw_options(random),
    )
    missing = [path.name for path in converted.paths if not path.exists()]
    if missing:
        raise BadResultError(f"no file {', '.join(missing)}")


def _run_command(path: Path, random: Random) -> None:
    """Run a verb of the command line, whose lines and exit codes are checked."""
    out = path.parent / "out"
    verb = random.choice(("lift", "lift", "lift", "evaluate", "project", "test"))
    arguments = [verb, str(path)]
    if verb == "lift":
        arguments += ["-o", str(out / f"a{random.choice(_SUFFIXES)}")]
        arguments += random.choice((["--size", "640", "480"], [], ["--height", "170"]))
    elif verb == "test":
        arguments.append(str(path))
    else:
        arguments += ["-o", str(out)]
    run_main(arguments)


def _project(path: Path, random: Random) -> None:
    from signlift.datasets.projected_mocap import ProjectionSettings, project_mocap

    settings = ProjectionSettings(cameras=random.choice((1, 2)), crop=random.random() < 0.5)
    skeleton = random.choice(("panoptic26", "panoptic67"))
    project_mocap(path, path.parent / "out", settings, skeleton=skeleton)


def _prepare(path: Path, random: Random) -> None:
    from signlift.datasets.canonical_dataset import prepare

    out = path.parent / "out" / "a.npy"
    prepare(path / "body_data.npy", path / "body_ground.npy", out, "panoptic26")


def _triangulate(path: Path, random: Random) -> None:
    from signlift.datasets.multiview import triangulate
    from signlift.datasets.multiview_inputs import read_views

    other = path.parent / "other"
    other.mkdir()
    (other / "Calib.toml").write_text(calibrations.toml_calibration())
    second = detectors.json_frames_seeds()[0].write(other)
    rig = read_calibration(other / "Calib.toml")
    triangulate(read_views([path, second], rig, cameras=["cam1", "cam2"]))


def _all_readers() -> list[FuzzInput]:
    return [seed for name, seeds in READER_SEEDS.items() if name != "video" for seed in seeds()]


def _motion_seeds() -> list[FuzzInput]:
    return [*mocap.mocap_array_seeds(), *mocap.bvh_seeds()]


def _view_seeds() -> list[FuzzInput]:
    return detectors.json_frames_seeds()[:2]


#: All targets: the readers of recordings first.
TARGETS: tuple[Target, ...] = (
    *(
        Target(name, cache(seeds), _read_video if name == "video" else _read_recordings)
        for name, seeds in READER_SEEDS.items()
    ),
    Target("motion capture", cache(mocap.mocap_array_seeds), _read_motion),
    Target("calibration", cache(calibrations.calibration_seeds), _read_calibration),
    Target("rig", cache(mocap.rig_seeds), _read_rig, 0.5),
    Target("body proportions", cache(calibrations.proportions_seeds), _read_proportions, 0.5),
    Target("groups", cache(calibrations.group_seeds), _read_groups, 0.3),
    Target("normalized data", cache(arrays.normalized_seeds), _read_normalized, 0.5),
    Target("run", networks.run_seeds, _read_run, 0.5, writes=True),
    Target("checkpoint", networks.checkpoint_seeds, _read_weights, 0.5),
    Target("graph", networks.graph_seeds, _read_weights, 0.5),
    Target("lift", cache(_all_readers), _convert, 1.5),
    Target("command line", cache(_all_readers), _run_command),
    Target("list", cache(corpora.list_seeds), service.read_paths, 0.5),
    Target("shard", cache(corpora.shard_seeds), service.read_shard),
    Target("manifest", cache(corpora.manifest_seeds), service.resume_job, 0.5, writes=True),
    Target("job", cache(corpora.manifest_seeds), service.run_job, 0.1, writes=True),
    Target("live lines", cache(live.line_seeds), service.read_lines, 0.5),
    Target("live page", cache(live.socket_seeds), service.read_socket, 0.5),
    Target(
        "live proportions", cache(calibrations.proportions_seeds), service.read_proportions, 0.3
    ),
    Target("project", cache(_motion_seeds), _project, 0.5),
    Target("prepare", cache(arrays.arrays_seeds), _prepare, 0.3),
    Target("triangulate", cache(_view_seeds), _triangulate, 0.3),
)
