"""The language model, its prompt and history, and the tools that it may call."""
