"""The name that was probably meant by one that is unknown."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was probably meant, in any capitals, or None."""
    by_key = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), list(by_key), n=1, cutoff=0.5)
    return by_key[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], or_list: bool = False) -> str:
    """A sentence with a space before it that names the nearest of `known`; "" if nothing is near.

    With `or_list` all of `known` are listed then; that is for few of them.
    """
    known = list(known)
    close = nearest(word, known)
    if close:
        return f" Did you mean {close}?"
    return f" There is: {', '.join(known)}." if or_list else ""
