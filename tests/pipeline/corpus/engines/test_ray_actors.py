"""The engine of Ray: the same results, deaths, bounds and mistakes."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from corpus_jobs import DieOnce, contents, rows, run_job
from engine_tasks import work

from signlift.errors import InputError
from signlift.pipeline.corpus.engines import ray_actors
from signlift.pipeline.corpus.engines.engine import Engine
from signlift.pipeline.corpus.engines.open_engine import open_engine
from signlift.pipeline.corpus.engines.processes import ProcessEngine
from signlift.pipeline.corpus.engines.ray_actors import connect

TESTS = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def engine():
    """Ray on this machine with two workers, which find the modules of the tests."""
    pytest.importorskip("ray")
    paths = [str(TESTS), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
        patch.delenv("RAY_ADDRESS", raising=False)
        with open_engine("ray", workers=2) as engine:
            yield engine


def test_a_cluster_that_does_not_answer_is_named():
    pytest.importorskip("ray")
    expected = "address: expected the address of a Ray cluster that answers, found 127.0.0.1:1 "
    with pytest.raises(InputError, match=expected), connect(2, "127.0.0.1:1"):
        pass


def test_ray_is_told_to_report_nothing_and_to_obey_nobody_without_the_token(monkeypatch):
    monkeypatch.delitem(sys.modules, "ray", raising=False)
    monkeypatch.setattr(ray_actors.os, "environ", {})
    ray_actors._set_environment("local")
    assert ray_actors.os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert ray_actors.os.environ["RAY_AUTH_MODE"] == "token"
    assert len(ray_actors.os.environ["RAY_AUTH_TOKEN"]) == 64


@dataclass
class Disturbed:
    """An engine one of whose workers dies."""

    engine: Any
    name: str
    mark: Path
    workers: int = 2

    def run(self, function, tasks):
        return self.engine.run(DieOnce(function, self.name, self.mark), tasks)


@pytest.mark.slow
def test_actors_die_alone_and_take_tasks_as_they_get_free(engine):
    taken = []

    def tasks():
        for task in (1, 2, "die", 3, "leave", 4):
            taken.append(task)
            yield task

    assert isinstance(engine, Engine)
    results = engine.run(work, tasks())
    first = next(results)
    assert len(taken) <= 3
    answers = [first, *results]
    lost = {result.task: result.lost for result in answers if result.lost is not None}
    assert lost == dict.fromkeys(["die", "leave"], "of Ray that died")
    values = [result.value for result in answers if result.lost is None]
    assert sorted(value[0] for value in values) == [1, 2, 3, 4]
    assert {value[2] for value in values} == {"1"}  # thread
    pids = {value[1] for value in values}
    assert os.getpid() not in pids and 2 <= len(pids) <= 4
    with pytest.raises(ZeroDivisionError):
        list(engine.run(work, ["fail"]))


@pytest.mark.slow
def test_all_engines_write_the_same_bytes_also_when_a_worker_dies(
    engine, corpus, tmp_path, monkeypatch
):
    corpus("a", "b/c", "b/d", "bad")
    monkeypatch.chdir(tmp_path)  # actors have to take relative paths as this process does
    disturbed = Disturbed(engine, "b/c", tmp_path / "dead")
    for name, each in (("serial", None), ("processes", ProcessEngine(2)), ("ray", disturbed)):
        run_job(Path("in"), Path(name), "pose", engine=each, recursive=True)
    assert (tmp_path / "dead").exists()
    assert list(contents(tmp_path / "serial")) == ["a.pose", "b/c.pose", "b/d.pose"]
    assert contents(tmp_path / "ray") == contents(tmp_path / "processes")
    assert contents(tmp_path / "ray") == contents(tmp_path / "serial")
    columns = "name, state, message, outputs, output_size, frames"
    assert rows(tmp_path / "ray", columns) == rows(tmp_path / "serial", columns)
