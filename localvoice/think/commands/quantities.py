"""Numbers, durations, times of day and percentages, as they are spoken and as Whisper writes them.

Each function takes a text that is nothing but the quantity, with or without punctuation, and returns None for any
other. `words` is the language; its words stand in a file of their own.
"""

from localvoice.think.commands.clock_times import TimeOfDay, clock_time
from localvoice.think.commands.durations import duration_s
from localvoice.think.commands.english_quantities import ENGLISH
from localvoice.think.commands.number_words import number, number_of, tokens
from localvoice.think.commands.quantity_words import QuantityWords

__all__ = ["TimeOfDay", "clock_time", "duration_s", "number", "percent"]


def percent(text: str, words: QuantityWords = ENGLISH) -> int | None:
    """A percentage, rounded: "20%", "twenty percent", "half", "three quarters"; a whole number alone is one too."""
    found = tokens(text)
    for phrase in words.percent:
        if len(found) > len(phrase) and tuple(found[-len(phrase) :]) == phrase:
            value = number_of(found[: -len(phrase)], words)
            return None if value is None or value < 0 else round(value)
    if len(found) == 1 and found[0] in words.shares:
        return words.shares[found[0]]
    value = number_of(found, words)
    if value is None or value < 0:
        return None
    if found[-1] in words.fractions or "/" in found[-1]:
        return round(100 * value) if value <= 1 else None
    return int(value) if value == int(value) else None
