"""Speed of streams and of batches: `python -m benchmarks.speed`."""

from __future__ import annotations

import sys

from benchmarks.speed import batch, stream


def main() -> int:
    """Run both benchmarks, one after the other."""
    return stream.main() or batch.main([])


if __name__ == "__main__":
    sys.exit(main())
