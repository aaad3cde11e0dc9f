from dataclasses import dataclass

import pytest

from signlift.errors import InputError, check_fields, field_problems, first_problems, problem


@dataclass(frozen=True)
class Two:
    least: int = 1
    most: float = 2.5


def test_problems_are_a_line_each():
    error = InputError([problem("a.csv", expected="b", found="c"), "d"])
    assert str(error) == "a.csv: expected b, found c\nd"
    assert InputError("one").problems == ("one",)


def test_fields_that_are_not_as_they_have_to_be():
    one = Two(most=-1.0)
    checks = (("least", one.least > 0, "1 or more"), ("most", one.most > 0, "a number above 0"))
    assert field_problems(one, *checks) == ["most: expected a number above 0, found -1.0"]
    with pytest.raises(InputError, match=r"^most: .*, found -1\.0$"):
        check_fields(one, *checks)
    check_fields(Two(), ("least", True, "1 or more"))


def test_the_first_of_many_problems():
    assert first_problems(["a", "b"], 2) == ["a", "b"]
    assert first_problems(["a", "b", "c", "d"], 2) == ["a", "b", "and 2 more like these"]
