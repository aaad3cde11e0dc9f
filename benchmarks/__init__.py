"""Benchmarks of accuracy, speed, memory and file formats, one command each."""
