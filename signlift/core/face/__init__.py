"""Canonical face: its shape, and the places of landmarks on it."""
