"""What time it is and what day."""

from collections.abc import Callable
from datetime import datetime

from localvoice.think.commands.calendar_days import day as day_named
from localvoice.think.tools.builtin.clock_style import clock_words, date_words, weekday_words
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.spec import Done, ToolFailed, tool


class TimeAndDate:
    """`now` gives the local time; a seam for tests. `twelve_hours` is the clock that it is read from."""

    def __init__(self, now: Callable[[], datetime] = datetime.now, twelve_hours: bool = False) -> None:
        self._now = now
        self._twelve_hours = twelve_hours

    @tool()
    def get_time(self) -> Done:
        """The current local time."""
        time = clock_words(self._now(), self._twelve_hours)
        return spoken(time, say=f"it's {time}")

    @tool()
    def get_date(self, day: str | None = None) -> Done:
        """The date of today, or of another day."""
        today = self._now().date()
        found = day_named(day or "today", today)
        if found is None:
            raise ToolFailed(f"I don't know which day {day} is")
        date = found.date
        text = f"{weekday_words(date)}, {date_words(date)}"
        whole = f"{text}, {date.year}"
        if found.weekly:
            return spoken(whole, say=f"{weekday_words(date)} is {date_words(date)}")
        subject = {-1: "yesterday was", 0: "it's", 1: "tomorrow is"}.get((date - today).days)
        if subject is None:
            subject = "that's" if date > today else "that was"
        near = date.year == today.year and date != today
        return spoken(whole, say=f"{subject} {text if near else whole}")
