"""Atomic files, bounded JSON and progress bars."""
