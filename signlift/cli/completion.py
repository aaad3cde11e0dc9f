"""Completion of verbs, options and their values in the shell."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from signlift.errors import InputError, parameter_problem

Shell = Literal["zsh", "bash", "fish"]

#: What is left to do where the shell does not find the script by itself.
_HINTS = {
    "bash": "bash loads it in new shells, if the package bash-completion is installed",
    "zsh": "zsh loads it in new shells, if .zshrc has fpath=({directory} $fpath) before compinit",
    "fish": "fish loads it in new shells",
}


def add_completion(app: App) -> None:
    """Add --install-completion and --print-completion to a program."""

    def install_completion(
        shell: Annotated[Shell | None, Parameter(name="SHELL")] = None, /
    ) -> None:
        """Write a completion script for your shell (zsh, bash or fish).

        Example: signlift --install-completion

        Parameters
        ----------
        shell
            zsh, bash or fish. Default: the shell that runs this.
        """
        shell = shell or _detect_shell()
        path = app.install_completion(shell=shell, add_to_startup=False)
        print(path)
        print(_HINTS[shell].format(directory=path.parent))

    def print_completion(shell: Annotated[Shell, Parameter(name="SHELL")], /) -> None:
        """Print a completion script (zsh, bash or fish).

        Example: signlift --print-completion bash > signlift.bash

        Parameters
        ----------
        shell
            zsh, bash or fish.
        """
        print(app.generate_completion(shell=shell))

    app.command(install_completion, name="--install-completion")
    app.command(print_completion, name="--print-completion")


def _detect_shell() -> Shell:
    from cyclopts.completion.detect import ShellDetectionError, detect_shell

    expected = "zsh, bash or fish"
    try:
        shell = detect_shell()
    except ShellDetectionError:
        raise InputError(parameter_problem("shell", expected=expected, found="none")) from None
    if shell == "powershell":
        raise InputError(parameter_problem("shell", expected=expected, found=shell))
    return shell
