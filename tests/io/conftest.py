"""Fixtures of the tests of formats."""

import pytest
from pose_files import to_bytes


@pytest.fixture
def save(tmp_path):
    """Make a function that writes bytes, or a pose, to a file."""

    def write(content, name="a.pose", version=0.2):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else to_bytes(content, version))
        return path

    return write
