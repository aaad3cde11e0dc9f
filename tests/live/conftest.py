import pytest

import signlift as sl


@pytest.fixture(scope="session")
def shipped():
    """The shipped weights."""
    return sl.load()
