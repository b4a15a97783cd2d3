"""From what is said of a time and a day to a moment of the calendar."""

from datetime import datetime, timedelta

from localvoice.think.commands.calendar_days import Day
from localvoice.think.commands.calendar_days import day as day_named
from localvoice.think.commands.quantities import TimeOfDay, clock_time, duration_s
from localvoice.think.tools.spec import ToolFailed

FARTHEST = timedelta(days=3660)
"""Nobody means a later moment, and the calendar has an end."""
TOO_FAR = "that is too far away"
EARLIEST_HOUR = 7
"""Without am or pm, "tomorrow at three" is in the afternoon for whoever is not to be woken."""


def moment(at: str | None, day: str | None, now: datetime, *, waking: bool = False) -> datetime:
    """The local time that is meant, later than `now`.

    `at` may name the day as well ("tomorrow at seven"), be a distance ("in two hours"), or be left out: then the hour
    is that of the part of the day. Without am or pm it is the next such time; on another day the morning where
    `waking`, else what is no hour of the night. Raises ToolFailed.
    """
    if not at and not day:
        raise ToolFailed("I need to know when")
    if at and (exact := _exact(at, now)):
        return _later(exact, now, at)
    on = day_named(day, now.date()) if day else None
    if day and on is None:
        raise ToolFailed(f"I don't know which day {day} is")
    clock = clock_time(at) if at else None
    if at and clock is None:
        on_too = day_named(at, now.date())
        if on_too is None:
            on_too, clock = _split(at, now)
        on = on or on_too
    if on is not None and on.date > (now + FARTHEST).date():
        raise ToolFailed(TOO_FAR)
    if clock is None:
        if on is None or (on.hour is None and waking):
            raise ToolFailed("I need to know at what time")
        return _later(
            datetime.combine(on.date, datetime.min.time()) + timedelta(hours=on.hour or 9), now, day or "that"
        )
    if on is None:
        return _next(clock, now)
    return _later(_on(clock, on, now, waking=waking), now, f"{at} {day or ''}".strip())


def after(length_s: float, now: datetime) -> datetime:
    """Raises ToolFailed if that is too far away."""
    if length_s > FARTHEST.total_seconds():
        raise ToolFailed(TOO_FAR)
    return now + timedelta(seconds=length_s)


def _exact(at: str, now: datetime) -> datetime | None:
    """ "2026-12-24T18:00", or a distance."""
    length_s = duration_s(at.lower().removeprefix("in "))
    if length_s:
        return after(length_s, now)
    try:
        return datetime.fromisoformat(at).replace(tzinfo=None) if at[:4].isdecimal() and "-" in at else None
    except ValueError:
        return None


def _split(at: str, now: datetime) -> tuple[Day | None, TimeOfDay]:
    """A day and a time in one text. Raises ToolFailed."""
    words = at.split()
    for place in range(1, len(words)):
        first, rest = " ".join(words[:place]), " ".join(words[place:])
        for on, clock in ((first, rest), (rest, first)):
            if (found := day_named(on, now.date())) and (read := clock_time(clock)):
                return found, read
    raise ToolFailed(f"I don't know what time {at} is")


def _next(clock: TimeOfDay, now: datetime) -> datetime:
    days = (now.date(), now.date() + timedelta(days=1))
    return min(each for day in days for time in clock.times() if (each := datetime.combine(day, time)) > now)


def _on(clock: TimeOfDay, on: Day, now: datetime, *, waking: bool) -> datetime:
    times = clock.times()
    fit = [time for time in times if on.half is None or (time.hour < 12) == (on.half == "am")]
    if on.half == "pm" and clock.hour == 12 and clock.half is None and on.hour == 20:
        # Twelve at night belongs to the day that begins.
        return datetime.combine(on.date + timedelta(days=1), times[0])
    days = [datetime.combine(on.date, time) for time in fit or times]
    if on.date == now.date():
        later = [each for each in days if each > now]
        if not later and (on.weekly or clock.times()[0].hour == 0):
            return days[0] + timedelta(days=7 if on.weekly else 1)
        return (later or days)[0]
    if len(days) == 2 and not waking and days[0].hour < EARLIEST_HOUR:
        return days[1]
    return days[0]


def _later(moment: datetime, now: datetime, said: str) -> datetime:
    if moment <= now:
        raise ToolFailed(f"{said} is over already")
    if moment > now + FARTHEST:
        raise ToolFailed(TOO_FAR)
    return moment
