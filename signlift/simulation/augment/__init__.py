"""Variations of a motion: other bodies, mirrored, at another speed."""
