"""Runtimes of the networks: ONNX Runtime and PyTorch."""
