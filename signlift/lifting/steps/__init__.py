"""Causal lifting of one frame in the least time: graphs bound to arrays that are made once."""
