"""Lifting of hands: depth of the fingers relative to the wrists that the body's network lifted."""
