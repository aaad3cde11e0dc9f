"""How options that need not be given are shown in --help."""

from __future__ import annotations

from typing import Any

import tyro


def optional(metavar: str, *aliases: str) -> Any:
    """An option without a default that could be shown: its text says what holds without it.

    Parameters
    ----------
    metavar
        What its value is called.
    aliases
        Shorter names.
    """
    return tyro.conf.arg(metavar=metavar, aliases=list(aliases) or None, help_behavior_hint="")
