"""What the assistant says while a tool works that has no sentences of its own. Pure."""

from collections.abc import Iterable, Sequence

GENERAL = ("Let me check.", "One moment.", "Let me see.")


def filler(turn: int, own: Sequence[str] = ()) -> str:
    """A short sentence for a wait, of the tool's `own` if it has some; `turn` varies it, so that two waits in a row
    sound different.
    """
    choices = own or GENERAL
    return choices[turn % len(choices)]


def all_fillers(own: Iterable[Sequence[str]] = ()) -> list[str]:
    """Every filler there is, for synthesising them ahead of time; `own` are those of each tool."""
    return sorted({text for choices in (*own, GENERAL) for text in choices})
