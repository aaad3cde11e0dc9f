"""The command line: parse, run a verb, and print mistakes in one line each."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
from collections.abc import Iterable, Sequence

from cyclopts import App, CycloptsError, Parameter

from signlift._version import __version__
from signlift.cli.demo import demo
from signlift.cli.evaluate import evaluate, test
from signlift.cli.export import export
from signlift.cli.extras import describe_missing_package
from signlift.cli.help_text import help_text
from signlift.cli.lift import lift
from signlift.cli.mistakes import PROGRAM, check_arguments, describe_mistakes, name_options
from signlift.cli.prepare import prepare
from signlift.cli.project import project
from signlift.cli.train import resume_options, train
from signlift.cli.triangulate import triangulate
from signlift.errors import InputError

app = App(
    PROGRAM,
    help="Predict the depth of 2D keypoints of people who sign.",
    version=__version__,
    config=[check_arguments],
    exit_on_error=False,
    print_error=False,
    result_action=["call_if_callable", "return_value"],
    suppress_keyboard_interrupt=False,
)
# In the order in which people need them.
for verb in (lift, demo, train, evaluate, test, export, prepare, project, triangulate):
    app.command(verb, default_parameter=Parameter(negative=()))
app["train"].config = (resume_options, check_arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: done. 1: some of several files failed. 2: a user's mistake, described on stderr in one line
    per problem. 130: interrupted. 143: terminated.
    """
    tokens = sys.argv[1:] if arguments is None else list(arguments)
    # SIGTERM cleans up as Ctrl-C does.
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _run(tokens)
    except KeyboardInterrupt as interrupt:
        return _fail([": ".join(["interrupted", *map(str, interrupt.args)])], 130)
    except Exception as error:
        lines = _describe(error, tokens)
        if lines is None:
            raise
        return _fail(lines, 2)


def _run(tokens: list[str]) -> int:
    words = [token for token in tokens if token not in app.help_flags]
    if words != tokens or not tokens:
        _, verbs, others = app.parse_commands(words)
        if verbs[-1] is not app or not others:
            print(help_text(app, verbs[-1]))
            return 0
    return app(words) or 0


def _describe(error: Exception, tokens: list[str]) -> list[str] | None:
    """Describe a user's mistake; None for an error of the program."""
    if isinstance(error, CycloptsError):
        return describe_mistakes(error)
    if isinstance(error, InputError):
        verb = app.parse_commands(tokens)[1][-1]
        return [name_options(line, verb) for line in error.problems]
    if isinstance(error, ModuleNotFoundError):
        line = describe_missing_package(error)
        return None if line is None else [line]
    if isinstance(error, OSError):
        # Name the file that was to be written, not the temporary file beside it.
        where = re.sub(r"\.([^/]+?)\.\d+\.part", r"\1", str(error.filename or PROGRAM))
        return [f"{where}: {(error.strerror or str(error)).lower()}"]
    return None


def _fail(lines: Iterable[str], code: int) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
