"""BoneLSTM: an LSTM that finds the depth of the body bone by bone, from how long bones are."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from signlift.core.bone_lengths import BONE_LENGTHS, NUM_PROPORTIONS
from signlift.model.bone_geometry import bone_depth, pair_depth
from signlift.model.depth_lstm import State
from signlift.model.network_inputs import (
    LENGTH_OF_BONE,
    MEAN_PROPORTIONS,
    NUM_BONES,
    SKELETON,
    rate,
    seen_lengths,
)

_INDEX = {name: number for number, name in enumerate(SKELETON.keypoints)}
_LENGTH = {name: number for number, name in enumerate(BONE_LENGTHS)}
_HEAD = ("Nose", "LEye", "REye", "LEar", "REar", "Keypoint26")
_FOOT = ("BigToe", "SmallToe", "Heel")

#: Bones whose depth is found from their length, and their row among the sides.
_SIDES = (
    *("torso", "shoulders", "hips"),
    *(side + bone for side in "LR" for bone in ("upper_arm", "forearm", "thigh", "shank")),
)

#: The most that a keypoint is moved where it is seen, and set where it is not, in torso lengths.
_SEEN, _UNSEEN = 0.4, 3.0

#: The most that is added to the depth that a bone's length gives, in torso lengths.
_REST = 1.5


class Residual(nn.Module):
    """Adds to its input what two layers make of it: nothing, before it is trained.

    Parameters
    ----------
    size
        Of the input and the output.
    width
        Of the layer between.
    """

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.first = nn.Linear(size, width)
        self.second = nn.Linear(width, size)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, values: Float[Tensor, "*rest S"]) -> Float[Tensor, "*rest S"]:
        """[..., size] to [..., size]."""
        more: Tensor = self.second(nn.functional.silu(self.first(values)))
        return values + more


class BoneLSTM(nn.Module):
    """From 2D keypoints and the signer's proportions to the depth of every keypoint.

    The LSTM does not tell depths: for each bone it tells which way it points (from -1, towards
    the camera, to 1) and a remainder; the bone's length and how long it looks do the rest (see
    `geometry.bone_depth`). Depths add up from the Neck outwards. It also mends the 2D keypoints,
    sets those that are missing, and says how far off each depth may be.

    Parameters
    ----------
    hidden_size, num_layers
        Of the LSTM (Hochreiter and Schmidhuber, 1997).
    width
        Of the layers before the LSTM, and between it and what is told.
    """

    mean: Tensor
    error_scale: Tensor

    def __init__(self, hidden_size: int = 256, num_layers: int = 1, width: int = 256) -> None:
        super().__init__()
        J = len(SKELETON)
        inputs = J * 4 + 2 * NUM_PROPORTIONS + 3 * NUM_BONES + 1
        self.encode = Residual(inputs, width)
        self.lstm = nn.LSTM(inputs, hidden_size, num_layers)
        self.head = nn.Sequential(
            nn.Linear(hidden_size + inputs, width),
            nn.SiLU(),
            Residual(width, width),
            nn.Linear(width, 4 * J + len(_SIDES)),
        )
        self.register_buffer("mean", torch.tensor(MEAN_PROPORTIONS), persistent=False)
        #: By how much the errors told are to be multiplied; measured after training.
        self.register_buffer("error_scale", torch.ones(J))

    @property
    def root(self) -> int:
        """The number of MidHip, which depth is relative to."""
        return _INDEX["MidHip"]

    def forward(
        self,
        keypoints: Float[Tensor, "T B J 2"],
        observed: Float[Tensor, "T B J"],
        confidence: Float[Tensor, "T B J"],
        fps: Float[Tensor, " B"],
        mean: Float[Tensor, "T B P"],
        log_error: Float[Tensor, "T B P"],
        state: State,
    ) -> tuple[Float[Tensor, "T B J 2"], Float[Tensor, "T B J"], Float[Tensor, "T B J"], State]:
        """Lift a batch of windows.

        Parameters
        ----------
        keypoints, observed, confidence
            As `inputs.clean` gives them.
        fps
            [B], frames per second.
        mean, log_error
            [T, B, P], the proportions (see `ProportionsNet`).
        state
            What an earlier call returned, or zeros before the first frame.

        Returns
        -------
        keypoints
            [T, B, J, 2], mended, the missing ones set.
        depth
            [T, B, J], relative to MidHip, positive away from the camera, in torso lengths.
        error
            [T, B, J], above 0: of the true depths, 68 % are expected to lie this near.
        state
            After the last frame.
        """
        T, B, J = observed.shape
        seen, both = seen_lengths(keypoints, observed)
        length = torch.exp(mean[..., LENGTH_OF_BONE])
        part = (seen / length).clamp(max=2) * both
        rest = torch.sqrt((1 - part**2).clamp(min=0) + 1e-6) * length * both
        frame = torch.cat(
            [
                keypoints.flatten(2),
                observed,
                confidence,
                mean - self.mean,
                0.3 * (log_error - math.log(0.2)),
                part,
                rest,
                (part - 1).clamp(min=0),
                rate(fps, observed),
            ],
            -1,
        )
        frame = self.encode(frame)
        hidden, state = self.lstm(frame, state)
        told = self.head(torch.cat([hidden, frame.to(hidden.dtype)], -1)).float()
        moved, rest, error, side = torch.split(told, [2 * J, J, J, len(_SIDES)], -1)
        most = _SEEN * observed + _UNSEEN * (1 - observed)
        points = keypoints + most[..., None] * torch.tanh(moved.reshape(T, B, J, 2) / _UNSEEN)
        depth = self._depth(points, mean, torch.tanh(side), _REST * torch.tanh(rest / _REST))
        error = torch.exp(error.clamp(-4, 3) - 3) * self.error_scale
        return points, depth - depth[..., [self.root]], error, state

    def _depth(
        self,
        points: Float[Tensor, "T B J 2"],
        mean: Float[Tensor, "T B P"],
        side: Float[Tensor, "T B S"],
        rest: Float[Tensor, "T B J"],
    ) -> Float[Tensor, "T B J"]:
        """Depths relative to the Neck, bone by bone."""
        length, near = torch.exp(mean[..., :-1]), torch.exp(mean[..., -1])
        at = {name: points[:, :, number] for name, number in _INDEX.items()}
        more = {name: rest[..., number] for name, number in _INDEX.items()}
        towards = {name: side[..., number] for number, name in enumerate(_SIDES)}
        depth = {"Neck": torch.zeros_like(near)}

        def step(start: str, end: str, kind: str) -> None:
            letter = end[0] if end != "MidHip" else ""
            depth[end] = (
                depth[start]
                + more[end]
                + bone_depth(
                    at[start],
                    at[end],
                    depth[start],
                    length[..., _LENGTH[kind]],
                    towards[letter + kind],
                    near,
                )
            )

        def pair(middle: str, part: str, kind: str, tilt: Tensor) -> None:
            left, right = f"L{part}", f"R{part}"
            across = tilt + pair_depth(
                at[left], at[right], length[..., _LENGTH[kind]], towards[kind]
            )
            depth[left] = depth[middle] + across / 2 + more[left]
            depth[right] = depth[middle] - across / 2 + more[right]

        step("Neck", "MidHip", "torso")
        pair("Neck", "Shoulder", "shoulders", more["Neck"])
        pair("MidHip", "Hip", "hips", torch.zeros_like(near))
        for letter in "LR":
            step(f"{letter}Shoulder", f"{letter}Elbow", "upper_arm")
            step(f"{letter}Elbow", f"{letter}Hand", "forearm")
            step(f"{letter}Hip", f"{letter}Knee", "thigh")
            step(f"{letter}Knee", f"{letter}Ankle", "shank")
            for name in _FOOT:
                depth[letter + name] = depth[f"{letter}Ankle"] + more[letter + name]
        for name in _HEAD:
            depth[name] = more[name]
        return torch.stack([depth[name] for name in SKELETON.keypoints], -1)
