"""Times of day, as people say them and as transcribers write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from localvoice.think.commands.english_quantities import ENGLISH
from localvoice.think.commands.number_words import number_of, tokens
from localvoice.think.commands.quantity_words import Half, Phrase, QuantityWords


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """`hour` is 0 to 23, and at most 12 where `half` says which half of the day; without it a clock shows an hour up to
    12 twice a day.
    """

    hour: int
    minute: int = 0
    half: Half | None = None

    def times(self) -> tuple[time, ...]:
        """The one or the two times of a day that this can mean, the earlier one first."""
        if self.half is not None:
            return (time(self.hour % 12 + (12 if self.half == "pm" else 0), self.minute),)
        if self.hour == 0 or self.hour > 12:
            return (time(self.hour, self.minute),)
        return (time(self.hour % 12, self.minute), time(self.hour % 12 + 12, self.minute))


def clock_time(text: str, words: QuantityWords = ENGLISH) -> TimeOfDay | None:
    """The time that the whole text is; None if it is none.

    "730" and "7.30" are what transcribers make of "seven thirty". "08:00", with its zero, is in the morning.
    """
    found = tokens(text)
    if found and found[0] in words.before_times:
        found = found[1:]
    rest, half = _half(found, words)
    if rest is None:
        return None
    found = _without_end(rest, words.o_clock)
    if by_name := _relative(found, words) or _named(found, words):
        hour, minute, own = by_name
        return _settled(hour, minute, own or half) if own is None or half in (None, NIGHT, own) else None
    read = _digital(found) or _spoken(found, words)
    # "01:00 pm" has its zero from a form, not from a clock of 24 hours.
    return _settled(read[0], read[1], half or read[2]) if read is not None else None


_Read = tuple[int, int, Half | None]
NIGHT = "night"


def _settled(hour: int, minute: int, half: str | None) -> TimeOfDay | None:
    if not (0 <= hour < 24 and 0 <= minute < 60):
        return None
    if half == NIGHT:
        half = "am" if hour in (12, 0, 1, 2, 3, 4) else "pm"
    if half is not None and hour > 12:
        if half == "am":
            return None
        hour -= 12
    if half == "pm" and hour == 0:
        return None
    return TimeOfDay(hour, minute, "am" if half == "am" else "pm" if half == "pm" else None)


def _half(found: list[str], words: QuantityWords) -> tuple[list[str] | None, str | None]:
    """The text without what tells morning from evening, and which of them it is; None for the text if it says both."""
    said: str | None = None
    phrases: dict[Phrase, str] = {**words.halves, **dict.fromkeys(words.night, NIGHT)}
    while True:
        phrase = next((each for each in phrases if _ends_with(found, each)), None)
        if phrase is None:
            return found, said
        if said not in (None, phrases[phrase]) and NIGHT not in (said, phrases[phrase]):
            return None, None
        said = phrases[phrase] if said in (None, NIGHT) else said
        found = found[: -len(phrase)]


def _relative(found: Sequence[str], words: QuantityWords) -> _Read | None:
    """ "half past six", "ten minutes to nine"; "half six" is half past six."""
    at = next((place for place, word in enumerate(found) if word in words.past | words.to), None)
    if at is not None:
        said, past, rest = found[:at], found[at] in words.past, found[at + 1 :]
    elif len(found) == 2 and words.fractions.get(found[0]) == 0.5:
        said, past, rest = found[:1], True, found[1:]
    else:
        return None
    minutes, hour = _minutes(said, words), _named(rest, words) or _hour(rest, words)
    if minutes is None or hour is None:
        return None
    return (hour[0], minutes, hour[2]) if past else _before(hour, minutes)


def _minutes(said: Sequence[str], words: QuantityWords) -> int | None:
    """ "ten", "ten minutes", "a quarter"; 1 to 59."""
    plain = [word for word in said if words.units_s.get(word) != 60]
    count = number_of(plain, words)
    if plain and plain[-1] in words.fractions and count is not None and count < 1:
        count *= 60
    return int(count) if count is not None and count == int(count) and 0 < count < 60 else None


def _before(whole: _Read, minutes: int) -> _Read:
    """So many minutes before a whole hour."""
    hour, _, half = whole
    if half is None:
        return (hour - 1) % 24 or 12, 60 - minutes, None
    earlier = (hour % 12 + (12 if half == "pm" else 0) - 1) % 24
    return earlier % 12 or 12, 60 - minutes, "am" if earlier < 12 else "pm"


def _hour(found: Sequence[str], words: QuantityWords) -> _Read | None:
    count = number_of(found, words) if found else None
    return (int(count), 0, None) if count is not None and count == int(count) and 0 <= count < 24 else None


def _named(found: Sequence[str], words: QuantityWords) -> _Read | None:
    """ "noon", "12 noon"."""
    if not found or found[-1] not in words.named_times:
        return None
    hour, half = words.named_times[found[-1]]
    return (hour, 0, half) if len(found) == 1 or _hour(found[:-1], words) == (12, 0, None) else None


def _digital(found: Sequence[str]) -> _Read | None:
    """ "7:30", "07:30", "7.30", "730", "1830"."""
    read = re.fullmatch(r"(\d{1,2})(?:[:.])(\d\d)|(\d{1,2})(\d\d)", found[0]) if len(found) == 1 else None
    if read is None:
        return None
    hour, minute = read[1] or read[3], read[2] or read[4]
    return int(hour), int(minute), "am" if hour[0] == "0" and 0 < int(hour) else None


def _spoken(found: Sequence[str], words: QuantityWords) -> _Read | None:
    """ "seven", "seven thirty", "seven oh five", "eighteen hundred hours"."""
    if found and found[-1] in words.hours_word:
        found = found[:-1]
        if not found or found[-1] != words.hundred:
            return None
    if found and found[-1] == words.hundred:
        nought = len(found) > 2 and (found[0] in words.zero or words.small.get(found[0]) == 0)
        hour = _hour(found[nought:-1], words)
        return hour and (*hour[:2], "am" if 0 < hour[0] < 12 else "pm" if hour[0] == 12 else None)
    if whole := _hour(found, words):
        return whole
    for at in range(1, len(found)):
        hour, minutes = _hour(found[:at], words), found[at:]
        nought = minutes[0] in words.zero or minutes[0] == "0"
        count = number_of(minutes[1:] if nought else minutes, words)
        limit = range(10) if nought else range(10, 60)
        if hour and count is not None and count in limit:
            return hour[0], int(count), None
    return None


def _ends_with(found: Sequence[str], phrase: Phrase) -> bool:
    return len(found) > len(phrase) and tuple(found[-len(phrase) :]) == phrase


def _without_end(found: list[str], phrases: Sequence[Phrase]) -> list[str]:
    return next((found[: -len(phrase)] for phrase in phrases if _ends_with(found, phrase)), found)
