"""Whole-or-nothing files, progress bars and bounded JSON."""
