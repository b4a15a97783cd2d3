"""What time it is and what day."""

from collections.abc import Callable
from datetime import datetime

from localvoice.think.tools.spec import tool


class TimeAndDate:
    """`now` gives the local time; a seam for tests."""

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now

    @tool()
    def get_time(self) -> str:
        """The current local time."""
        return f"{self._now():%H:%M}"

    @tool()
    def get_date(self) -> str:
        """Today's day of the week and date."""
        now = self._now()
        weekday = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[now.weekday()]
        months = "January February March April May June July August September October November December".split()
        return f"{weekday}, {months[now.month - 1]} {now.day}"
