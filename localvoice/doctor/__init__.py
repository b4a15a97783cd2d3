"""The doctor: what this machine has, how fast it is, whether it is ready, and what to do if not. No network."""
