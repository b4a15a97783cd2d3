"""Sound cards, and reading, writing and resampling sound."""
