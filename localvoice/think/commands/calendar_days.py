"""Days, as people name them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from localvoice.think.commands import english_days as words
from localvoice.think.commands.durations import duration_s
from localvoice.think.commands.number_words import number
from localvoice.think.commands.quantity_words import Half

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Day:
    """`half` and `hour` are of the part of the day that was named with it, as in "tomorrow morning": `hour` is meant
    when none is said. `weekly` says that only a weekday was named.
    """

    date: date
    half: Half | None = None
    hour: int | None = None
    weekly: bool = False


def day(text: str, today: date) -> Day | None:
    """The day that the whole text is: "tomorrow morning", "on Friday", "December 25th", "in three days"; None if it is
    none. A weekday is today or comes next, a date without a year as well.
    """
    plain = " ".join(re.sub(r"[^\w\s-]", " ", text.lower()).split())
    iso = re.fullmatch(r"\d{4}-\d\d-\d\d", plain)
    plain = plain if iso else plain.replace("-", " ")
    for name, meant in words.ALONE.items():
        if plain == name or (plain.startswith(f"{name} ") and plain.removeprefix(f"{name} ") in words.PARTS):
            plain = plain.replace(name, meant, 1)
    first, _, last = plain.rpartition(" ")
    if last in words.PARTS:
        found = _day(first.removesuffix(" in the").removesuffix(" at"), today)
        half, hour = words.PARTS[last]
        return Day(found.date, half, hour, found.weekly) if found is not None else None
    return _day(plain, today)


def _day(plain: str, today: date) -> Day | None:
    if plain in words.NAMED:
        return Day(today + timedelta(days=words.NAMED[plain]))
    said = plain.split()
    while said and said[0] in words.BEFORE:
        said = said[1:]
    if not said:
        return None
    if said[-1] in words.WEEKDAYS and len(said) <= 2:
        return _weekday(words.WEEKDAYS.index(said[-1]), said[:-1], today)
    days = _distance(plain)
    try:
        found = today + timedelta(days=days) if days is not None else _date([w for w in said if w != "of"], today)
    except (ValueError, OverflowError):
        return None
    return Day(found) if found is not None else None


def _weekday(weekday: int, before: list[str], today: date) -> Day | None:
    ahead = (weekday - today.weekday()) % 7
    if not before:
        return Day(today + timedelta(days=ahead), weekly=True)
    if before[0] in words.NEXT:
        return Day(today + timedelta(days=ahead or 7))
    return Day(today + timedelta(days=ahead - 7)) if before[0] in words.LAST else None


def _distance(plain: str) -> int | None:
    """Days from today: "in a week", "three days ago"."""
    sign, length = 0, ""
    for before in words.IN:
        if plain.startswith(f"{before} "):
            sign, length = 1, plain.removeprefix(f"{before} ")
    for after, way in (*((each, 1) for each in words.FROM_NOW), *((each, -1) for each in words.AGO)):
        if plain.endswith(f" {after}"):
            sign, length = way, plain.removesuffix(f" {after}")
    seconds = duration_s(length) if sign else None
    return sign * int(seconds // DAY_S) if seconds is not None and seconds % DAY_S == 0 else None


def _date(said: list[str], today: date) -> date | None:
    """ "december 25th", "25 december 2027", "the 25th", "2026-12-25". Raises ValueError."""
    if len(said) == 1 and re.fullmatch(r"\d{4}-\d\d-\d\d", said[0]):
        return date.fromisoformat(said[0])
    year: int | None = None
    if len(said) > 2 and re.fullmatch(r"\d{4}", said[-1]):
        year, said = int(said[-1]), said[:-1]
    month = next((words.MONTHS.index(word) + 1 for word in said if word in words.MONTHS), None)
    rest = [word for word in said if word not in words.MONTHS and word not in words.BEFORE]
    number_of_day = _ordinal(" ".join(rest), plain=month is not None)
    if number_of_day is None or len(said) - len(rest) > 2:
        return None
    if month is None:
        # The next month that has such a day.
        months = ((today.year + (today.month + more - 1) // 12, (today.month + more - 1) % 12 + 1) for more in range(3))
        days = (_valid(y, m, number_of_day) for y, m in months)
        return next((each for each in days if each is not None and each >= today), None)
    if year is not None:
        return date(year, month, number_of_day)
    days = (_valid(today.year + more, month, number_of_day) for more in range(5))
    return next((each for each in days if each is not None and each >= today), None)


def _ordinal(text: str, *, plain: bool) -> int | None:
    if text in words.ORDINALS:
        return words.ORDINALS[text]
    if read := re.fullmatch(rf"(\d{{1,2}})(?:{'|'.join(words.ORDINAL_ENDINGS)})", text):
        return int(read[1])
    value = number(text) if plain else None
    return int(value) if value is not None and value == int(value) else None


def _valid(year: int, month: int, number_of_day: int) -> date | None:
    try:
        return date(year, month, number_of_day)
    except ValueError:
        return None
