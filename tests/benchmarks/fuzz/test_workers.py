"""Worker processes of the fuzzer."""

from benchmarks.fuzz import workers
from benchmarks.fuzz.__main__ import main
from benchmarks.fuzz.workers import Job, Worker, run_jobs


def test_inputs_are_read_in_another_process():
    jobs = [Job("groups", number) for number in range(8)]
    results = dict(run_jobs(jobs, 0, 1))
    assert set(results) == set(jobs)
    assert results[jobs[0]].kind == "valid"
    assert {outcome.kind for outcome in results.values()} == {"valid", "refused"}


def test_a_process_that_hangs_is_killed_and_replaced(monkeypatch):
    worker = Worker(0)
    try:
        worker.give(Job("groups", 0))
        assert worker.wait().kind == "valid"
        monkeypatch.setattr(workers, "MAX_WAIT", 0.2)
        worker.pause()
        worker.give(Job("groups", 0))
        assert worker.wait().detail == "a hang: 0.2 s"
        monkeypatch.setattr(workers, "MAX_WAIT", 60.0)
        worker.give(Job("groups", 0))
        assert worker.wait().kind == "valid"
        monkeypatch.setattr(workers, "MAX_MEMORY", 1 << 20)
        worker.pause()
        worker.give(Job("groups", 0))
        assert worker.wait().detail == "more than 1 MB of memory"
    finally:
        worker.close()


def test_the_command_prints_a_table_and_repeats_one_input(capsys, tmp_path):
    assert main(["--inputs", "12", "--target", "rig"]) == 0
    assert "| rig | 12 |" in capsys.readouterr().out
    arguments = ["--target", "rig", "--only", "0", "--keep", str(tmp_path / "kept")]
    assert main(arguments) == 0
    assert (tmp_path / "kept" / "rig.json").exists()
    assert "valid" in capsys.readouterr().out
