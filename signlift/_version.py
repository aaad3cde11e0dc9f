"""The version of signlift."""

__version__ = "0.1.0"
