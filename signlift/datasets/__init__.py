"""Recordings with known depth, and stateful batches of them."""
