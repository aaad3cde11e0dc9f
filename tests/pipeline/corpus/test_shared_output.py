"""Workers on other machines have to see the directory of the job."""

import pytest

from signlift.errors import InputError
from signlift.pipeline.corpus.shared_output import LOCK, check_shared


def test_a_worker_that_sees_another_directory_stops_the_job(tmp_path):
    expected = "expected the directory of the job, on a file system that all machines share, found"
    with pytest.raises(InputError, match=f"{expected} another one on "):
        check_shared(tmp_path)
    with pytest.raises(InputError, match=f"out: {expected} none"):
        check_shared(tmp_path / "out")
    (tmp_path / LOCK).touch()
    check_shared(tmp_path)
