"""Recordings with known depth: where they come from, and stateful batches of them."""
