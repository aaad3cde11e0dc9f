"""Virtual cameras for batches of motions."""
