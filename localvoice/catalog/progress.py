"""Whoever is told how models come in."""


class TransferProgress:
    """Told how a pull goes, from several threads; this one keeps silent."""

    def expect(self, name: str, path: str, size_bytes: int) -> None:
        """A file of a model is about to come in."""

    def moved(self, name: str, path: str, position_bytes: int) -> None:
        """So much of it is here; less than before if it had to be started again."""

    def note(self, text: str) -> None:
        """A sentence for people."""
