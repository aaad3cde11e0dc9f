"""Simulated recordings in pixels, and their normalisation for training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.core.skeleton import PANOPTIC26
from signlift.normalization.normalize import frame_centers
from signlift.normalization.scale import MIN_OBSERVED_FRACTION, SCALE_REFERENCES
from signlift.training.sources.lifting_batch import (
    LiftingBatch,
    draw_estimate_frames,
    draw_given,
    draw_scale_errors,
    draw_sources,
)
from signlift.utils.array_types import Float, Int


@dataclass(frozen=True, eq=False)
class RenderedBatch:
    """B recordings of equal length in pixels, with the truth.

    Attributes
    ----------
    origin
        [B], the number of the origin of each motion.
    keypoints, confidence
        [B, T, J, 2] and [B, T, J], as a detector finds them; NaN where missing.
    detector_depth
        [B, T, J], the depth that the detector estimates, relative to the Neck; NaN where none.
    true_keypoints, depth
        [B, T, J, 2] and [B, T, J], without the detector's errors.
    lengths
        [B, L], the bone lengths in pixels at the distance of the root.
    focal
        [B], focal length in pixels.
    size
        [B, 2], width and height of the image; NaN where they are not known to the lifter.
    angles
        [B, 2], the pitch and the yaw of the camera in radians.
    fps
        [B], frames per second.
    """

    origin: Int[np.ndarray, " B"]
    keypoints: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    detector_depth: Float[np.ndarray, "B T J"]
    true_keypoints: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    lengths: Float[np.ndarray, "B L"]
    focal: Float[np.ndarray, " B"]
    size: Float[np.ndarray, "B 2"]
    angles: Float[np.ndarray, "B 2"]
    fps: Float[np.ndarray, " B"]


def normalize_batch(rng: np.random.Generator, rendered: RenderedBatch) -> LiftingBatch:
    """Normalise recordings for a LiftingNet: centred, scaled, with a source of proportions.

    Parameters
    ----------
    rng
        Random generator for sources, errors of the scale and given lengths.
    rendered
        The recordings.
    """
    keypoints = rendered.keypoints
    B, T = keypoints.shape[:2]
    scale = recording_scales(keypoints)
    source = draw_sources(rng, B)
    estimate_frame = draw_estimate_frames(rng, B, T)
    size = scale[:, None] * np.exp(draw_scale_errors(rng, source, T))
    centers, _ = frame_centers(keypoints, PANOPTIC26)
    centers = np.where(np.isnan(centers), 0.0, centers)
    lengths = np.log(rendered.lengths)[:, None] - np.log(size)[..., None]
    inverse_distance = np.log(size / rendered.focal[:, None])[..., None]
    angles = np.broadcast_to(rendered.angles[:, None], (B, T, 2))
    proportions = np.concatenate([lengths, inverse_distance, angles], -1)
    # The inverse distance of a whole recording, in the unit that its lengths are scaled by.
    view = np.concatenate([inverse_distance[:, -1], rendered.angles], -1)
    given, is_given = draw_given(rng, rendered.lengths, view)
    offset = (centers - rendered.size[:, None] / 2) / size[..., None]
    depth = rendered.detector_depth
    depth = (depth - PANOPTIC26.point(depth[..., None], "Neck")[..., 0][..., None]) / size[
        ..., None
    ]
    unit = size[..., None, None]
    return LiftingBatch(
        lanes=np.arange(B),
        continued=np.zeros(B, bool),
        origin=rendered.origin,
        keypoints=((keypoints - centers[:, :, None]) / unit).astype(np.float32),
        confidence=rendered.confidence,
        detector_depth=depth.astype(np.float32),
        offset=offset.astype(np.float32),
        true_keypoints=((rendered.true_keypoints - centers[:, :, None]) / unit).astype(np.float32),
        depth=(rendered.depth / unit[..., 0]).astype(np.float32),
        proportions=proportions.astype(np.float32),
        fps=rendered.fps.astype(np.float32),
        source=source,
        estimate_frame=estimate_frame,
        given=given,
        is_given=is_given,
    )


def recording_scales(keypoints: Float[np.ndarray, "B T J 2"]) -> Float[np.ndarray, " B"]:
    """Compute `recording_scale` of B recordings at once.

    Parameters
    ----------
    keypoints
        [B, T, J, 2], NaN where missing.
    """
    skeleton = PANOPTIC26
    observed = ~np.isnan(keypoints).any(-1)
    frames = observed.any(-1).sum(1)
    scale = np.zeros(len(keypoints))
    for start, end, percentile, ratio in SCALE_REFERENCES:
        bone = skeleton.point(keypoints, start) - skeleton.point(keypoints, end)
        length = np.linalg.norm(bone, axis=-1)
        count = (~np.isnan(length)).sum(1)
        measured = (scale == 0) & (count > 0) & (count >= MIN_OBSERVED_FRACTION * frames)
        if measured.any():
            scale[measured] = ratio * np.nanpercentile(length[measured], percentile, axis=1)
    unmeasured = (scale == 0) & (frames > 0)
    if unmeasured.any():
        mask, points = observed[unmeasured][..., None], keypoints[unmeasured]
        low = np.where(mask, points, np.inf).min((1, 2))
        high = np.where(mask, points, -np.inf).max((1, 2))
        scale[unmeasured] = np.linalg.norm(high - low, axis=-1) / 2
    return np.where(scale > 0, scale, 1.0)
