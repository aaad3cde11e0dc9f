"""A procedural signer."""
