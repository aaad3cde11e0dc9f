"""The recipe of the shipped weights: from a seed to the files, see `python -m signlift.recipe`."""
