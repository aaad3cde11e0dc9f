"""Networks, their checkpoints, and their export as ONNX graphs."""
