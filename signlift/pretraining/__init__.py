"""Pretraining of the shipped weights: `python -m signlift.pretraining`."""
