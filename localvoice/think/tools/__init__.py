"""Tools: what the assistant can do besides talking."""
