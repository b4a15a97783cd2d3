"""What can be understood without a language model, and is then done at once."""
