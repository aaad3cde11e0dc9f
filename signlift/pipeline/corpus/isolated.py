"""Single files that are converted in a process of their own, within limits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from signlift.errors import InputError, InputWarning, problem
from signlift.pipeline.convert import Converted, convert
from signlift.pipeline.corpus.engines.engine import Result, close_results
from signlift.pipeline.corpus.engines.processes import ProcessEngine
from signlift.pipeline.corpus.guard import describe_loss, run_guarded
from signlift.pipeline.corpus.lift_task import load_once
from signlift.pipeline.corpus.limits import Limits


@dataclass(frozen=True)
class _Conversion:
    """A call of `convert` that can be pickled."""

    source: Path
    out: Path
    format: str
    model: Path | None
    arguments: Mapping[str, Any]

    def run(self, limits: Limits) -> Converted:
        model = load_once(self.model)
        source, out, format = self.source, self.out, self.format
        return run_guarded(
            source, limits, lambda: convert(source, out, format, model=model, **self.arguments)
        )


@dataclass(frozen=True)
class _Answer:
    """The answer of a process to a conversion."""

    converted: Converted | None
    problems: tuple[str, ...]
    warnings: tuple[InputWarning, ...]


@dataclass(frozen=True)
class _Converter:
    """The function of the process."""

    limits: Limits

    def __call__(self, conversion: _Conversion) -> _Answer:
        converted: Converted | None = None
        problems: tuple[str, ...] = ()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            try:
                converted = conversion.run(self.limits)
            except InputError as error:
                problems = error.problems
        lines = [each.message for each in caught if isinstance(each.message, InputWarning)]
        return _Answer(converted, problems, tuple(lines))


class IsolatedConverter:
    """Convert files in another process, one after the other; a context manager.

    The process is replaced when it dies.

    Parameters
    ----------
    limits
        Limits of each file.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._stack = ExitStack()
        self._results: Iterator[Result[_Conversion, _Answer]] | None = None
        self._given: list[_Conversion] = []

    def __enter__(self) -> IsolatedConverter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def convert(
        self,
        source: Path,
        out: Path,
        format: str,
        model: Path | None,
        arguments: Mapping[str, Any],
    ) -> Converted:
        """Convert a file.

        Parameters
        ----------
        source, out, format
            As for `signlift.convert`.
        model
            As for `signlift.load`.
        arguments
            Further arguments of `convert`.

        Raises
        ------
        InputError
            As `convert`; a limit; or the process died.
        """
        if self._results is None:
            tasks = iter(lambda: self._given.pop(), None)
            self._results = ProcessEngine(1).run(_Converter(self._limits), tasks)
            self._stack.callback(close_results, self._results)
        self._given.append(_Conversion(source, out, format, model, arguments))
        try:
            result = next(self._results)
        except Exception:
            self._results = None  # the generator has ended
            raise
        if result.value is None:
            raise InputError(self._describe_death(source, result.lost or ""))
        for warning in result.value.warnings:
            warnings.warn(warning, stacklevel=2)
        if result.value.converted is None:
            raise InputError(result.value.problems)
        return result.value.converted

    def _describe_death(self, source: Path, lost: str) -> str:
        line = describe_loss(source, lost, self._limits)
        found = f"a process that was {lost} (too little memory?)"
        return line or problem(source, expected="a result", found=found)
