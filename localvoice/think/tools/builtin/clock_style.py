"""How a time of day and a day are said here: on a clock of twelve hours or of twenty-four."""

import locale
import os
from datetime import date, datetime
from typing import Literal

from localvoice.think.commands.english_days import MONTHS, WEEKDAYS

Clock = Literal["auto", "12", "24"]

# Where CLDR's data on the customary hours has the clock of twelve first, by territory.
_TWELVE = frozenset(
    "US PR CA AU NZ IN PK BD PH SG MY KR TW HK EG SA AE JO KW QA BH OM YE IQ SY LY SD GH CO VE DO PA JM TT BB BS GY "
    "FJ".split()
)
_ELSEWHERE = frozenset({"fr_CA"})
_LONG_NAMES = {
    "united states": "US", "canada": "CA", "australia": "AU", "new zealand": "NZ", "india": "IN", "pakistan": "PK",
    "philippines": "PH", "singapore": "SG", "malaysia": "MY",
}  # fmt: skip
"""As Windows writes them: English_United States."""


def has_twelve_hours(clock: Clock = "auto", place: str | None = None) -> bool:
    """Whether clocks are read as "7:30 pm". `place` is a locale such as en_US.UTF-8; None for the system's."""
    if clock != "auto":
        return clock == "12"
    name = (system_locale() if place is None else place).partition(".")[0].partition("@")[0]
    territory = name.replace("-", "_").partition("_")[2]
    return name not in _ELSEWHERE and _LONG_NAMES.get(territory.lower(), territory.upper()) in _TWELVE


def system_locale() -> str:
    """The one that times are shown in, as the environment or the system has it; "" for none."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_TIME", "LANG"))
    return next((name for name in named if name), "") or locale.getlocale()[0] or ""


def clock_words(moment: datetime, twelve: bool) -> str:
    """ "7:30 pm", "7 am", "noon" and "midnight", or "19:30"."""
    if not twelve:
        return f"{moment:%H:%M}"
    if (moment.hour, moment.minute) in ((0, 0), (12, 0)):
        return "noon" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'pm' if moment.hour >= 12 else 'am'}"


def weekday_words(day: date) -> str:
    return WEEKDAYS[day.weekday()].capitalize()


def date_words(day: date) -> str:
    """ "November 22nd"."""
    ending = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{MONTHS[day.month - 1].capitalize()} {day.day}{ending}"


def moment_words(moment: datetime, now: datetime, twelve: bool) -> str:
    """ "7 am tomorrow", "7 am on Friday", "7 am on December 25th", in another year with it; of today the time alone."""
    days = (moment.date() - now.date()).days
    if twelve and days == 1 and (moment.hour, moment.minute) == (0, 0):
        return "midnight tonight"
    near = {0: "", 1: " tomorrow", -1: " yesterday"}
    # December 25th is the next one to come, or the last one.
    year = f", {moment.year}" if abs(days) >= 365 else ""
    far = f" on {weekday_words(moment) if 0 < days < 7 else date_words(moment)}{year}"
    return f"{clock_words(moment, twelve)}{near.get(days, far)}"
