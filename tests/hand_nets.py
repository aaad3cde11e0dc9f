"""Networks of hands for tests."""

import torch

from signlift.lifting.backends.onnx import open_hand_network
from signlift.model.hand_export import export_hands
from signlift.model.hands.hand_net import HandNetConfig

CONFIG = HandNetConfig(hidden_size=8, width=8, proportions_width=8, proportions_values=6)


def random_hand_net(seed=0):
    """Return a small network with random weights."""
    torch.manual_seed(seed)
    net = CONFIG.build().eval()
    with torch.no_grad():
        for weight in net.parameters():
            weight.normal_(0, 0.2)
    return net


def open_random_hand_network(directory, seed=0):
    """Write a small random network, and open it as the lifter does."""
    export_hands(random_hand_net(seed), directory)
    return open_hand_network(
        lambda name: (directory / name).read_bytes(), str(directory), threads=1
    )
