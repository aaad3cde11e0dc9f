"""Batches of recordings for a LiftingNet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import BONE_LENGTHS, NUM_PROPORTIONS, measure_bone_lengths
from signlift.core.skeleton_arrays import convert, subtract_root_depth
from signlift.datasets.dataset import Dataset
from signlift.datasets.lanes import iterate_windows
from signlift.model.network_inputs import SKELETON
from signlift.normalization.normalize import frame_centers
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections
from signlift.training.settings import RecordingSettings
from signlift.training.sources.lifting_batch import (
    LiftingBatch,
    draw_estimate_frames,
    draw_given,
    draw_scale_errors,
    draw_sources,
)
from signlift.utils.array_types import Float, Int
from signlift.utils.progress import progress_bar

#: Frames that are prepared at a time, so that long recordings need no more memory.
_CHUNK = 4096

#: Every recording that is chosen for it gets the errors of a detector.
_DETECTOR = DetectorSettings(clean_probability=0.0, noise=(0.002, 0.03), bias=(0.0, 0.025))


@dataclass(frozen=True, eq=False)
class LiftingRecordingSource:
    """Recordings with known depth as a LiftingNet takes them, in stateful lanes; a DataSource.

    The recordings may be on any skeleton: keypoints go to the network's by name. In each epoch
    every recording is prepared anew: mirrored or not, with the errors of a simulated detector or
    without, at a slightly wrong scale, with given lengths or estimated ones.

    Attributes
    ----------
    dataset
        The recordings, in the camera frame.
    recordings
        [R], the numbers of those to train on.
    bone_lengths
        [V, L], the lengths of each recording's person in its unit, NaN where unknown (see
        `measure_people`).
    settings
        Sizes and augmentation.
    seed
        Seed of the order and the augmentation.
    """

    dataset: Dataset
    recordings: Int[np.ndarray, " R"]
    bone_lengths: Float[np.ndarray, "V L"]
    settings: RecordingSettings
    seed: int

    @property
    def num_lanes(self) -> int:
        """Recordings side by side."""
        return self.settings.batch_size

    @property
    def frames_per_epoch(self) -> int:
        """Frames of all recordings."""
        return int(self.dataset.lengths[self.recordings].sum())

    def epoch(self, number: int, selection: slice = slice(None)) -> Iterator[LiftingBatch]:
        """Iterate over the batches of an epoch (see `DataSource`)."""
        order = np.random.default_rng([self.seed, number]).permutation(self.recordings)
        lanes = self.settings.batch_size
        selected = np.zeros(lanes, bool)
        selected[selection] = True
        prepared: dict[int, _PreparedRecording] = {}
        for step in iterate_windows(self.dataset.lengths, order, lanes, self.settings.seq_len):
            windows = step[selected & (step.recording >= 0)]
            T = int(windows.length.max(initial=1))
            rows = []
            for recording, start, length, first, last in zip(
                *(getattr(windows, name).tolist() for name in vars(windows)), strict=True
            ):
                if first:
                    prepared[recording] = _PreparedRecording(self, recording, number)
                rows.append(prepared[recording].window(start, length, T))
                if last:
                    del prepared[recording]
            busy = np.flatnonzero(selected & (step.recording >= 0))
            yield _stack(rows, busy, self.settings.fps)


class _PreparedRecording:
    """A recording of one epoch, with all that was drawn for it."""

    def __init__(self, source: LiftingRecordingSource, recording: int, epoch: int) -> None:
        settings = source.settings
        self._source, self._recording = source, recording
        self._rng = rng = np.random.default_rng([source.seed, epoch, recording])
        self._mirrored = settings.mirror and bool(rng.random() < 0.5)
        self._detected = bool(rng.random() < settings.detector_noise)
        self._length = int(source.dataset.lengths[recording])
        lengths = source.bone_lengths[[recording]].astype(np.float64)
        self.proportions_source = draw_sources(rng, 1)
        self._estimate_frame = int(draw_estimate_frames(rng, 1, self._length)[0])
        errors = draw_scale_errors(rng, self.proportions_source, self._length)[0]
        self._scale = float(source.dataset.scales[recording]) * np.exp(errors)
        view = np.full((1, NUM_PROPORTIONS - len(BONE_LENGTHS)), np.nan)  # unknown
        self.given, self.is_given = draw_given(rng, lengths, view)
        self._log_lengths = np.log(lengths[0])
        self._neck: Float[np.ndarray, " 2"] | None = None
        self._start, self._chunk = 0, dict[str, NDArray[np.float32]]()

    def window(self, start: int, length: int, padded: int) -> dict[str, NDArray[Any]]:
        """Return the arrays of the next window, padded with NaN to a number of frames."""
        end = self._start + (len(self._chunk["depth"]) if self._chunk else 0)
        if start >= end:
            seq_len = self._source.settings.seq_len
            frames = seq_len * max(1, _CHUNK // seq_len)
            self._start, self._chunk = start, self._prepare(start, frames)
        window = slice(start - self._start, start - self._start + length)
        arrays: dict[str, NDArray[Any]] = {
            name: _pad(values[window], padded) for name, values in self._chunk.items()
        }
        estimate = self._estimate_frame - start
        arrays["estimate_frame"] = np.array(estimate if 0 <= estimate < length else length - 1)
        arrays["source"] = self.proportions_source[0]
        arrays["given"], arrays["is_given"] = self.given[0], self.is_given[0]
        arrays["continued"] = np.array(start > 0)
        arrays["origin"] = np.array(0)
        return arrays

    def _prepare(self, start: int, frames: int) -> dict[str, NDArray[np.float32]]:
        """Prepare the frames from `start` on."""
        dataset, v = self._source.dataset, self._recording
        frames = min(frames, self._length - start)
        points = fetch_points(dataset, v, start, frames)
        if self._mirrored:
            points = points[:, SKELETON.mirror] * np.array([-1.0, 1.0, 1.0])
        true_keypoints, depth = points[..., :2], points[..., 2]
        keypoints = true_keypoints.astype(np.float32)
        confidence = (~np.isnan(keypoints).any(-1)).astype(np.float32)
        if self._detected:
            fps, scale = self._source.settings.fps, float(dataset.scales[v])
            noisy, sure = simulate_detections(
                self._rng, keypoints[None], SKELETON, fps, scale, _DETECTOR
            )
            keypoints, confidence = noisy[0], sure[0]
        centers, self._neck = frame_centers(keypoints, SKELETON, self._neck)
        centers = np.where(np.isnan(centers), 0.0, centers)[:, None]
        scale = self._scale[start : start + frames, None]
        # The distance to the camera and the view are not known.
        proportions = np.full((frames, NUM_PROPORTIONS), np.nan)
        proportions[:, : len(BONE_LENGTHS)] = self._log_lengths - np.log(scale)
        arrays = {
            "keypoints": (keypoints - centers) / scale[..., None],
            "confidence": confidence,
            "detector_depth": np.full(depth.shape, np.nan),
            "offset": np.full((frames, 2), np.nan),
            "true_keypoints": (true_keypoints - centers) / scale[..., None],
            "depth": depth / scale,
            "proportions": proportions,
        }
        return {name: values.astype(np.float32) for name, values in arrays.items()}


def measure_people(
    dataset: Dataset, recordings: Int[np.ndarray, " R"], *, quiet: bool = True
) -> Float[np.ndarray, "V L"]:
    """Measure the bone lengths of the person in each recording, in the recording's unit.

    Parameters
    ----------
    dataset
        Recordings with known depth in the camera frame.
    recordings
        [R], the numbers of those to measure.
    quiet
        Show no progress bar.

    Returns
    -------
    [V, L] in the order of `BONE_LENGTHS`, medians over the first frames of a recording (some
    thousands); NaN where unknown, and for recordings that were not measured.
    """
    lengths = np.full((len(dataset), len(BONE_LENGTHS)), np.nan)
    with progress_bar(len(recordings), "bone lengths", "recording", quiet=quiet) as bar:
        for v in recordings.tolist():
            frames = min(int(dataset.lengths[v]), _CHUNK)
            lengths[v] = measure_bone_lengths(fetch_points(dataset, v, 0, frames), SKELETON)
            bar.update(1)
    return np.where(lengths > 0, lengths, np.nan)


def fetch_points(
    dataset: Dataset, recording: int, start: int, frames: int
) -> Float[np.ndarray, "T J 3"]:
    """Read keypoints and depth of a recording on the network's skeleton.

    Parameters
    ----------
    dataset
        Recordings with known depth in the camera frame.
    recording
        Number of the recording.
    start, frames
        Its first frame to read, and the number of frames.

    Returns
    -------
    [T, J, 3]: x, y and depth relative to MidHip, in the recording's unit; NaN where unknown.
    """
    keypoints, depth = dataset.recordings.fetch(np.array([recording]), np.array([start]), frames)
    if dataset.absolute[recording]:
        depth = subtract_root_depth(depth, dataset.skeleton)
    points = np.concatenate([keypoints[0], depth[0, ..., None]], -1).astype(np.float64)
    return points if dataset.skeleton == SKELETON else convert(points, dataset.skeleton, SKELETON)


def _pad(values: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    if len(values) == frames:
        return values
    padding = np.full((frames - len(values), *values.shape[1:]), np.nan, values.dtype)
    return np.concatenate([values, padding])


def _stack(
    rows: list[dict[str, NDArray[Any]]], lanes: Int[np.ndarray, " B"], fps: float
) -> LiftingBatch:
    """Join windows to a batch."""
    if not rows:
        return LiftingBatch.padding(0)
    arrays = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return LiftingBatch(lanes=lanes, fps=np.full(len(rows), fps, np.float32), **arrays)
