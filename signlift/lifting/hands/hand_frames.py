"""Hands as the network takes them: from a recording, and what the body's network says of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from signlift.core.hands import (
    BODY_KNUCKLES,
    HAND_NAMES,
    HAND_UNIT,
    SWAPPED_DISTANCE,
    SWAPPED_FACTOR,
    WRIST_MAGNIFICATIONS,
)
from signlift.core.skeleton import Skeleton
from signlift.geometry.rotations import unit_vectors
from signlift.lifting.hands.hand_network import HandPrediction, HandWindow
from signlift.utils.array_types import Bool, Float, Int

# Left hands are those that the network knows: x of right ones is mirrored.
_MIRROR = np.array([[1.0, 1.0], [-1.0, 1.0]], np.float32)[:, None, None]
_MIRROR_X = _MIRROR[..., 0]

#: Keypoints of a hand.
_K = len(HAND_NAMES)


@dataclass(frozen=True)
class HandColumns:
    """Columns of a skeleton's keypoints that belong to hands.

    Attributes
    ----------
    inputs
        [2, 21], the column that each keypoint of the left and the right hand is read from; -1
        for none.
    outputs, places
        [K] columns that get a depth of the hands, and their numbers among the 42 keypoints.
    """

    inputs: Int[np.ndarray, "2 21"]
    outputs: Int[np.ndarray, " K"]
    places: Int[np.ndarray, " K"]


@lru_cache(maxsize=64)
def hand_columns(skeleton: Skeleton) -> HandColumns:
    """Find the keypoints of a skeleton that belong to hands."""
    inputs = np.full((2, len(HAND_NAMES)), -1)
    columns, places = [], []
    for side, letter in enumerate("LR"):
        fingers = any(skeleton.find(f"{letter}{name}") is not None for name in HAND_NAMES[1:])
        for number, name in enumerate(HAND_NAMES):
            column = skeleton.find(letter + name)
            if column is not None and (fingers or number):
                inputs[side, number] = column
                columns.append(column)
                places.append(side * len(HAND_NAMES) + number)
        for name, same in BODY_KNUCKLES.items():
            column, number = skeleton.find(letter + name), HAND_NAMES.index(same)
            if column is not None:
                if not fingers:
                    inputs[side, number] = column
                columns.append(column)
                places.append(side * len(HAND_NAMES) + number)
    return HandColumns(inputs, np.array(columns, np.int64), np.array(places, np.int64))


def has_hands(skeleton: Skeleton) -> bool:
    """Return True if a skeleton has keypoints of hands beyond the wrists."""
    return len(hand_columns(skeleton).outputs) > 0


@dataclass(frozen=True, eq=False)
class LiftedArms:
    """Arms in T frames as the body's network lifts them, in the recording's unit.

    Attributes
    ----------
    wrists, elbows
        [T, 2, 2], left and right, refined keypoints.
    observed_wrists
        [T, 2, 2], as the detector found them; NaN where missing.
    wrist_depth, elbow_depth, wrist_uncertainty
        [T, 2], relative to MidHip.
    arm
        [T], the length of an arm.
    inverse_distance
        [T], 1 over the distance of MidHip.
    centre
        [T, 2], the centre of the image; the Neck where its size is unknown.
    """

    wrists: Float[np.ndarray, "T 2 2"]
    elbows: Float[np.ndarray, "T 2 2"]
    observed_wrists: Float[np.ndarray, "T 2 2"]
    wrist_depth: Float[np.ndarray, "T 2"]
    elbow_depth: Float[np.ndarray, "T 2"]
    wrist_uncertainty: Float[np.ndarray, "T 2"]
    arm: Float[np.ndarray, " T"]
    inverse_distance: Float[np.ndarray, " T"]
    centre: Float[np.ndarray, "T 2"]


@dataclass(frozen=True, eq=False)
class HandFrames:
    """T frames of both hands, and how to return to the recording's unit.

    Attributes
    ----------
    window
        Both hands, B = 2.
    origin
        [T, 2, 2], positions that keypoints are relative to.
    unit, image_unit
        [T, 2], a hand unit at the distance of MidHip and at that of the wrist.
    swapped
        [T], frames in which the detector took one hand for the other.
    arms
        What the body's network says.
    """

    window: HandWindow
    origin: Float[np.ndarray, "T 2 2"]
    unit: Float[np.ndarray, "T 2"]
    image_unit: Float[np.ndarray, "T 2"]
    swapped: Bool[np.ndarray, " T"]
    arms: LiftedArms

    def in_recording_units(
        self, prediction: HandPrediction
    ) -> tuple[
        Float[np.ndarray, "T 42"], Float[np.ndarray, "T 42"], Float[np.ndarray, "T 42 2"] | None
    ]:
        """Return depth relative to MidHip, its uncertainty and refined keypoints of a prediction.

        In the recording's unit, and of the hands as the detector named them. Keypoints are None
        if the prediction has none.
        """
        T = len(self.unit)
        depth = np.empty((T, 2, _K), np.float32)
        uncertainty = np.empty_like(depth)
        unit = self.unit[..., None].astype(np.float32)
        np.multiply(prediction.depth.swapaxes(0, 1), unit, out=depth)
        depth += self.arms.wrist_depth[..., None].astype(np.float32)
        np.multiply(prediction.uncertainty.swapaxes(0, 1), unit, out=uncertainty)
        np.multiply(uncertainty, uncertainty, out=uncertainty)
        uncertainty += self.arms.wrist_uncertainty[..., None].astype(np.float32) ** 2
        np.sqrt(uncertainty, out=uncertainty)
        refined = None
        if prediction.refined is not None:
            refined = (prediction.refined * _MIRROR).swapaxes(0, 1)
            refined = refined * self.image_unit[..., None, None] + self.origin[:, :, None]
        if self.swapped.any():
            for values in (depth, uncertainty, refined):
                if values is not None:
                    values[self.swapped] = values[self.swapped][:, ::-1]
        return (
            depth.reshape(T, 2 * _K),
            uncertainty.reshape(T, 2 * _K),
            None if refined is None else refined.reshape(T, 2 * _K, 2),
        )


def prepare_hands(
    keypoints: Float[np.ndarray, "T J 2"],
    confidence: Float[np.ndarray, "T J"] | None,
    detector_depth: Float[np.ndarray, "T J"] | None,
    columns: HandColumns,
    arms: LiftedArms,
    fps: float,
) -> HandFrames:
    """Normalise the hands of a recording.

    Parameters
    ----------
    keypoints, confidence, detector_depth
        [T, J], those of the recording; NaN where missing.
    columns
        The columns of its skeleton.
    arms
        What the body's network says.
    fps
        Frames per second.
    """
    T = len(keypoints)
    hands = np.stack([_take(keypoints, numbers) for numbers in columns.inputs])
    sure = np.ones((2, T, _K), np.float32)
    if confidence is not None:
        sure = np.stack([_take(confidence, numbers, 1) for numbers in columns.inputs])
        np.copyto(sure, 1, where=np.isnan(sure))
    depth = np.full((2, T, _K), np.nan, np.float32)
    if detector_depth is not None:
        depth = np.stack([_take(detector_depth, numbers) for numbers in columns.inputs])
        depth -= depth[..., :1].copy()
    size = HAND_UNIT * arms.arm
    swapped = _find_swapped(hands[:, :, 0].swapaxes(0, 1), arms, size)
    if swapped.any():
        for values in (hands, sure, depth):
            values[:, swapped] = values[::-1, swapped]
    inverse = arms.inverse_distance[:, None]
    magnification = np.clip(1 + inverse * arms.wrist_depth, *WRIST_MAGNIFICATIONS)
    unit = np.repeat(size[:, None], 2, 1)
    image_unit = unit / magnification
    roots = hands[:, :, 0].swapaxes(0, 1)
    wrists = np.where(np.isnan(arms.observed_wrists), arms.wrists, arms.observed_wrists)
    origin = np.where(np.isnan(roots), wrists, roots).astype(np.float32)
    sight = np.concatenate(
        [
            (origin - arms.centre[:, None]) * inverse[..., None],
            (inverse * image_unit)[..., None],
        ],
        -1,
    )
    np.copyto(sure, 0, where=np.isnan(hands[..., 0]))
    # x and y one after the other, as an axis of two numbers would be an inner loop of two.
    per_unit = (1 / image_unit).T.astype(np.float32)[..., None]
    for axis, factor in enumerate((per_unit * _MIRROR_X, per_unit)):
        coordinates = hands[..., axis]
        coordinates -= origin[..., axis].T[..., None]
        coordinates *= factor
    depth *= per_unit
    context = (
        _forearms(arms),
        np.where(np.isnan(sight), 0, sight),
        (arms.observed_wrists - origin) / image_unit[..., None],
    )
    forearm, sight, wrist = (
        np.array(values.swapaxes(0, 1), np.float32, order="C") for values in context
    )
    for values in (forearm, sight, wrist):
        values[1, ..., 0] *= -1
    rates = np.full(2, fps, np.float32)
    window = HandWindow(hands, sure, depth, forearm, sight, wrist, rates)
    return HandFrames(window, origin, unit, image_unit, swapped, arms)


def _take(
    values: Float[np.ndarray, "T J *rest"], columns: Int[np.ndarray, " K"], missing: float = np.nan
) -> Float[np.ndarray, "T K *rest"]:
    """Return columns as float32; `missing` for those below 0."""
    taken = values.take(columns, 1, mode="wrap").astype(np.float32, copy=False)
    taken[:, columns < 0] = missing
    return taken


def _forearms(arms: LiftedArms) -> Float[np.ndarray, "T 2 3"]:
    """Return the directions from elbow to wrist in the camera frame."""

    def place(
        points: NDArray[np.floating], depth: NDArray[np.floating]
    ) -> Float[np.ndarray, "T 2 3"]:
        across = (points - arms.centre[:, None]) * (
            1 + arms.inverse_distance[:, None, None] * depth[..., None]
        )
        return np.concatenate([across, depth[..., None]], -1)

    return unit_vectors(place(arms.wrists, arms.wrist_depth) - place(arms.elbows, arms.elbow_depth))


def _find_swapped(
    roots: Float[np.ndarray, "T 2 2"], arms: LiftedArms, unit: Float[np.ndarray, " T"]
) -> Bool[np.ndarray, " T"]:
    """Find frames in which a hand is at the other wrist, and the other one is not at its own."""
    wrists = arms.observed_wrists

    def distance(wrist: NDArray[np.floating]) -> Float[np.ndarray, "T 2"]:
        return np.asarray(np.linalg.norm(roots - wrist, axis=-1))

    own, other = distance(wrists), distance(wrists[:, ::-1])
    swapped = (other < SWAPPED_FACTOR * own) & (own > SWAPPED_DISTANCE * unit[:, None])
    # NaN compares as False: a missing hand decides nothing.
    return np.asarray(swapped.any(1) & (swapped | np.isnan(own)).all(1))
