"""Corpora: one job over any number of recordings, with a manifest of what became of each."""
