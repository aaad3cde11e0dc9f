import pickle
from dataclasses import dataclass

import pytest

from signlift.errors import (
    InputError,
    check_fields,
    collect_problems,
    field_problems,
    first_problems,
    parameter_problem,
    problem,
)


@dataclass(frozen=True)
class Limits:
    smallest: int = 1
    largest: float = 2.5


def test_problems_are_one_line_each():
    error = InputError([problem("a.csv", expected="b", found="c"), "d"])
    assert str(error) == "a.csv: expected b, found c\nd"
    assert InputError("one").problems == ("one",)


def test_invalid_fields_are_listed():
    limits = Limits(largest=-1.0)
    checks = (
        ("smallest", limits.smallest > 0, "1 or more"),
        ("largest", limits.largest > 0, "a number above 0"),
    )
    assert field_problems(limits, *checks) == ["largest: expected a number above 0, found -1.0"]
    with pytest.raises(InputError, match=r"^largest: .*, found -1\.0$"):
        check_fields(limits, *checks)
    check_fields(Limits(), ("smallest", True, "1 or more"))


def test_the_first_of_many_problems():
    assert first_problems(["a", "b"], 2) == ["a", "b"]
    assert first_problems(["a", "b", "c", "d"], 2) == ["a", "b", "and 2 more like these"]


def test_a_problem_remembers_its_parameter():
    line = parameter_problem("fps", expected="none with `times`", found=30)
    assert line == "fps: expected none with `times`, found 30"
    copy = pickle.loads(pickle.dumps(line))
    assert (copy, copy.parameter) == (line, "fps")


def test_problems_of_several_checks_are_collected():
    problems = ["a"]
    for lines in (["b", "c"], "d"):
        with collect_problems(problems):
            raise InputError(lines)
    with collect_problems(problems):
        pass
    assert problems == ["a", "b", "c", "d"]
