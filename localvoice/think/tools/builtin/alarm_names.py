"""What an alarm is, and which one is meant."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from localvoice.think.commands.calendar_days import day as day_named
from localvoice.think.commands.quantities import clock_time
from localvoice.think.tools.builtin.everything import one_of_all
from localvoice.think.tools.builtin.reminder_words import to_the_user

_BOTH_KINDS = re.compile(r"alarms? and (?:(?:all|the|my) )*reminders?|reminders? and (?:(?:all|the|my) )*alarms?")


@dataclass(frozen=True, slots=True)
class Alarm:
    """`due` is local time. `what` is an alarm's name, "" for none, or what a reminder is about."""

    kind: Literal["alarm", "reminder"]
    due: datetime
    what: str = ""

    @property
    def label(self) -> str:
        """ "alarm", "work alarm", "reminder"."""
        return f"{self.what} alarm" if self.what and self.kind == "alarm" else self.kind


def named(name: str | None, kept: list[Alarm], today: date) -> list[Alarm]:
    """Those that a name, a time of day, a day or "reminder" means; without a name the alarms, or the reminders if there
    are none. "alarms and reminders" are all of them.
    """
    said = " ".join((name or "").lower().split())
    if _BOTH_KINDS.fullmatch(one_of_all(said)):
        return kept
    kinds = ("reminder",) if "reminder" in said else ("alarm",) if "alarm" in said else ()
    wanted = bare(said)
    fit = [alarm for alarm in kept if not kinds or alarm.kind in kinds]
    if not wanted:
        alarms = [alarm for alarm in fit if alarm.kind == "alarm"]
        return alarms or ([] if kinds == ("alarm",) else fit)
    if (clock := clock_time(wanted)) is not None:
        times = clock.times()
        if at := [alarm for alarm in fit if alarm.due.time() in times]:
            return at
    if (day := day_named(wanted, today)) is not None:
        if on := [alarm for alarm in fit if alarm.due.date() == day.date]:
            return on
    words = set(to_the_user(wanted).split())
    return [alarm for alarm in fit if words <= set(alarm.what.lower().split())]


def none(name: str | None, kept: list[Alarm]) -> str:
    said = (name or "").lower()
    kind = "reminder" if "reminder" in said else "alarm"
    return f"there is no {kind} like that" if kept and bare(name) else f"there is no {kind} set"


def bare(name: str | None) -> str:
    """ "my work alarm" is "work"."""
    words = one_of_all(name)
    words = re.sub(r"^(?:alarms?|reminders?)\b|\b(?:alarms?|reminders?)$", "", words).strip()
    return re.sub(r"^(?:to|for|about|at|on)\b", "", words).strip()
