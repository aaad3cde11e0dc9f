"""Lifting networks of random weights, small but made as those that are shipped."""

import functools
import shutil
from tempfile import TemporaryDirectory

import numpy as np
import torch

import signlift as sl
from signlift.datasets.simulated import simulate_recording
from signlift.model.export import export_onnx
from signlift.model.lifting_net import LiftingNetConfig

CONFIG = LiftingNetConfig(
    hidden_size=16, num_layers=2, width=24, proportions_width=20, proportions_values=8
)

#: Hips and legs: what is not seen of those who are filmed from the waist up.
BELOW = tuple(
    name
    for name in sl.PANOPTIC26.keypoints
    if name == "MidHip" or name[1:] in ("Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel")
)


def random_net(config=CONFIG, seed=0):
    """A net of random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return config.build().eval().requires_grad_(False)


@functools.cache
def exported(config, seed):
    """A directory of such a net's graphs, which take half a second to write."""
    directory = TemporaryDirectory()
    export_onnx(random_net(config, seed), directory.name)
    return directory


def random_lifter(folder, config=CONFIG, seed=0):
    """A lifter of such a net, run by ONNX Runtime."""
    shutil.copytree(exported(config, seed).name, folder, dirs_exist_ok=True)
    return sl.load(folder)


def signer(frames=40, missing=0.1, seed=0, without=()):
    """A person who signs, with gaps and confidence, as a detector sees them."""
    rng = np.random.default_rng(seed)
    recording = simulate_recording(seed, 0, min_frames=frames, max_frames=frames)
    keypoints = recording.keypoints.copy()
    keypoints[rng.random(keypoints.shape[:2]) < missing] = np.nan
    for name in without:
        keypoints[:, recording.skeleton.index(name)] = np.nan
    confidence = rng.random(keypoints.shape[:2])
    return sl.Recording(keypoints, confidence=confidence, fps=25, name="signer")
