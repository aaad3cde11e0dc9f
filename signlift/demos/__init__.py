"""The two demos: lifting with the shipped weights, and training a model."""
