"""Mutation fuzzer of everything that reads a file: `python -m benchmarks.fuzz`."""
