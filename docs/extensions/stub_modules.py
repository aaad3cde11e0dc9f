"""Stand-ins for large libraries, so that the reference is made without them.

autodoc's own mocks are objects, and jaxtyping wants array types to be classes.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class _StubType(type):
    """A class of which every attribute is another class."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stub_class(name, cls.__module__)


def _stub_class(name: str, module: str) -> type:
    # An instance returns what it is called with, as a decorator may.
    body = {"__module__": module, "__init__": lambda self, *_, **__: None}
    return _StubType(name, (), {**body, "__call__": lambda self, value=None, *_, **__: value})


class _StubModule(ModuleType):
    __path__ = ()  # a package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        stub = _stub_class(name, self.__name__)
        setattr(self, name, stub)
        return stub


class StubFinder(MetaPathFinder, Loader):
    """Find these packages, and all modules in them, as stand-ins."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self.packages = packages

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        """Return a spec for a module of the packages."""
        if fullname.split(".")[0] in self.packages:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a stand-in."""
        return _StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


def install_stubs(*packages: str) -> None:
    """Import these packages as stand-ins from now on, whether they are installed or not."""
    sys.meta_path.insert(0, StubFinder(packages))
