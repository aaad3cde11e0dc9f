"""The command line, called from Python."""

from signlift.cli.main import main


def call(*arguments):
    return main([str(argument) for argument in arguments])


def results(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*.npz"))
