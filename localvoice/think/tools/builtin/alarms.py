"""Alarms and reminders, kept in a file until they ring."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from localvoice import folders
from localvoice.think.commands.quantities import clock_time, duration_s
from localvoice.think.tools.builtin.clock_style import clock_words, moment_words
from localvoice.think.tools.builtin.json_file import JsonFile
from localvoice.think.tools.builtin.moments import moment
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.builtin.waker import Waker
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import joined, spoken_duration

MOST_ALARMS = 50
LATE = timedelta(minutes=2)
"""What is later than this was missed."""
LOOK_AGAIN_S = 30.0
"""The clock may be set meanwhile, the machine may sleep, and another process may use the same file."""
SOON = timedelta(days=1)

Kind = Literal["alarm", "reminder"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """`due` is local time. `what` is an alarm's name, "" for none, or what a reminder is about."""

    kind: Kind
    due: datetime
    what: str = ""


class Alarms:
    """Rings through `on_ring(sentence)`, from a thread of its own, which must not block for long; without it nothing
    rings here, and what is set is left to another process, or to the next start.

    Kept in alarms.json of `folder`, or of the platform's folder for this user's data. `now` gives the local time.
    """

    def __init__(
        self,
        on_ring: Callable[[str], None] | None = None,
        folder: Path | None = None,
        now: Callable[[], datetime] = datetime.now,
        twelve_hours: bool = False,
    ) -> None:
        self._on_ring = on_ring
        self._file = JsonFile((folder or folders.data()) / "alarms.json", "the alarms")
        self._now = now
        self._twelve_hours = twelve_hours
        self._waker = Waker("alarms", self._look)

    def start(self) -> None:
        """Ring from now on, and tell what was missed."""
        if self._on_ring is not None:
            self._waker.wake()

    @tool(changes_world=True)
    def set_alarm(self, at: str, day: str | None = None, name: str | None = None) -> Done:
        """Set an alarm."""
        now = self._now()
        alarm = Alarm("alarm", moment(at, day, now, waking=True), _bare(name))
        when = moment_words(alarm.due, now, self._twelve_hours)
        if not self._add(alarm):
            return spoken(f"the {_label(alarm)} for {when} is set already")
        return spoken(f"{_label(alarm)} set for {when}", lambda: self._change([alarm], []))

    @tool(changes_world=True)
    def set_reminder(self, what: str, after: str | None = None, at: str | None = None, day: str | None = None) -> Done:
        """Remind the user.

        after: such as "10 minutes"
        """
        now = self._now()
        about = _to_the_user(what)
        if not about:
            raise ToolFailed("I need to know what to remind you of")
        length_s = _length_s(after) if after else None
        due = now + timedelta(seconds=length_s) if length_s is not None else moment(at, day, now)
        alarm = Alarm("reminder", due, about)
        new = self._add(alarm)
        when = f"at {moment_words(due, now, self._twelve_hours)}"
        if length_s is not None and length_s < SOON.total_seconds():
            when = f"in {spoken_duration(length_s)}"
        undo = (lambda: self._change([alarm], [])) if new else None
        return spoken(f"reminder set {when}: {about}", undo, f"I'll remind you {when} {_joint(about)}{about}")

    @tool(changes_world=True)
    def cancel_alarm(self, name: str | None = None, all: bool | None = None) -> Done:
        """Cancel an alarm or reminder, or all."""
        now = self._now()
        with self._file.lock():
            kept = self._read()
            found = _named(name, kept)
            gone = found if all else found[:1]
            if gone:
                self._write([alarm for alarm in kept if alarm not in gone])
        if not gone:
            return spoken(_none(name, kept))
        self.start()
        undo = lambda: self._change([], gone)  # noqa: E731
        if len(gone) > 1:
            kinds = {alarm.kind for alarm in gone}
            return spoken(f"cancelled {len(gone)} {f'{kinds.pop()}s' if len(kinds) == 1 else 'alarms'}", undo)
        return spoken(f"cancelled the {self._described(gone[0], now)}", undo)

    @tool()
    def check_alarms(self) -> Done:
        """Which alarms are set."""
        now = self._now()
        with self._file.lock():
            kept = self._read()
        if not kept:
            return spoken("there is no alarm or reminder", say="You have no alarms or reminders")
        described = [self._described(alarm, now) for alarm in kept]
        return spoken(
            ", ".join(described), say=f"You have {joined([f'{_article(each)} {each}' for each in described])}"
        )

    def pending(self) -> str:
        """What cannot ring once the program has ended, as a clause, or "": the first that is due within a day."""
        now = self._now()
        try:
            soon = [alarm for alarm in self._peek() if now < alarm.due <= now + SOON]
        except ToolFailed:
            return ""
        return f"the {soon[0].kind} for {moment_words(soon[0].due, now, self._twelve_hours)} won't ring" if soon else ""

    def ring_due(self) -> float:
        """Ring whatever is due, and tell what was missed. Returns the seconds until it has to look again."""
        now = self._now()
        if not any(alarm.due <= now for alarm in self._peek()):
            return self._wait_s(now)
        with self._file.lock():
            kept = self._read()
            due = [alarm for alarm in kept if alarm.due <= now]
            self._write([alarm for alarm in kept if alarm not in due])
        for alarm in due:
            if self._on_ring is not None:
                self._on_ring(self._sentence(alarm, now))
        return self._wait_s(now)

    def close(self) -> None:
        """End the thread. What is set stays in the file."""
        self._waker.close()

    def _look(self) -> float:
        try:
            return self.ring_due()
        except ToolFailed:
            # The file is in use, or its disk is away.
            return LOOK_AGAIN_S

    def _wait_s(self, now: datetime) -> float:
        next_s = min(((alarm.due - now).total_seconds() for alarm in self._peek()), default=LOOK_AGAIN_S)
        return min(LOOK_AGAIN_S, max(0.0, next_s))

    def _sentence(self, alarm: Alarm, now: datetime) -> str:
        missed = now - alarm.due > LATE
        when = moment_words(alarm.due, now, self._twelve_hours)
        if alarm.kind == "reminder":
            return (
                f"You missed a reminder at {when}: {alarm.what}." if missed else f"Here's your reminder: {alarm.what}."
            )
        if missed:
            return f"You missed your {_label(alarm)} at {when}."
        return f"This is your {_label(alarm)}, it's {clock_words(alarm.due, self._twelve_hours)}."

    def _described(self, alarm: Alarm, now: datetime) -> str:
        when = moment_words(alarm.due, now, self._twelve_hours)
        if alarm.kind == "alarm":
            return f"{_label(alarm)} for {when}"
        return f"reminder at {when} {_joint(alarm.what)}{alarm.what}"

    def _add(self, alarm: Alarm) -> bool:
        """False if it is there already."""
        with self._file.lock():
            kept = self._read()
            if alarm in kept:
                return False
            if len(kept) >= MOST_ALARMS:
                raise ToolFailed("there are too many alarms")
            self._write([*kept, alarm])
        self.start()
        return True

    def _change(self, gone: list[Alarm], new: list[Alarm]) -> None:
        with self._file.lock():
            self._write([*(alarm for alarm in self._read() if alarm not in gone), *new])
        self.start()

    def _peek(self) -> list[Alarm]:
        """As `_read`, without making a lock where nothing was ever set."""
        if not self._file.exists:
            return []
        with self._file.lock():
            return self._read()

    def _read(self) -> list[Alarm]:
        """The next one first."""
        return sorted(self._file.read(_alarms) or [], key=lambda alarm: alarm.due)

    def _write(self, alarms: list[Alarm]) -> None:
        self._file.write([{"kind": each.kind, "due": each.due.isoformat(), "what": each.what} for each in alarms])


def _alarms(data: object) -> list[Alarm] | None:
    """What the file has; None if it is damaged."""
    try:
        found = [Alarm(each["kind"], datetime.fromisoformat(each["due"]), each["what"]) for each in data]  # type: ignore[attr-defined]
    except (TypeError, KeyError, ValueError):
        return None
    return (
        found
        if all(a.kind in ("alarm", "reminder") and isinstance(a.what, str) and not a.due.tzinfo for a in found)
        else None
    )


def _named(name: str | None, kept: list[Alarm]) -> list[Alarm]:
    """Those that a name, a time of day or "reminder" means; without a name the alarms, or the reminders if there are
    none."""
    said = " ".join((name or "").lower().split())
    kinds = ("reminder",) if "reminder" in said else ("alarm",) if "alarm" in said else ()
    wanted = _bare(said)
    fit = [alarm for alarm in kept if not kinds or alarm.kind in kinds]
    if not wanted:
        alarms = [alarm for alarm in fit if alarm.kind == "alarm"]
        return alarms or ([] if kinds == ("alarm",) else fit)
    if (clock := clock_time(wanted)) is not None:
        times = clock.times()
        if at := [alarm for alarm in fit if alarm.due.time() in times]:
            return at
    words = set(_to_the_user(wanted).split())
    return [alarm for alarm in fit if words <= set(alarm.what.lower().split())]


def _none(name: str | None, kept: list[Alarm]) -> str:
    said = (name or "").lower()
    kind = "reminder" if "reminder" in said else "alarm"
    return f"there is no {kind} like that" if kept and _bare(name) else f"there is no {kind} set"


def _bare(name: str | None) -> str:
    """ "my work alarm" is "work"."""
    words = " ".join((name or "").lower().split()).strip(" .,!?")
    words = re.sub(r"^(?:(?:the|my|all|an|a) )+", "", f"{words} ").strip()
    words = re.sub(r"\b(?:alarms?|reminders?)$", "", words).strip()
    return re.sub(r"^(?:alarms?|reminders?)\b|^(?:to|for|about|at)\b", "", words).strip()


def _label(alarm: Alarm) -> str:
    return f"{alarm.what} alarm" if alarm.what else "alarm"


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeiou" else "a"


_SWAPPED = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'll": "you'll", "me": "you", "my": "your", "mine": "yours",
    "myself": "yourself",
}  # fmt: skip


def _to_the_user(what: str) -> str:
    """What the user said of themselves, said to them: "call my mum" as "call your mum"; without a "to" before it."""
    plain = re.sub(r"^(?:to|of)\s+", "", " ".join(what.split()).strip(" .,!?"), flags=re.IGNORECASE)
    plain = re.sub(r"\bI am\b", "you are", plain, flags=re.IGNORECASE)
    return re.sub(r"[A-Za-z']+", lambda word: _SWAPPED.get(word[0].lower(), word[0]), plain)


_NOUNS = ("the", "a", "an", "your", "this", "our")


def _joint(about: str) -> str:
    first = about.split()[0].lower()
    if first in ("about", "that"):
        return ""
    if first.startswith("you"):
        return "that " if first != "your" else "about "
    return "about " if first in _NOUNS else "to "


def _length_s(after: str) -> float:
    length_s = duration_s(after.lower().removeprefix("in "))
    if not length_s or length_s < 1:
        raise ToolFailed(f"I can't tell how long {after} is")
    return length_s
