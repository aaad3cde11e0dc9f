"""The command line: parse, run a verb, and print mistakes in one line each."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence

from cyclopts import App, Parameter

from signlift._version import __version__
from signlift.cli.completion import add_completion
from signlift.cli.help_text import help_text
from signlift.cli.mistakes import PROGRAM, check_arguments, describe_error
from signlift.cli.terminal import safe_streams
from signlift.cli.typed_command import note_arguments
from signlift.cli.verbs.demo import demo
from signlift.cli.verbs.evaluate import evaluate, test
from signlift.cli.verbs.export import export
from signlift.cli.verbs.formats import formats
from signlift.cli.verbs.lift import lift
from signlift.cli.verbs.live import live
from signlift.cli.verbs.plot import plot
from signlift.cli.verbs.prepare import prepare
from signlift.cli.verbs.project import project
from signlift.cli.verbs.train import train
from signlift.cli.verbs.triangulate import triangulate
from signlift.cli.verbs.view import view
from signlift.errors import InputError, problem

app = App(
    PROGRAM,
    help="Predict the depth of 2D keypoints of people who sign.",
    version=__version__,
    config=[check_arguments],
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
# In the order in which people need them.
for verb in (
    lift,
    live,
    view,
    plot,
    formats,
    demo,
    train,
    evaluate,
    test,
    export,
    prepare,
    project,
    triangulate,
):
    app.command(verb, default_parameter=Parameter(negative=()))
add_completion(app)
app["--help"].help = "Show this text, or that of a verb."
app["--version"].help = "Show the version."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: done. 1: some of several files failed. 2: a user's mistake, described on stderr in one line
    per problem. 130: interrupted. 141: the reader of the output stopped. 143: terminated. A closed
    stream of messages changes none of them.
    """
    with safe_streams():
        return _run_and_describe(arguments)


def _run_and_describe(arguments: Sequence[str] | None) -> int:
    tokens = sys.argv[1:] if arguments is None else list(arguments)
    # SIGTERM cleans up as Ctrl-C does.
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _run(tokens)
    except KeyboardInterrupt as interrupt:
        print(": ".join(["interrupted", *map(str, interrupt.args)]), file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever reads `-o -` has stopped, as head does
        return 141
    except Exception as error:
        lines = describe_error(error, app, tokens)
        if not lines:
            raise
        print(*lines, sep="\n", file=sys.stderr)
        return 2


def _run(tokens: list[str]) -> int:
    words = [token for token in tokens if token not in app.help_flags]
    if words != tokens or not tokens:
        _, verbs, others = app.parse_commands(words)
        if verbs[-1] is not app or not others:
            print(help_text(app, verbs[-1]))
            return 0
    _check_empty(words)
    note_arguments(tokens)
    return app(words) or 0


def _check_empty(words: Sequence[str]) -> None:
    """Raise InputError for an empty argument, which would stand for the current directory."""
    for previous, word in zip(["", *words], words, strict=False):
        option = word if word.startswith("--") and word.endswith("=") else ""
        if word and not option:
            continue
        where = option.rstrip("=") or (previous if previous.startswith("-") else "arguments")
        expected = "something that is not empty (a variable of the shell that is not set?)"
        raise InputError(problem(where, expected=expected, found="''"))
