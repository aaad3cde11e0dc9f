from dataclasses import replace

import numpy as np
import torch
from tiny_pretraining import TINY

from signlift.model.side_by_side import SideBySideConfig, join_states, split_state
from signlift.pretraining.simulated_stream import SimulatedStream
from signlift.training.tasks.side_by_side import SideBySideTask
from signlift.training.tasks.tasks import LiftingTask

CPU = torch.device("cpu")


def test_each_network_learns_as_it_would_alone() -> None:
    batch = SimulatedStream(0, TINY.data).block(0)[0]
    batch = replace(batch, origin=np.array([0, 2]))
    task = SideBySideTask(LiftingTask(TINY.model), {"all": (), "some": (2,)})
    net = task.build()
    terms, after = task.compute_losses(net, batch, net.initial_state(2), CPU)
    assert list(task.terms)[:2] == ["all depth", "all velocity"]
    assert terms.means.shape == terms.counts.shape == (2 * len(LiftingTask.terms),)
    states = split_state(after, 2)
    for number, (name, lanes) in enumerate((("all", 2), ("some", 1))):
        single = net.net(name)
        visible = replace(
            batch,
            **{
                field: np.where(
                    np.arange(2).reshape(-1, *([1] * (getattr(batch, field).ndim - 1))) < lanes,
                    getattr(batch, field),
                    np.float32(np.nan),
                )
                for field in ("true_keypoints", "depth", "proportions")
            },
        )
        alone, state = LiftingTask(TINY.model).compute_losses(
            single, visible, single.initial_state(2), CPU
        )
        part = slice(number * len(alone.means), (number + 1) * len(alone.means))
        torch.testing.assert_close(terms.means[part], alone.means)
        torch.testing.assert_close(terms.counts[part], alone.counts)
        for values, others in zip(states[number], state, strict=True):
            torch.testing.assert_close(values, others)


def test_states_are_joined_and_split() -> None:
    net = SideBySideConfig.of(["a", "b", "c"], TINY.model).build()
    states = [net.net(name).initial_state(4)._map(torch.randn_like) for name in "abc"]
    for state, other in zip(split_state(join_states(states), 3), states, strict=True):
        for values, others in zip(state, other, strict=True):
            assert torch.equal(values, others)
