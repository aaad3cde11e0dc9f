"""Commands that are killed."""

from random import Random

import pytest

from benchmarks.fuzz import kills
from benchmarks.fuzz.commands import COMMANDS, write_inputs
from benchmarks.fuzz.kills import Kill, format_kills


@pytest.mark.slow
def test_a_killed_command_leaves_nothing_or_whole_files_and_runs_again(tmp_path):
    """Killed once, while it writes."""
    command = next(command for command in COMMANDS if command.name == "lift to .csv")
    write_inputs(tmp_path / "inputs")
    reference, out = tmp_path / "reference", tmp_path / "out"
    assert kills._run(command.arguments, tmp_path, reference) == ""
    kill = kills._kill_once(command, tmp_path, out, reference, 2.0, Random(0))
    assert kill.problem == ""
    assert kill.files in ("0 of 1", "0 of 2", "1 of 1", "1 of 2", "2 of 2")


def test_the_table():
    those = [Kill("prepare", 0.5, "0 of 2"), Kill("prepare", None, "2 of 2", "left behind")]
    assert format_kills(those).splitlines()[-1] == "| prepare | 1 | 0 | 1 |"
