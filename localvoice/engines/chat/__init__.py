"""Words to words."""
