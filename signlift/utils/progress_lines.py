"""Progress bars of tqdm, and progress in lines. tqdm takes 20 ms to import."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

# Bars are drawn by one process. The lock of several is a semaphore that outlives a killed one.
tqdm.set_lock(threading.RLock())


class ProgressLines(tqdm):  # type: ignore[misc]
    """Progress in lines of their own, for log files."""

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """Return a function that prints a line, and nothing for the empty one of a closed bar."""

        def print_line(line: str) -> None:
            if line.strip():
                file.write(f"{line}\n")
                file.flush()

        return print_line

    def close(self) -> None:
        """End the work; the last line stays as it is."""
        self.disable = True
        super().close()
