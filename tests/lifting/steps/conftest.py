"""The shipped model with and without its graphs of one frame."""

from dataclasses import replace

import pytest

import signlift as sl


@pytest.fixture(scope="module")
def lifter():
    return sl.load()


@pytest.fixture(scope="module")
def windows(lifter):
    """The same model without graphs of one frame, as earlier versions exported it."""
    model = sl.Lifter(replace(lifter.network, open_steps=None))
    vars(model)["hands"] = replace(lifter.hands, open_steps=None)
    return model
