"""Benchmark of jobs over a corpus: speed, memory, and kills."""
