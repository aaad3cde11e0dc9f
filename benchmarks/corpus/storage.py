"""What a frame of a corpus costs: bytes of storage, and time of a processor, for each format.

    python -m benchmarks.corpus.storage [FILE.pose ...] [--frames 150] [--repeats 3]

Lifts recordings into each format, by one thread: the files that are given, or recordings of the
procedural signer with MediaPipe's 75 keypoints. Prints the bytes of a frame as they are written,
and packed by gzip; the frames that one core reads, lifts and writes in a second of its own time;
and what a corpus of a million hours, at 30 frames per second, takes of both.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

import signlift as sl
from benchmarks.command import make_parser, run_benchmark
from signlift.datasets.simulated import simulate_recording
from signlift.io.pose.pose_writer import write_pose
from signlift.pipeline.corpus.engines.serial import SerialEngine
from signlift.pipeline.corpus.inputs import search_inputs
from signlift.pipeline.corpus.job import CorpusJob
from signlift.pipeline.corpus.settings import Settings

#: Frames of a million hours at 30 per second.
MILLION_HOURS = 1_000_000 * 3600 * 30

_FORMATS = ("npy", "npz", "pose", "parquet", "csv", "openpose", "trc", "bvh")
_SHARDS, _DEPTH = "parquet, shards", "depth alone, float16"
_RECORDINGS = 8

#: Standard deviation of a detector's noise, in pixels.
_NOISE = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit code."""
    parser = make_parser("corpus.storage", __doc__)
    parser.add_argument("files", type=Path, nargs="*", help="recordings to lift")
    parser.add_argument("--frames", type=int, default=150, help="frames of a simulated one (150)")
    parser.add_argument("--repeats", type=int, default=3, help="measurements of time (3)")
    return run_benchmark(parser, _run, arguments)


def _run(options: Namespace) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="signlift-storage-") as name:
        place = Path(name)
        paths = options.files or _simulate(place / "in", options.frames)
        frames = sum(len(recording) for path in paths for recording in sl.read_all(path))
        points = len(sl.read_all(paths[0])[0].skeleton)
        print(f"{len(paths)} recordings, {frames:,} frames of {points} keypoints\n")
        head = ("format", "bytes/frame", "gzip", "frames/s", "TB", "TB, gzip", "core-days")
        print("{:<22}{:>12}{:>8}{:>10}{:>8}{:>10}{:>11}".format(*head))
        lifter = sl.load()
        for name in (*_FORMATS, _SHARDS):
            out = place / name.replace(", ", "-")
            seconds = [_lift(paths, out, name, lifter) for _ in range(options.repeats)]
            _print(name, out, frames, statistics.median(seconds))
        out = place / "float16"
        out.mkdir()
        for path in (place / "npy").rglob("*.npy"):
            np.save(out / path.name, np.load(path).astype(np.float16))
        _print(_DEPTH, out, frames, None)


def _simulate(directory: Path, frames: int) -> list[Path]:
    directory.mkdir()
    paths = []
    for number in range(_RECORDINGS):
        recording = simulate_recording(
            0,
            number,
            min_frames=frames,
            max_frames=frames,
            skeleton="mediapipe75",
            missing=0.02,
            upper_body=0.5,
        )
        noise = np.random.default_rng(number).normal(0, _NOISE, recording.keypoints.shape)
        noisy = (recording.keypoints + noise).astype(np.float32)
        path = directory / f"{number}.pose"
        write_pose(replace(recording, keypoints=noisy, depth=None, proportions=None), path)
        paths.append(path)
    return paths


def _lift(paths: Sequence[Path], out: Path, name: str, lifter: sl.Lifter) -> float:
    """Lift the recordings, and return the time of the processor."""
    start = time.process_time()
    if name == _SHARDS:
        settings = Settings(out, "parquet", shard_frames=1_000_000)
        job = CorpusJob(settings, SerialEngine(), manifest=out.with_suffix(".sqlite"), force=True)
        out.with_suffix(".sqlite").unlink(missing_ok=True)
        job.run(search_inputs(paths, out))
    else:
        out.mkdir(exist_ok=True)
        for path in paths:
            target = out / path.stem
            target = target if name == "openpose" else target.with_suffix(f".{name}")
            if target.is_dir():
                for file in target.iterdir():
                    file.unlink()
            sl.convert(path, target, name, model=lifter)
    return time.process_time() - start


def _print(name: str, out: Path, frames: int, seconds: float | None) -> None:
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / frames
    packed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) / frames
    terabytes = size * MILLION_HOURS / 1e12, packed * MILLION_HOURS / 1e12
    line = f"{name:<22}{size:12,.0f}{packed:8,.0f}"
    speed = "" if seconds is None else f"{frames / seconds:,.0f}"
    days = "" if seconds is None else f"{MILLION_HOURS * seconds / frames / 86400:,.0f}"
    print(f"{line}{speed:>10}{terabytes[0]:8,.1f}{terabytes[1]:10,.1f}{days:>11}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
