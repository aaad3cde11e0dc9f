"""Campaign of faults: `python -m benchmarks.faults`."""
