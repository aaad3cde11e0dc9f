"""Sources of training batches: recordings with known depth, in stateful lanes."""
