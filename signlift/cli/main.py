"""The dispatcher: parse, run one verb, turn a user's mistakes into one line each."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Sequence

import tyro

from signlift import __version__
from signlift.cli.demo import Demo
from signlift.cli.lift import Lift
from signlift.cli.prepare import Prepare
from signlift.cli.test import Test
from signlift.cli.train import Train
from signlift.errors import InputError

VERBS = {"demo": Demo, "prepare": Prepare, "train": Train, "test": Test, "lift": Lift}

DESCRIPTION = "Depth for the 2D keypoints of people who sign."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code.

    0: done. 1: some of several files failed. 2: a mistake of the user's, said on stderr in one
    line per problem. 130: interrupted.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments == ["--version"]:
        print(__version__)
        return 0
    try:
        return _parse(arguments or ["--help"]).run()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        needed = (error.name or "").partition(".")[0]
        if needed not in ("torch", "lightning_fabric", "safetensors", "tensorboard"):
            raise
        print(
            f"signlift: expected {needed} to be installed, found none: pip install signlift[train]",
            file=sys.stderr,
        )
        return 2
    except OSError as error:
        where = error.filename or "signlift"
        print(
            f"{where}: expected a file to read or write, found: {error.strerror or error}",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("interrupted; a training goes on with --resume", file=sys.stderr)
        return 130


def _parse(arguments: Sequence[str]) -> Demo | Prepare | Train | Test | Lift:
    """The verb with its options; a mistake becomes an InputError of one line."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return tyro.extras.subcommand_cli_from_dict(
                VERBS,  # type: ignore[arg-type]
                prog="signlift",
                description=DESCRIPTION,
                args=arguments,
                config=(tyro.conf.FlagCreatePairsOff,),
            )
    except SystemExit as stop:
        if stop.code in (0, None):
            sys.stderr.write(said.getvalue())
            raise
        raise InputError(_one_line(said.getvalue())) from None


def _one_line(box: str) -> str:
    """What is said in the box that tyro draws round a mistake, up to its first rule."""
    parts = []
    for line in box.splitlines()[1:]:
        text = line.strip("│╰╯─ \t")
        if not text:
            break
        parts.append(text)
    return "signlift: " + " ".join(" ".join(parts).split())


if __name__ == "__main__":
    sys.exit(main())
