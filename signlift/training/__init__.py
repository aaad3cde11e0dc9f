"""Stateful training of DepthLSTM."""
