"""The models to measure: for each source one that was trained without it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.model.graph_metadata import DEPTH_FILE, HANDS_FILE

#: Name of the model that was trained on all sources.
SHIPPED = "shipped"

#: What it is called in the tables.
NOT_HELD_OUT = f"{SHIPPED}, not held out"


@dataclass(frozen=True)
class Models:
    """Models by name; the shipped weights in place of those that do not exist.

    Attributes
    ----------
    directory
        A directory of exported models, each in a directory of its name; or one exported model,
        which is then used for all sources. None for the shipped weights.

    Raises
    ------
    InputError
        There is no such directory, or no model in it.
    """

    directory: Path | None = None
    _loaded: dict[Path | None, Lifter] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        path = self.directory
        if path is not None and not (_is_model(path) or any(map(_is_model, path.glob("*")))):
            expected = "an exported model, or a directory of them"
            found = "none" if path.is_dir() else "no such directory"
            raise InputError(problem(path, expected=expected, found=found))

    def open(self, name: str) -> tuple[Lifter, str]:
        """Return the model of a name, and what to call it in the tables."""
        path, label = self._find(name)
        if path not in self._loaded:
            self._loaded[path] = load(path)
        if path is not None and path.name != SHIPPED and not (path / HANDS_FILE).is_file():
            label += f", hands of {SHIPPED}"
        return self._loaded[path], label

    def _find(self, name: str) -> tuple[Path | None, str]:
        if self.directory is None:
            return None, NOT_HELD_OUT
        if _is_model(self.directory):
            return self.directory, self.directory.name
        if _is_model(self.directory / name):
            return self.directory / name, name
        shipped = self.directory / SHIPPED
        return (shipped if _is_model(shipped) else None), NOT_HELD_OUT


def _is_model(path: Path) -> bool:
    return (path / DEPTH_FILE).is_file()
