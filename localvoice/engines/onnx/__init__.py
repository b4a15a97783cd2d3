"""ONNX graphs, for every shelf that needs them."""
