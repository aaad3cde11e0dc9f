"""Accuracy of signlift beside baselines: `python -m benchmarks.accuracy DATA`."""
