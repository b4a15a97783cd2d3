"""Where a sentence ends in text that a model is still writing. Pure functions."""

import re

_END = re.compile(r"(?:(?:[^\W\d]|\d{3}|[)\]\"'”’%°])[.!?…]+[\"'”’)\]*]*(?=\s)|[。！？।॥][」』”’]*)")
"""A full stop after one or two digits may belong to a number or to an item of a list."""
_CLAUSE = re.compile(r"[,;:–—](?=\s)|[，、；：]")


def first_end(text: str, start: int = 0) -> int:
    """Where the first sentence that ends behind `start` ends; -1 if none does. The white space that follows the full
    stop must be there already: without it the sentence may go on."""
    found = next((match for match in _END.finditer(text) if match.end() > start), None)
    return found.end() if found else -1


def last_pause(text: str) -> int:
    """Where `text` can best be cut in the middle of a sentence: before its last comma or the like, else before the word
    that may be unfinished, else at its end."""
    clauses = [match.start() for match in _CLAUSE.finditer(text)]
    if clauses:
        return clauses[-1]
    words = text.rstrip().rfind(" ")
    return words if words > 0 else len(text)
