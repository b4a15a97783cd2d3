"""localvoice: talk to your own computer; nothing you say leaves it."""

__version__ = "0.1.0"
