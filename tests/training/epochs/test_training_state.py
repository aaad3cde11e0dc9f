import torch

from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.training.epochs.training_state import load_optimizer, optimizer_state

CONFIG = DepthLSTMConfig("coco17", hidden_size=4)


def step(model, optimizer):
    model(torch.ones(1, 3, 34))[0].square().sum().backward()
    optimizer.step()
    optimizer.zero_grad()


def test_a_restored_optimizer_takes_the_same_steps():
    model = CONFIG.build()
    adam = torch.optim.Adam(model.parameters())
    step(model, adam)
    copy = CONFIG.build()
    copy.load_state_dict(model.state_dict())
    state = {name: value.clone() for name, value in optimizer_state(adam).items()}
    step(model, adam)
    restored = torch.optim.Adam(copy.parameters())
    load_optimizer(restored, {**state, "other.0.step": torch.zeros(1)})
    step(copy, restored)
    torch.testing.assert_close(copy.state_dict(), model.state_dict(), rtol=0, atol=0)
