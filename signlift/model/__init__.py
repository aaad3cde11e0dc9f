"""DepthLSTM, its checkpoints, and prediction with it."""
