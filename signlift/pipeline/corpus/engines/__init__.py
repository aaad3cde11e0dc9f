"""Engines: where the tasks of a job run."""
