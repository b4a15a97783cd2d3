"""The recorded conversation: a visitor talks to the assistant in a simulated room, and what came of it is measured."""
