"""How long something takes, as people say it and as transcribers write it."""

import re

from localvoice.think.commands.english_quantities import ENGLISH
from localvoice.think.commands.number_words import number_of, tokens
from localvoice.think.commands.quantity_words import QuantityWords


def duration_s(text: str, words: QuantityWords = ENGLISH) -> float | None:
    """The seconds of the duration that the whole text is; None if it is none.

    "2 minutes and 30 seconds" is one duration, from the largest unit to the smallest; "5 minutes and 10 minutes" are
    two, and so none. A unit alone is one of it.
    """
    rest = [word.removesuffix("'s") for word in tokens(re.sub(r"s['’](?!\w)", "s", text))]
    rest = [word for word in rest if word not in words.time_fillers]
    total, last_s, first = 0.0, float("inf"), True
    while rest:
        at = next((place for place, word in enumerate(rest) if word in words.units_s), None)
        if at is None:
            added = None if first else _without_unit(rest, last_s, words)
            return None if added is None else total + added
        unit_s = words.units_s[rest[at]]
        amount = _amount(rest[:at], words, first=first)
        if amount is None or amount < 0 or unit_s >= last_s:
            return None
        rest = rest[at + 1 :]
        part, rest = _and_a_half(rest, words)
        total += (amount + part) * unit_s
        last_s, first = unit_s, False
    return None if first else total


def _amount(before: list[str], words: QuantityWords, *, first: bool) -> float | None:
    """What stands before a unit: "five", "an", "half an", "three quarters of an"; nothing is one, at the beginning."""
    if not first and before and before[0] in words.joints:
        before = before[1:]
    if not before:
        return 1.0 if first else None
    if len(before) == 1 and before[0] in words.articles:
        return 1.0
    value = number_of(before, words)
    if value is None and before[-1] in words.articles:
        before = before[:-1]
        if before[-1] in words.of:
            before = before[:-1]
        # "half an hour", not "five an hour".
        if before and (before[-1] in words.fractions or "/" in before[-1]):
            value = number_of(before, words)
    return value


def _and_a_half(after: list[str], words: QuantityWords) -> tuple[float, list[str]]:
    """ "(an hour) and a half", and what comes after it."""
    for length in (4, 3, 2):
        said = after[:length]
        follows = after[length : length + 1]
        if len(said) < length or said[0] not in words.joints or (follows and follows[0] in words.units_s):
            continue
        if follows and (follows[0] in words.of or follows[0] in words.articles):
            continue
        if said[-1] in words.fractions and (part := number_of(said[1:], words)) is not None and part < 1:
            return part, after[length:]
    return 0.0, after


def _without_unit(rest: list[str], last_s: float, words: QuantityWords) -> float | None:
    """ "(an hour) thirty": so many of the next smaller unit."""
    smaller = {3600: 60, 60: 1}.get(round(last_s))
    if rest[0] in words.joints:
        rest = rest[1:]
    count = number_of(rest, words)
    if smaller is None or count is None or count != int(count) or not 0 <= count < 60:
        return None
    return count * smaller
