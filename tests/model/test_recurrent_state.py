import torch

from signlift.model.recurrent_state import RecurrentState


def state(lanes: int, start: float = 0.0, *, pool: bool = True) -> RecurrentState:
    numbers = start + torch.arange(2 * lanes * 3, dtype=torch.float32).reshape(2, lanes, 3)
    return RecurrentState(numbers, -numbers, numbers[0] + 100 if pool else None)


def test_lanes_that_begin_a_recording_are_zero():
    before = state(3)
    after = before.keep(torch.tensor([True, False, True]))
    assert after.lanes == 3
    assert (after.hidden[:, 1] == 0).all() and (after.cell[:, 1] == 0).all()
    assert (after.pool[1] == 0).all()
    torch.testing.assert_close(after.hidden[:, [0, 2]], before.hidden[:, [0, 2]])
    torch.testing.assert_close(after.pool[[0, 2]], before.pool[[0, 2]])


def test_lanes_are_selected_and_replaced_by_their_numbers():
    before, lanes = state(4), torch.tensor([2, 0])
    part = before.select(lanes)
    torch.testing.assert_close(part.cell, before.cell[:, [2, 0]])
    torch.testing.assert_close(part.pool, before.pool[[2, 0]])
    after = before.replace_lanes(lanes, state(2, 50))
    torch.testing.assert_close(after.select(lanes).hidden, state(2, 50).hidden)
    torch.testing.assert_close(after.hidden[:, [1, 3]], before.hidden[:, [1, 3]])
    torch.testing.assert_close(before.hidden, state(4).hidden)  # not changed in place


def test_replaced_lanes_keep_the_type_of_the_state():
    half = RecurrentState(*(values.bfloat16() for values in state(1)))
    assert state(2).replace_lanes(torch.tensor([1]), half).hidden.dtype == torch.float32


def test_a_state_without_a_pool():
    before = state(2, pool=False)
    lanes = torch.tensor([1])
    for after in (
        before.keep(torch.tensor([True, False])),
        before.select(lanes),
        before.replace_lanes(lanes, state(1, pool=False)),
        before.detach(),
    ):
        assert after.pool is None


def test_detached_states_have_no_gradient():
    hidden = torch.zeros(1, 2, 3, requires_grad=True)
    assert not RecurrentState(2 * hidden, 3 * hidden, hidden[0]).detach().hidden.requires_grad
