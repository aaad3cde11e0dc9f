"""All benchmarks of speed and memory: `python -m benchmarks`, a few minutes on two cores."""

from __future__ import annotations

from benchmarks import lifting, memory, rotate, throughput
from benchmarks.environment import describe_environment


def main() -> None:
    """Run all benchmarks of speed and memory, one after the other."""
    print(describe_environment())
    print("\nTraining throughput")
    throughput.report_all()
    print("\nMemory of a training run")
    memory.report_all()
    print("\nrotate_skeleton")
    rotate.report_all()
    print("\nLifting")
    lifting.report_all()


if __name__ == "__main__":
    main()
