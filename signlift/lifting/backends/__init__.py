"""Runtimes for the networks: ONNX Runtime and PyTorch."""
