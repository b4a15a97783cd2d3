"""Alarms and reminders, kept in a file until they ring."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from localvoice import folders
from localvoice.think.commands.quantities import clock_time, duration_s
from localvoice.think.tools.builtin import alarm_names, reminder_words
from localvoice.think.tools.builtin.alarm_names import Alarm
from localvoice.think.tools.builtin.clock_style import clock_words, moment_words
from localvoice.think.tools.builtin.everything import means_all
from localvoice.think.tools.builtin.json_file import Damaged, JsonFile
from localvoice.think.tools.builtin.moments import after as moment_after
from localvoice.think.tools.builtin.moments import moment
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.builtin.waker import Waker
from localvoice.think.tools.spec import Done, ToolFailed, tool
from localvoice.think.tools.words import as_sentence, joined, spoken_duration

MOST_ALARMS = 50
LATE = timedelta(minutes=2)
"""What is later than this was missed."""
LOOK_AGAIN_S = 30.0
"""The clock may be set meanwhile, the machine may sleep, and another process may use the same file."""
SOON = timedelta(days=1)


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
        """Set an alarm to wake the user."""
        now = self._now()
        alarm = Alarm("alarm", moment(at, day, now, waking=True), alarm_names.bare(name))
        when = moment_words(alarm.due, now, self._twelve_hours)
        if not self._add(alarm):
            return spoken(f"the {alarm.label} for {when} is set already")
        return spoken(f"{alarm.label} set for {when}", lambda: self._change([alarm], []))

    @tool(changes_world=True)
    def set_reminder(self, what: str, after: str | None = None, at: str | None = None, day: str | None = None) -> Done:
        """Remind the user.

        after: such as "10 minutes"
        """
        now = self._now()
        about = reminder_words.to_the_user(what)
        if not about:
            raise ToolFailed("I need to know what to remind you of")
        if after and clock_time(after) is not None:
            # Small models write a time of day here.
            day, at, after = day or at, after, None
        length_s = _length_s(after) if after else None
        due = moment_after(length_s, now) if length_s is not None else moment(at, day, now)
        alarm = Alarm("reminder", due, about)
        new = self._add(alarm)
        when = f"at {moment_words(due, now, self._twelve_hours)}"
        if length_s is not None and length_s < SOON.total_seconds():
            when = f"in {spoken_duration(length_s)}"
        undo = (lambda: self._change([alarm], [])) if new else None
        say = f"I'll remind you {when} {reminder_words.after_remind(about)}"
        return spoken(f"reminder set {when}: {about}", undo, say)

    @tool(changes_world=True)
    def cancel_alarm(self, name: str | None = None, all: bool | None = None) -> Done:
        """Cancel an alarm or reminder, or all."""
        now = self._now()
        with self._file.lock():
            kept = self._read()
            found = alarm_names.named(name, kept, now.date())
            gone = found if all or means_all(name) else found[:1]
            if gone:
                self._write([alarm for alarm in kept if alarm not in gone])
        if not gone:
            return spoken(alarm_names.none(name, kept))
        self.start()
        undo = lambda: self._change([], gone)  # noqa: E731
        if len(gone) > 1:
            kinds = {alarm.kind for alarm in gone}
            return spoken(
                f"cancelled {len(gone)} {f'{kinds.pop()}s' if len(kinds) == 1 else 'alarms and reminders'}", undo
            )
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
        if not soon:
            return ""
        more = f" and {len(soon) - 1} more" if len(soon) > 1 else ""
        return f"the {soon[0].kind} for {moment_words(soon[0].due, now, self._twelve_hours)}{more} won't ring"

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
        except Damaged as fault:
            if self._on_ring is not None:
                self._on_ring(as_sentence(str(fault)))
            return LOOK_AGAIN_S
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
            about = reminder_words.alone(alarm.what)
            return f"You missed a reminder at {when}: {about}." if missed else f"Here's your reminder: {about}."
        if missed:
            return f"You missed your {alarm.label} at {when}."
        return f"This is your {alarm.label}, it's {clock_words(alarm.due, self._twelve_hours)}."

    def _described(self, alarm: Alarm, now: datetime) -> str:
        when = moment_words(alarm.due, now, self._twelve_hours)
        if alarm.kind == "alarm":
            return f"{alarm.label} for {when}"
        return f"reminder at {when} {reminder_words.after_remind(alarm.what)}"

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
        """Raises ToolFailed where `gone` are gone already: what has rung is not taken back."""
        with self._file.lock():
            kept = self._read()
            if any(alarm not in kept for alarm in gone):
                raise ToolFailed("it is gone already")
            self._write([*(alarm for alarm in kept if alarm not in gone), *new])
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
    if not isinstance(data, list):
        return None
    try:
        found = [Alarm(each["kind"], datetime.fromisoformat(each["due"]), each["what"]) for each in data]
    except (TypeError, KeyError, ValueError):
        return None
    good = all(
        each.kind in ("alarm", "reminder") and isinstance(each.what, str) and each.due.tzinfo is None for each in found
    )
    return found if good else None


def _length_s(after: str) -> float:
    length_s = duration_s(after.lower().removeprefix("in "))
    if not length_s or length_s < 1:
        raise ToolFailed(f"I can't tell how long {after} is")
    return length_s


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeiou" else "a"
