"""Sinks of lifted frames: lines of JSON, and the VMC protocol."""
