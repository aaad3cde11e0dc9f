"""Shapes of a drawn body: which parts a skeleton has, and their outlines in a view."""
