"""Where a reply goes on that was interrupted by a sound and not by a person."""

from collections.abc import Sequence


def parted(clauses: Sequence[str], heard: str) -> tuple[str, str]:
    """What of a reply need not be said again, and what is left to say; `heard` is the beginning that was played.

    The clause that was cut is said again from its beginning, as people do.
    """
    words = len(heard.split())
    for index, clause in enumerate(clauses):
        words -= len(clause.split())
        if words < 0:
            return " ".join(clauses[:index]), " ".join(clauses[index:])
    return " ".join(clauses), ""
