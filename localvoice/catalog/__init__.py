"""Which models exist, fetching them, and proving that they are what was published. Nothing else may dial out."""
