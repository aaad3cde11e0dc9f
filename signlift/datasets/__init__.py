"""Recordings with known depth: simulated, captured or triangulated; and batches of them."""
