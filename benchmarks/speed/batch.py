"""Speed of reading, of lifting many recordings, and of whole commands, beside their limits.

    python -m benchmarks.speed.batch

Times are of the CPU and of the wall clock, the shortest of several runs. What two cores reach is
that of one of them twice, as processes share nothing. The ratio compares the
CPU time with that of work that cannot be avoided, which takes turns with it in the same run: the
graphs alone on tensors that are ready, or the decoding of the files by Python's own json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from benchmarks.speed.bare_graphs import recorded_calls, repeat_calls
from signlift.core.recording import Recording
from signlift.core.skeleton import get_skeleton
from signlift.datasets.simulated import simulate_recording
from signlift.io import read_file, write
from signlift.io.reader import ReadOptions
from signlift.lifting.load import load

#: Ten minutes at 30 frames per second, and three seconds.
LONG, SHORT = 18_000, 90

#: Recordings side by side: their number, and the range of their lengths in frames.
RECORDINGS, SHORTEST, LONGEST = 48, 60, 600

#: Bodies, and whole signers with hands and a face.
BODY, SIGNER = "panoptic26", "openpose137"

_MEASURE = """
import os, resource, runpy, sys
sys.argv = ["signlift", *sys.argv[1:]]
try:
    runpy.run_module("signlift", run_name="__main__")
finally:
    use = resource.getrusage(resource.RUSAGE_SELF)
    peak = 0
    if os.path.exists("/proc/self/status"):  # a child's ru_maxrss may be that of its parent
        with open("/proc/self/status") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(use.ru_utime + use.ru_stime, peak / 1024, file=sys.stderr)
"""


class Times(NamedTuple):
    """Shortest seconds of CPU and wall clock, and peak memory in MB (0 if it was not measured)."""

    cpu: float
    wall: float
    peak: float = 0.0


def measure(work: Callable[[], object], repeats: int = 3) -> Times:
    """Measure the shortest times of several runs."""
    runs = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    return Times(*map(min, zip(*runs, strict=True)))


def measure_command(*arguments: str, repeats: int = 3) -> Times:
    """Measure whole runs of the command line, from its start to its end."""
    runs = []
    for _ in range(repeats):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, *arguments], check=True, capture_output=True, text=True
        )
        wall = time.perf_counter() - start
        cpu, peak = map(float, done.stderr.split()[-2:])
        runs.append((cpu, wall, peak))
    return Times(*map(min, zip(*runs, strict=True)))


def simulate(frames: int, skeleton: str) -> Recording:
    """Simulate a signer; a still face and hands move with the head and the wrists."""
    minute = min(frames, 1800)
    body = simulate_recording(0, 0, min_frames=minute, max_frames=minute, upper_body=1.0)
    target = get_skeleton(skeleton)
    keypoints = body.convert(target).keypoints
    rng = np.random.default_rng(0)
    shape = rng.normal(0, 12, (len(target), 2))
    for number, name in enumerate(target.keypoints):
        if not body.skeleton.has(name) and np.isnan(keypoints[:, number]).all():
            side = next((side for side in "LR" if name.startswith(side)), "")
            anchor = target.find(f"{side}Wrist" if side and "Face" not in name else "Nose")
            keypoints[:, number] = keypoints[:, anchor or 0] + shape[number]
    keypoints = keypoints + rng.normal(0, 0.7, keypoints.shape)
    keypoints[rng.random(keypoints.shape[:2]) < 0.02] = np.nan
    repeated = np.tile(keypoints, (-(-frames // minute), 1, 1))[:frames]
    confidence = np.where(np.isnan(repeated[..., 0]), 0, 0.8)
    return Recording(repeated, target, confidence=confidence, fps=30.0, size=(1280, 720))


def simulate_clips(skeleton: str) -> list[Recording]:
    """Simulate recordings of different lengths."""
    lengths = np.random.default_rng(0).integers(SHORTEST, LONGEST, RECORDINGS).tolist()
    whole = simulate(LONGEST + RECORDINGS, skeleton)
    return [
        replace(whole[start : start + length], name=f"clip {start}")
        for start, length in enumerate(lengths)
    ]


def write_frames(directory: Path, recording: Recording) -> list[Path]:
    """Write a file of OpenPose for each frame."""
    values = np.concatenate([recording.keypoints, recording.confidence[..., None]], -1)  # type: ignore[index]
    values = np.nan_to_num(values).round(3)
    paths = []
    for number, frame in enumerate(values):
        parts = np.split(frame, [25, 95, 116])
        keys = ("pose", "face", "hand_left", "hand_right")
        lists = {
            f"{key}_keypoints_2d": part.ravel().tolist()
            for key, part in zip(keys, parts, strict=True)
        }
        person = {"person_id": [-1], **lists, **{f"{key}_keypoints_3d": [] for key in keys}}
        paths.append(directory / f"clip_{number:012d}_keypoints.json")
        paths[-1].write_text(json.dumps({"version": 1.3, "people": [person]}))
    return paths


def print_row(name: str, times: Times, limit: str, ratio: str = "") -> None:
    """Print a row of the table."""
    peak = f"{times.peak:8.0f}" if times.peak else " " * 8
    print(f"  {name:44}{times.cpu:7.2f}{times.wall:7.2f}{peak}  {limit:24}{ratio}", flush=True)


def report_reading(directory: Path) -> None:
    """Measure the reading of a directory of OpenPose's JSON, and its bare decoding."""
    frames = directory / "frames"
    frames.mkdir()
    paths = write_frames(frames, simulate(LONG, SIGNER))

    def decode() -> None:
        for path in paths:
            json.loads(path.read_bytes())

    bare = measure(decode, 2)
    times = measure(lambda: list(read_file(frames, ReadOptions())))
    ratio = f"{times.cpu / bare.cpu:.2f} of Python's json alone"
    print_row("read a directory of 18,000 files", times, "at most 2.5 s", ratio)


def report_commands(directory: Path) -> None:
    """Measure whole runs of `signlift lift`, and how they grow with the length."""
    out = str(directory / "out")
    sources = {frames: str(directory / f"{frames}.pose") for frames in (SHORT, LONG, 4 * LONG)}
    for frames, path in sources.items():
        write(simulate(frames, "mediapipe75"), path)
    start = measure_command("lift", sources[SHORT], "-o", f"{out}.pose", "--quiet")
    help_only = measure_command("--help")
    print_row("signlift --help", help_only, "")
    print_row("lift three seconds, .pose to .pose", start, "at most 0.6 s")
    lifted = measure_command("lift", sources[LONG], "-o", f"{out}.pose", "--quiet", repeats=2)
    print_row("lift ten minutes, .pose to .pose", lifted, "at most 3 s")
    avatar = measure_command("lift", sources[LONG], "-o", f"{out}.bvh", "--quiet", repeats=2)
    print_row("lift ten minutes, .pose to .bvh", avatar, "at most 6 s and 500 MB")
    longer = measure_command("lift", sources[4 * LONG], "-o", f"{out}.bvh", "--quiet", repeats=1)
    growth = (longer.cpu - start.cpu) / (avatar.cpu - start.cpu)
    memory = (longer.peak - start.peak) / (avatar.peak - start.peak)
    ratio = f"{growth:.1f} times the time, {memory:.1f} times the memory"
    print_row("lift forty minutes, .pose to .bvh", longer, "4 times ten minutes", ratio)


def describe_rate(frames: int, times: Times) -> str:
    """Describe frames per second of the CPU, and what two cores reach that are free."""
    rate = frames / times.cpu
    return f"{rate:,.0f} frames/s, {120 * rate / 1e6:.2f} million a minute on two cores"


def measure_in_turns(*works: Callable[[], object], turns: int = 5) -> list[Times]:
    """Measure the shortest times of works that take turns."""
    runs = [[measure(work, 1) for work in works] for _ in range(turns)]
    return [Times(*map(min, zip(*each, strict=True))) for each in zip(*runs, strict=True)]


def report_throughput(name: str, skeleton: str, limit: float) -> None:
    """Measure the lifting of many recordings beside the bare graphs, and on two cores."""
    lifter, clips, long = load(), simulate_clips(skeleton), simulate(LONG, skeleton)
    frames = sum(map(len, clips))

    def lift_all() -> None:
        for _ in lifter.lift_all(clips):
            pass

    def lift_each() -> None:
        for clip in clips:
            lifter.lift(clip)

    with recorded_calls() as calls:
        lift_all()
    bare, together, alone = measure_in_turns(partial(repeat_calls, calls), lift_all, lift_each)
    with recorded_calls() as calls:
        lifter.lift(long)
    bare_long, lifted_long = measure_in_turns(
        partial(repeat_calls, calls), lambda: lifter.lift(long)
    )
    del calls
    needed = "0.8 of the bare graphs"
    print(f"  {name}: {RECORDINGS} recordings of {SHORTEST} to {LONGEST} frames, {frames:,} in all")
    print_row("  bare graphs on ready tensors", bare, "", describe_rate(frames, bare))
    for label, times, needs in (
        ("side by side", together, needed),
        ("one after the other", alone, ""),
    ):
        ratio = f"{bare.cpu / times.cpu:.2f} of them: {describe_rate(frames, times)}"
        print_row(f"  {label}", times, needs, ratio)
    print(f"  {name}: one recording of {LONG:,} frames")
    print_row("  bare graphs on ready tensors", bare_long, "", describe_rate(LONG, bare_long))
    ratio = f"{bare_long.cpu / lifted_long.cpu:.2f} of them: {describe_rate(LONG, lifted_long)}"
    print_row("  lifted", lifted_long, f"{limit:g} million a minute", ratio)


def report_all() -> None:
    """Measure everything and print the table."""
    print(f"  {'':44}{'CPU, s':>7}{'wall':>7}{'MB':>8}  {'limit':24}ratio, in CPU time")
    report_throughput("26 keypoints", BODY, 2.5)
    report_throughput("137 keypoints", SIGNER, 1.0)
    with tempfile.TemporaryDirectory() as name:
        report_commands(Path(name))
        report_reading(Path(name))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the speed and return the exit code."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # of the processes that are started
    parser = make_parser("speed.batch", __doc__)
    return run_benchmark(parser, lambda _: report_all(), arguments)


if __name__ == "__main__":
    sys.exit(main())
