"""A synthetic corpus: .pose files of the procedural signer, some of them damaged."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.datasets.simulated import simulate_recording
from signlift.io.pose.pose_writer import write_pose

#: Frames of a recording.
MIN_FRAMES, MAX_FRAMES = 30, 300

#: Recordings of the signer, of which all others are parts.
_SIGNERS = 40

#: Recordings in a directory.
_IN_DIRECTORY = 500

#: A recording of this many is damaged.
BAD_EVERY = 100


def write_corpus(directory: Path, recordings: int, seed: int = 0) -> None:
    """Write a corpus. One recording of `BAD_EVERY` is damaged, in one of several ways.

    Parameters
    ----------
    directory
        The corpus, of directories of some hundred recordings.
    recordings
        Number of recordings. A larger corpus begins with the recordings of a smaller one.
    seed
        Seed of the random generator.
    """
    frames = 2 * MAX_FRAMES
    signers = [
        simulate_recording(
            seed, number, min_frames=frames, max_frames=frames, upper_body=0.5, missing=0.02
        )
        for number in range(min(_SIGNERS, recordings))
    ]
    for number in range(recordings):
        rng = np.random.default_rng([seed, number])
        path = directory / f"{number // _IN_DIRECTORY:04d}" / f"{number:07d}.pose"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_pose(_cut(signers[number % len(signers)], rng), path)
        if number % BAD_EVERY == BAD_EVERY - 1:
            damage = _DAMAGES[number // BAD_EVERY % len(_DAMAGES)]
            path.write_bytes(damage(path.read_bytes()))


def count_bad(recordings: int) -> int:
    """Return the number of damaged recordings of a corpus."""
    return recordings // BAD_EVERY


def _cut(signer: Recording, rng: np.random.Generator) -> Recording:
    """Cut a recording of random length, at a random place of the image."""
    frames = int(rng.integers(MIN_FRAMES, MAX_FRAMES + 1))
    start = int(rng.integers(0, len(signer) - frames + 1))
    keypoints = signer.keypoints[start : start + frames] + rng.uniform(-20, 20, 2)
    return replace(
        signer,
        keypoints=keypoints.astype(np.float32),
        depth=None,
        confidence=None if signer.confidence is None else signer.confidence[start:][:frames],
        proportions=None,
    )


def _without_keypoints(content: bytes) -> bytes:
    """Set all numbers of the second half to NaN."""
    half = len(content) // 2
    return content[:half] + np.full((len(content) - half) // 4, np.nan, "<f4").tobytes()


_DAMAGES: tuple[Callable[[bytes], bytes], ...] = (
    lambda content: content[: len(content) // 3],  # a copy that was interrupted
    lambda _: b"",
    lambda content: bytes(len(content)),
    lambda content: b"<html>404</html>" + content[16:40],
    lambda content: content[:-7],
    _without_keypoints,
    lambda content: content[: math.isqrt(len(content))],
)
