"""The dispatcher: parse, run one verb, turn a user's mistakes into one line each."""

from __future__ import annotations

import contextlib
import io
import re
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import tyro

from signlift._version import __version__
from signlift.cli.demo import Demo
from signlift.cli.export import Export
from signlift.cli.extras import missing_extra
from signlift.cli.lift import Lift
from signlift.cli.prepare import Prepare
from signlift.cli.project import Project
from signlift.cli.test import Test
from signlift.cli.train import Train
from signlift.cli.triangulate import Triangulate
from signlift.errors import InputError, Problem, problem
from signlift.training.config import Hardware, TrainConfig

Verb = Demo | Prepare | Project | Triangulate | Train | Test | Lift | Export

VERBS: dict[str, type[Verb]] = {
    "demo": Demo,
    "prepare": Prepare,
    "project": Project,
    "triangulate": Triangulate,
    "train": Train,
    "test": Test,
    "lift": Lift,
    "export": Export,
}

# What tyro and Python say where a value is not what an option takes.
_VALUES = {
    "no type matching FLOAT ": "a number",
    "could not convert string to float": "a number",
    "no type matching INT ": "a whole number",
    "invalid literal for int()": "a whole number",
    "no type matching {FLOAT FLOAT} ": "two numbers",
    "typing.Tuple[float, float]": "two numbers",
    "no type matching {INT INT} ": "two whole numbers",
}

# How far tyro sets in the options that it names; their help texts are set in further.
_OPTION_INDENT = 6

DESCRIPTION = "Depth for the 2D keypoints of people who sign."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code.

    0: done. 1: some of several files failed. 2: a mistake of the user's, said on stderr in one
    line per problem. 130: interrupted.
    """
    arguments = (sys.argv[1:] if arguments is None else list(arguments)) or ["--help"]
    if arguments == ["--version"]:
        print(__version__)
        return 0
    # Whoever ends the process with a signal gets the same clean-up as with Ctrl-C.
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    verb = None
    try:
        verb = _parse(arguments)
        return verb.run()
    except InputError as error:
        for said in error.problems:
            print(_with_options(said, VERBS.get(arguments[0])), file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        line = missing_extra(error)
        if line is None:
            raise
        print(f"signlift: {line}", file=sys.stderr)
        return 2
    except OSError as error:
        # A temporary file's name would tell a user nothing.
        where = re.sub(r"\.([^/]+?)\.\d+\.part", r"\1", str(error.filename or "signlift"))
        reason = (error.strerror or str(error)).lower()
        print(f"{where}: expected a place to read or write, found: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        hint = "; --resume goes on after the last whole epoch" if isinstance(verb, Train) else ""
        print(f"interrupted{hint}", file=sys.stderr)
        return 130


def _parse(arguments: Sequence[str]) -> Verb:
    """The verb with its options; a mistake becomes an InputError of one line."""
    verb: Verb = _tyro(
        lambda: tyro.extras.subcommand_cli_from_dict(  # type: ignore[return-value]
            VERBS,  # type: ignore[arg-type]
            prog="signlift",
            description=DESCRIPTION,
            args=arguments,
            config=(tyro.conf.FlagCreatePairsOff,),
        )
    )
    if isinstance(verb, Train) and verb.resume:
        # Once more, with the run's own options as defaults: what differs then was really given.
        from signlift.training.run import read_config

        default = replace(verb, training=read_config(verb.out).config)
        options = [argument for argument in arguments if argument != "train"]
        return _tyro(lambda: tyro.cli(Train, prog="signlift train", args=options, default=default))
    return verb


def _tyro(parse: Callable[[], Verb]) -> Verb:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return parse()
    except SystemExit as stop:
        if stop.code in (0, None):
            sys.stderr.write(said.getvalue())
            raise
        raise InputError(_one_line(said.getvalue())) from None


def _one_line(box: str) -> str:
    """What is said in the box that tyro draws round a mistake."""
    plain = re.sub("[│╭╮╰╯─]", " ", re.sub(r"\x1b\[[0-9;]*m", "", box))
    said = re.split(r"Got errors:|Argument helptext:|For full helptext", plain)[0]
    said = said.replace("{None}|", "")
    parts: list[str] = []
    options: list[str] = []
    for line in said.splitlines()[1:]:
        indent = len(line) - len(line.lstrip())
        if indent > _OPTION_INDENT or not line.strip("- "):
            continue  # a line that is drawn, or what an option means, which --help tells
        (options if indent == _OPTION_INDENT else parts).append(" ".join(line.split()))
    return _as_problem(" ".join([*parts, " and ".join(options)]).strip())


def _with_options(line: str, verb: type[Verb] | None) -> str:
    """A line that names the options of a verb instead of Python parameters."""
    if verb is None:
        return line
    parts = [verb, *((TrainConfig, Hardware) if verb is Train else ())]
    names = {one.name for part in parts for one in fields(part)}

    def option(name: str) -> str:
        if name == "inputs":
            return "INPUT"
        return f"--{name.replace('_', '-')}" if name in names else name

    said = re.sub(r"`(\w+)`", lambda match: option(match[1]), line)
    if isinstance(line, Problem) and line.parameter is not None:
        return option(line.parameter) + said.removeprefix(line.parameter)
    return said


def _as_problem(said: str) -> str:
    """What tyro says of a value that an option does not take, as other problems are said."""
    wrong = re.fullmatch(r"Error parsing (\S+): (.*)", said)
    if wrong is not None:
        for said_so, expected in _VALUES.items():
            if said_so in wrong[2]:
                given = re.findall(r"'([^']*)'", wrong[2])
                return problem(wrong[1], expected=expected, found=" ".join(given) or "none")
    choice = re.fullmatch(
        r"invalid choice '(.*)' for argument '(\S+)'\. Expected one of \((.*)\)\.?", said
    )
    if choice is not None:
        # tyro tells them in another order each time, and that none need be given.
        choices = sorted(set(re.findall(r"'([^']*)'", choice[3])) - {"None"})
        *names, last = choices
        expected = f"{', '.join(names)} or {last}" if names else last
        return problem(choice[2], expected=expected, found=choice[1])
    return f"signlift: {said}"


if __name__ == "__main__":
    sys.exit(main())
