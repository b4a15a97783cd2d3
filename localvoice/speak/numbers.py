"""Numbers, times, dates, money and units as spoken English. Pure.

One pass for each kind, from the most to the least specific, so that the date takes its digits before the
plain number sees them. Expressions have bounded repetitions only: the time is linear in the text.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Literal

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_INTEGER = r"\d{1,3}(?:,\d{3}){1,4}|\d{1,15}"
_NUMBER = rf"(?:{_INTEGER})(?:\.\d{{1,10}})?"
_START = r"(?<![\w.,:/-])"

# fmt: off
_UNITS = {
    "km/h": "kilometer per hour", "mph": "mile per hour",
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "mi": "mile", "ft": "foot",
    "kg": "kilogram", "g": "gram", "mg": "milligram", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "l": "liter", "L": "liter", "ml": "milliliter", "mL": "milliliter",
    "tbsp": "tablespoon", "tsp": "teaspoon",
    "°C": "degree Celsius", "°F": "degree Fahrenheit", "°": "degree",
    "h": "hour", "hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute",
    "s": "second", "sec": "second", "ms": "millisecond", "Hz": "hertz", "kHz": "kilohertz",
    "kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte",
    "W": "watt", "kW": "kilowatt", "kWh": "kilowatt hour", "V": "volt",
}
# fmt: on
_HALF_OF_DAY = r"([AaPp])\.?[Mm]\b(?:(?<=\.[Mm])\.(?= +[a-z0-9]))?"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_SCALES = "thousand|million|billion|trillion"
_IRREGULAR = {"foot": "feet", "penny": "pence", "hertz": "hertz", "kilohertz": "kilohertz"}
_OPERATORS = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "×": "times",
    "/": "divided by",
    "÷": "divided by",
    "=": "equals",
}
_FRACTIONS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 8: "eighth", 10: "tenth"}


def numbers_to_words(text: str) -> str:
    """Every number in `text` as words; the rest unchanged."""
    for pattern, words in _PASSES:
        text = pattern.sub(words, text)
    return text


@cache
def _num2words() -> Callable[..., str]:
    from num2words import num2words

    function: Callable[..., str] = num2words
    return function


def _say(number: int | float | str, to: Literal["cardinal", "ordinal"] = "cardinal") -> str:
    return _num2words()(number, to=to).replace(" and ", " ").replace(",", "")


def _digits(digits: str) -> str:
    return " ".join("oh" if digit == "0" else _say(int(digit)) for digit in digits)


def _number(written: str) -> str:
    """ "1,250.05" -> "one thousand two hundred fifty point zero five"; "007" digit by digit."""
    whole, _, fraction = written.replace(",", "").partition(".")
    if len(whole) > 12 or (len(whole) > 1 and whole.startswith("0")):
        words = _digits(whole)
    else:
        words = _say(int(whole))
    if fraction:
        words += " point " + " ".join(_say(int(digit)) for digit in fraction)
    return words


def _signed(written: str) -> str:
    return f"minus {_number(written[1:])}" if written.startswith("-") else _number(written)


def _plural(written: str, unit: str) -> str:
    """`unit` in the number of `written`; only the first word of "meter per hour" changes."""
    if written.lstrip("-") == "1":
        return unit
    first, space, rest = unit.partition(" ")
    if unit == "kilowatt hour":
        return "kilowatt hours"
    return _IRREGULAR.get(first, first + "s") + space + rest


def year_words(year: int) -> str:
    """2026 -> "twenty twenty-six", 1905 -> "nineteen oh five", 2000 -> "two thousand"."""
    century, rest = divmod(year, 100)
    if 2000 <= year < 2010:
        return _say(year)
    if rest == 0:
        return f"{_say(century)} hundred"
    return f"{_say(century)} {'oh ' if rest < 10 else ''}{_say(rest)}"


def time_words(hours: int, minutes: int, half: str = "") -> str:
    """14:05 -> "fourteen oh five", 9:00 -> "nine o'clock", 14:00 -> "fourteen hundred", 9 pm -> "nine PM"."""
    if minutes:
        words = f"{_say(hours)} {'oh ' if minutes < 10 else ''}{_say(minutes)}"
    elif half:
        words = _say(hours)
    else:
        words = f"{_say(hours)} o'clock" if 1 <= hours <= 12 else f"{_say(hours)} hundred"
    return f"{words} {half[0].upper()}M" if half else words


def _date(year: str, month: str, day: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31 and 1000 <= int(year)):
        return f"{_digits(month)} {_digits(day)} {_digits(year)}"
    return f"{_MONTHS[int(month) - 1]} {_say(int(day), 'ordinal')}, {year_words(int(year))}"


def _iso_date(m: re.Match[str]) -> str:
    return _date(m[1], m[2], m[3])


def _american_date(m: re.Match[str]) -> str:
    return _date(m[3], m[1], m[2])


def _month_day(m: re.Match[str]) -> str:
    year = f", {year_words(int(m[3]))}" if m[3] else ""
    return f"{m[1]} {_say(int(m[2]), 'ordinal')}{year}"


def _day_month(m: re.Match[str]) -> str:
    year = f", {year_words(int(m[3]))}" if m[3] else ""
    return f"the {_say(int(m[1]), 'ordinal')} of {m[2]}{year}"


def _time(m: re.Match[str]) -> str:
    hours, minutes, half = int(m[1]), int(m[2]), m[4] or ""
    if hours > 24 or minutes > 59:
        return f"{_digits(m[1])} {_digits(m[2])}" + (f" {_digits(m[3])}" if m[3] else "")
    words = time_words(hours, minutes, half)
    return f"{words} and {_say(int(m[3]))} {_plural(str(int(m[3])), 'second')}" if m[3] else words


def _money(m: re.Match[str]) -> str:
    large, small = _CURRENCIES[m[1]]
    whole, fraction, scale = m[2], m[3] or "", m[4]
    if scale or len(fraction) > 2:
        written = f"{whole}.{fraction}" if fraction else whole
        return f"{_number(written)} {scale + ' ' if scale else ''}{_plural('2', large)}"
    words = f"{_number(whole)} {_plural(whole, large)}"
    # One digit stands for tenths: $7.5 is seven dollars and fifty cents.
    cents = fraction.ljust(2, "0")
    if int(cents):
        words += f" and {_say(int(cents))} {_plural(str(int(cents)), small)}"
    return words


def _fraction(m: re.Match[str]) -> str:
    above, below = int(m[2]), int(m[3])
    whole = f"{_number(m[1])} and " if m[1] else ""
    if below in _FRACTIONS and 0 < above < below:
        name = _FRACTIONS[below]
        return whole + ("one " if above == 1 else f"{_say(above)} ") + (name if above == 1 else name + "s")
    return whole + f"{_say(above)} over {_say(below)}"


def _measure(m: re.Match[str]) -> str:
    return f"{_signed(m[1])} {_plural(m[1], _UNITS[m[2]])}"


def _plain(m: re.Match[str]) -> str:
    # "B12" and "4K" are read with a gap between letters and number.
    before = " " if m.start() and m.string[m.start() - 1].isalpha() else ""
    after = " " if m.end() < len(m.string) and m.string[m.end()].isalpha() else ""
    return before + _number(m[0]) + after


_PASSES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(_START + r"(\d{4})-(\d{1,2})-(\d{1,2})(?![\w-])"), _iso_date),
    (re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.,]?\d)(?:,? (\d{{4}})\b)?"), _month_day),
    (re.compile(_START + rf"(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH})\b(?:,? (\d{{4}})\b)?"), _day_month),
    (re.compile(rf"\b({_MONTH}) (\d{{4}})\b(?![.,:]\d)"), lambda m: f"{m[1]} {year_words(int(m[2]))}"),
    (re.compile(_START + r"(\d{1,2})/(\d{1,2})/(\d{4})(?![\w/])"), _american_date),
    (
        re.compile(_START + r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])(?: ?" + _HALF_OF_DAY + r")?"),
        _time,
    ),
    (
        re.compile(_START + r"(\d{1,2}) ?" + _HALF_OF_DAY),
        lambda m: time_words(int(m[1]), 0, m[2]),
    ),
    # Atomic: "$100.5" must not match as "$10" for want of an end that fits.
    (re.compile(rf"([$€£]) ?(?>({_INTEGER})(?:\.(\d{{1,10}}))?)(?: ({_SCALES})\b)?(?!\.?\d)"), _money),
    (re.compile(_START + r"(\d{1,15})(?:st|nd|rd|th)\b"), lambda m: _say(int(m[1]), "ordinal")),
    (re.compile(_START + r"(?:(\d{1,6}) )?(\d{1,3})/(\d{1,3})(?![\d/])"), _fraction),
    (re.compile(rf"(?<![\w.,])(-?{_NUMBER}) ?%"), lambda m: f"{_signed(m[1])} percent"),
    (
        re.compile(r"(?<=\d) ?([+*×÷=]) ?(?=-?\d)|(?<=\d) ([-/]) (?=-?\d)"),
        lambda m: f" {_OPERATORS[m[1] or m[2]]} ",
    ),
    (re.compile(r"(?<=\d) ?[-–] ?(?=\d)(?![\d.,]{1,20}-)"), lambda m: " to "),
    (re.compile(rf"(?<![\w.,])(-?{_NUMBER}) ?({_UNIT})(?![\w°])"), _measure),
    (re.compile(rf"(?<![\w.,-])-({_NUMBER})"), lambda m: f"minus {_number(m[1])}"),
    (re.compile(r"#(?=\d)"), lambda m: "number "),
    (
        re.compile(r"\b(in|since|of|year|until|before|after) (1[1-9]\d\d|20\d\d)(?![\d.,:]\d|\w)"),
        lambda m: f"{m[1]} {year_words(int(m[2]))}",
    ),
    (re.compile(r"(?<=\d)\.(?=\d{1,10}\.\d)|(?<=\d\.)(\d{1,5})\.(?=\d)"), lambda m: f"{m[1] or ''} point "),
    (re.compile(r"(?<=\d):(?=\d)"), lambda m: " to "),
    (re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"), _plain),
)
