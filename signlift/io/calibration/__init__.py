"""Calibrations of real cameras."""
