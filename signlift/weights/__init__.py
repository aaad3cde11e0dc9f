"""The shipped weights: what `signlift.model.export.export_onnx` wrote, beside this file."""
