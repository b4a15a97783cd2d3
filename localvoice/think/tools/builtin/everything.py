"""Names that mean all there is."""

_WORDS = ("all", "every", "everything", "both")


def means_all(name: str | None) -> bool:
    """ "all", "all my timers", "everything"."""
    return (name or "").lower().strip(" .,!?").split(" ")[0] in _WORDS


def means_both(name: str | None) -> bool:
    return (name or "").lower().strip(" .,!?").split(" ")[0] == "both"


def one_of_all(name: str | None) -> str:
    """ "all my pasta timers" as "pasta timers": what is left to choose by."""
    words = " ".join((name or "").lower().replace("_", " ").split()).strip(" .,!?")
    while (first := words.partition(" ")[0]) in (*_WORDS, "of", "the", "my", "a", "an"):
        words = words.removeprefix(first).strip()
    return words
