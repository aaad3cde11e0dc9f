"""All that is measured of speed and memory: `python -m benchmarks`, a few minutes on two cores."""

from __future__ import annotations

from benchmarks import lifting, memory, rotate, throughput


def main() -> None:
    """Run one after the other."""
    print("Training throughput")
    throughput.main()
    print("\nMemory of a training run")
    memory.main()
    print("\nrotate_skeleton")
    rotate.main()
    print("\nLifting")
    lifting.main()


if __name__ == "__main__":
    main()
