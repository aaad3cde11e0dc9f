"""`signlift demo`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Demo:
    """Everything on the built-in signer: generate, prepare, train, test, lift, draw.

    Example: signlift demo -o demo
    """

    out: Annotated[Path, tyro.conf.arg(aliases=["-o"])] = Path("demo")
    """A folder for all of it; what is there from an earlier demo is replaced."""
    recordings: int = 300
    """How many synthetic recordings."""
    epochs: int = 60
    """Passes over them."""
    seed: int = 0
    """The one source of all chance."""
    quiet: bool = False
    """Show no progress and no summary."""

    def run(self) -> int:
        """Do it, and give the exit code."""
        from signlift.demo import demo

        demo(
            self.out,
            recordings=self.recordings,
            epochs=self.epochs,
            seed=self.seed,
            quiet=self.quiet,
        )
        return 0
