"""Alarms and reminders, and the moments that people name."""

import json
import threading
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.think.commands.calendar_days import day
from localvoice.think.tools.builtin.alarms import LOOK_AGAIN_S, MOST_ALARMS, Alarms
from localvoice.think.tools.builtin.moments import moment
from localvoice.think.tools.spec import Done, ToolFailed

SUNDAY = datetime(2026, 11, 22, 14, 5)


@dataclass
class Desk:
    """Alarms with a clock that is set by hand."""

    folder: Path
    now: datetime = SUNDAY
    rung: list[str] = field(default_factory=list)

    def alarms(self, *, listened_to: bool = False) -> Alarms:
        return Alarms(self.rung.append if listened_to else None, self.folder, lambda: self.now, twelve_hours=True)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def undo(done: Done) -> None:
    assert done.undo is not None
    done.undo()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-22"), ("tomorrow", "2026-11-23"), ("the day after tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-21"), ("Friday", "2026-11-27"), ("on friday", "2026-11-27"), ("Sunday", "2026-11-22"),
        ("next sunday", "2026-11-29"), ("this friday", "2026-11-27"), ("last friday", "2026-11-20"),
        ("in three days", "2026-11-25"), ("in two weeks", "2026-12-06"), ("a week from today", "2026-11-29"),
        ("three days ago", "2026-11-19"), ("December 25th", "2026-12-25"), ("the 25th of December", "2026-12-25"),
        ("25 december 2027", "2027-12-25"), ("december twenty-fifth", "2026-12-25"), ("the 25th", "2026-11-25"),
        ("the first", "2026-12-01"), ("the 31st", "2026-12-31"), ("february 29th", "2028-02-29"),
        ("november 21", "2027-11-21"), ("2026-12-24", "2026-12-24"), ("tonight", "2026-11-22"),
        ("tomorrow morning", "2026-11-23"), ("friday night", "2026-11-27"), ("this evening", "2026-11-22"),
    ],
)  # fmt: skip
def test_days(text: str, expected: str) -> None:
    found = day(text, SUNDAY.date())
    assert found is not None and found.date == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    ["", "soup", "the", "five", "in five minutes", "february 30th", "2026-02-30", "the 32nd", "next", "may be",
     "morning", "friday sunday", "in 99999999 days", "the 25th of soup"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    assert day(text, SUNDAY.date()) is None


@pytest.mark.parametrize(
    ("at", "on", "expected"),
    [
        # Without am or pm the next such time.
        ("7", None, "2026-11-22 19:00"), ("2", None, "2026-11-23 02:00"), ("730", None, "2026-11-22 19:30"),
        ("7 am", None, "2026-11-23 07:00"), ("noon", None, "2026-11-23 12:00"), ("19:30", None, "2026-11-22 19:30"),
        ("midnight", None, "2026-11-23 00:00"), ("seven", "tomorrow", "2026-11-23 07:00"),
        ("tomorrow at seven", None, "2026-11-23 07:00"), ("seven tomorrow morning", None, "2026-11-23 07:00"),
        ("friday at 7:30 pm", None, "2026-11-27 19:30"), ("8", "tomorrow evening", "2026-11-23 20:00"),
        ("7", "tonight", "2026-11-22 19:00"), ("midnight", "today", "2026-11-23 00:00"),
        ("12", "tonight", "2026-11-23 00:00"), ("1 pm", "sunday", "2026-11-29 13:00"),
        ("07:00", "2026-12-24", "2026-12-24 07:00"), ("2026-12-24T18:00", None, "2026-12-24 18:00"),
        ("in 8 hours", None, "2026-11-22 22:05"), ("seven", "december 25th", "2026-12-25 07:00"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("waking", [True, False])
def test_moments(at: str, on: str | None, expected: str, waking: bool) -> None:
    assert f"{moment(at, on, SUNDAY, waking=waking):%Y-%m-%d %H:%M}" == expected


@given(st.times(), st.sampled_from(["{0:%H:%M}", "{0:%I:%M %p}", "{0:%I:%M}"]), st.booleans())
def test_a_time_alone_is_the_next_one(wanted: time, form: str, waking: bool) -> None:
    found = moment(form.format(wanted), None, SUNDAY, waking=waking)
    assert timedelta() < found - SUNDAY <= timedelta(days=1)
    assert (found.hour % 12, found.minute) == (wanted.hour % 12, wanted.minute)


def is_to_come_or_refused(at: str, on: str) -> None:
    try:
        assert moment(at, on, SUNDAY) > SUNDAY
    except ToolFailed as refusal:
        assert str(refusal)


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_a_moment_to_come_or_refused(at: str, on: str) -> None:
    is_to_come_or_refused(at, on)


WORDS = "tomorrow today at seven 7 pm friday morning the on in 5 december 31st next tonight noon to past half ago week"


@given(st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_any_order_of_such_words_is_a_moment_to_come_or_refused(at: str) -> None:
    is_to_come_or_refused(at, "")
    is_to_come_or_refused("seven", at)


def test_who_is_not_woken_means_no_hour_of_the_night() -> None:
    assert moment("three", "tomorrow", SUNDAY) == datetime(2026, 11, 23, 15)
    assert moment("three", "tomorrow", SUNDAY, waking=True) == datetime(2026, 11, 23, 3)
    assert moment("12", "tomorrow", SUNDAY) == datetime(2026, 11, 23, 12)
    assert moment("three in the morning", "tomorrow", SUNDAY) == datetime(2026, 11, 23, 3)


def test_what_small_models_write_into_the_wrong_place_is_understood(desk: Desk) -> None:
    done = desk.alarms().set_reminder("pay the rent", after="9:00 AM", at="tomorrow", day="tomorrow")
    assert done.say == "I'll remind you at 9 am tomorrow to pay the rent."
    assert moment("tomorrow evening", None, SUNDAY) == datetime(2026, 11, 23, 19)


def test_a_part_of_a_day_has_an_hour_of_its_own() -> None:
    assert moment(None, "tomorrow", SUNDAY) == datetime(2026, 11, 23, 9)
    assert moment(None, "friday afternoon", SUNDAY) == datetime(2026, 11, 27, 15)
    assert moment(None, "tonight", SUNDAY) == datetime(2026, 11, 22, 20)


@pytest.mark.parametrize(
    ("at", "on", "complaint"),
    [
        (None, None, "need to know when"), ("soup", None, "what time soup is"), ("7", "soup", "which day soup is"),
        ("1 pm", "today", "1 pm today is over already"), ("2020-01-01T10:00", None, "is over already"),
        ("7", "yesterday", "7 yesterday is over"), ("2026-13-01T10:00", None, "what time"),
    ],
)  # fmt: skip
def test_moments_that_there_are_not(at: str | None, on: str | None, complaint: str) -> None:
    with pytest.raises(ToolFailed, match=complaint):
        moment(at, on, SUNDAY)


def test_an_alarm_rings_at_its_time(desk: Desk) -> None:
    alarms = desk.alarms()
    assert alarms.set_alarm("seven").say == "Alarm set for 7 pm."
    assert alarms.set_alarm("6:30 am", "friday", "the work alarm").say == "Work alarm set for 6:30 am on Friday."
    assert alarms.check_alarms().say == "You have an alarm for 7 pm and a work alarm for 6:30 am on Friday."
    ringing = desk.alarms(listened_to=True)
    assert ringing.ring_due() == LOOK_AGAIN_S and desk.rung == []
    desk.now = datetime(2026, 11, 22, 18, 59, 50)
    assert ringing.ring_due() == 10
    desk.now = datetime(2026, 11, 22, 19)
    ringing.ring_due()
    ringing.ring_due()
    assert desk.rung == ["This is your alarm, it's 7 pm."]
    desk.now = datetime(2026, 11, 27, 6, 30, 1)
    ringing.ring_due()
    assert desk.rung[1:] == ["This is your work alarm, it's 6:30 am."]
    assert alarms.check_alarms().say == "You have no alarms or reminders."


def test_a_reminder_says_what_to_remember(desk: Desk) -> None:
    alarms = desk.alarms(listened_to=False)
    assert alarms.set_reminder("call my mum", "ten minutes").say == "I'll remind you in 10 minutes to call your mum."
    later = alarms.set_reminder("to take out the trash", at="7", day="tomorrow")
    assert later.say == "I'll remind you at 7 am tomorrow to take out the trash."
    ringing = desk.alarms(listened_to=True)
    desk.now += timedelta(minutes=10)
    ringing.ring_due()
    assert desk.rung == ["Here's your reminder: call your mum."]


@pytest.mark.parametrize(
    ("what", "said", "rings"),
    [
        ("the cake in the oven", "about the cake in the oven", "the cake in the oven"),
        ("about my appointment", "about your appointment", "your appointment"),
        ("that the oven is on", "that the oven is on", "the oven is on"),
        ("I am late", "that you are late", "you are late"),
        ("be there at 7 am", "to be there at 7 am", "be there at 7 am"),
        ("to buy a present for me.", "to buy a present for you", "buy a present for you"),
    ],
)
def test_a_reminder_is_worded_for_whom_it_reminds(desk: Desk, what: str, said: str, rings: str) -> None:
    assert desk.alarms().set_reminder(what, "5 min").say == f"I'll remind you in 5 minutes {said}."
    desk.now += timedelta(minutes=5)
    desk.alarms(listened_to=True).ring_due()
    assert desk.rung == [f"Here's your reminder: {rings}."]


def test_what_was_missed_is_told_at_the_next_start(desk: Desk) -> None:
    alarms = desk.alarms()
    alarms.set_alarm("7 pm", name="work")
    alarms.set_reminder("call mum", "an hour")
    desk.now = datetime(2026, 11, 23, 8)
    told = threading.Event()
    later = Alarms(lambda text: (desk.rung.append(text), told.set())[0], desk.folder, lambda: desk.now, True)
    later.start()
    assert told.wait(10)
    later.close()
    assert desk.rung == [
        "You missed a reminder at 3:05 pm yesterday: call mum.",
        "You missed your work alarm at 7 pm yesterday.",
    ]


def test_where_nobody_listens_nothing_is_taken_from_the_file(desk: Desk) -> None:
    silent = desk.alarms()
    silent.set_reminder("call mum", "1 minute")
    desk.now += timedelta(hours=1)
    silent.start()
    silent.close()
    assert "call mum" in (desk.folder / "alarms.json").read_text()


def test_an_alarm_that_another_program_set_rings_too_and_only_once(desk: Desk) -> None:
    first, second = desk.alarms(listened_to=True), desk.alarms(listened_to=True)
    assert first.ring_due() == LOOK_AGAIN_S
    desk.alarms().set_alarm("2:06 pm")
    desk.now += timedelta(minutes=1)
    first.ring_due()
    second.ring_due()
    assert desk.rung == ["This is your alarm, it's 2:06 pm."]


def test_a_reminder_really_rings_by_itself(tmp_path: Path) -> None:
    rung: list[str] = []
    told = threading.Event()
    alarms = Alarms(lambda text: (rung.append(text), told.set())[0], tmp_path)
    alarms.start()
    alarms.set_reminder("stretch", "1 second")
    assert told.wait(10)
    alarms.close()
    assert rung == ["Here's your reminder: stretch."]


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        (None, "alarm for 7 pm"), ("alarm", "alarm for 7 pm"), ("7 am", "alarm for 7 am tomorrow"),
        ("the work alarm", "work alarm for 6:30 am tomorrow"), ("call mum", "reminder at 2:15 pm to call your mum"),
        ("my reminder to call my mum", "reminder at 2:15 pm to call your mum"),
        ("reminder", "reminder at 2:15 pm to call your mum"), ("half past six", "work alarm for 6:30 am tomorrow"),
        ("the alarm for tomorrow", "work alarm for 6:30 am tomorrow"), ("alarm at 7 am", "alarm for 7 am tomorrow"),
    ],
)  # fmt: skip
def test_one_is_cancelled_by_its_name_its_time_or_because_it_is_next(desk: Desk, name: str | None, gone: str) -> None:
    alarms = desk.alarms()
    alarms.set_reminder("call my mum", "10 minutes")
    alarms.set_alarm("7 pm")
    alarms.set_alarm("7 am", "tomorrow")
    alarms.set_alarm("6:30 am", name="work")
    before = alarms.check_alarms()
    cancelled = alarms.cancel_alarm(name)
    assert cancelled.say == f"Cancelled the {gone}."
    assert gone not in alarms.check_alarms().say
    undo(cancelled)
    assert alarms.check_alarms() == before


def test_all_alarms_are_cancelled_and_reminders_stay(desk: Desk) -> None:
    alarms = desk.alarms()
    assert alarms.cancel_alarm(all=True).say == "There is no alarm set."
    alarms.set_reminder("call mum", "10 minutes")
    alarms.set_reminder("buy milk", day="tomorrow")
    alarms.set_alarm("7")
    alarms.set_alarm("8")
    assert alarms.cancel_alarm("soup alarm").say == "There is no alarm like that."
    assert alarms.cancel_alarm(all=True).say == "Cancelled 2 alarms."
    assert alarms.cancel_alarm("alarms", all=True).say == "There is no alarm set."
    assert alarms.cancel_alarm("all my reminders").say == "Cancelled 2 reminders."


def test_alarms_and_reminders_are_cancelled_together(desk: Desk) -> None:
    alarms = desk.alarms()
    alarms.set_reminder("call mum", "10 minutes")
    alarms.set_alarm("7")
    assert alarms.cancel_alarm("alarms and reminders", all=True).say == "Cancelled 2 alarms and reminders."


def test_an_alarm_is_no_reminder(desk: Desk) -> None:
    alarms = desk.alarms()
    alarms.set_alarm("7 am")
    assert alarms.cancel_alarm("reminder").say == "There is no reminder set."
    assert alarms.cancel_alarm("7 am reminder").say == "There is no reminder like that."
    alarms.cancel_alarm("alarm")
    alarms.set_reminder("call mum", "10 minutes")
    assert alarms.cancel_alarm("alarm").say == "There is no alarm set."


def test_setting_is_undone_and_the_same_again_is_one(desk: Desk) -> None:
    alarms = desk.alarms()
    first = alarms.set_alarm("7 am")
    again = alarms.set_alarm("7 am")
    assert again.say == "The alarm for 7 am tomorrow is set already." and again.undo is None
    undo(first)
    undo(alarms.set_reminder("call mum", "an hour"))
    assert alarms.check_alarms().say == "You have no alarms or reminders."


def test_what_cannot_ring_after_the_end_is_told(desk: Desk) -> None:
    alarms = desk.alarms()
    assert alarms.pending() == "" and not (desk.folder / "alarms.json").exists()
    alarms.set_alarm("7 am", "friday")
    assert alarms.pending() == ""
    alarms.set_alarm("7 am")
    assert alarms.pending() == "the alarm for 7 am tomorrow won't ring"
    alarms.set_alarm("8 am")
    alarms.set_reminder("eat", "23 hours")
    assert alarms.pending() == "the alarm for 7 am tomorrow and 2 more won't ring"


def test_too_many_are_refused(desk: Desk) -> None:
    alarms = desk.alarms()
    for minutes in range(MOST_ALARMS):
        alarms.set_reminder("x", f"{minutes + 1} minutes")
    with pytest.raises(ToolFailed, match="too many alarms"):
        alarms.set_alarm("7")


@pytest.mark.parametrize(
    "content", ["[1]", "{}", '[{"kind": "alarm"}]', "[", '[{"kind": "bell", "due": "2026-01-01T10:00", "what": ""}]',
                '[{"kind": "alarm", "due": "soon", "what": ""}]', '[{"kind": "alarm", "due": 5, "what": ""}]',
                '[{"kind": "alarm", "due": "2026-01-01T10:00+01:00", "what": ""}]'],
)  # fmt: skip
def test_a_damaged_file_is_set_aside(desk: Desk, content: str) -> None:
    (desk.folder / "alarms.json").write_text(content)
    alarms = desk.alarms()
    with pytest.raises(ToolFailed, match="the alarms can't be read any more, I have set the file aside"):
        alarms.check_alarms()
    alarms.set_alarm("7 pm")
    assert (desk.folder / "alarms.damaged-1.json").read_text() == content
    assert [each["kind"] for each in json.loads((desk.folder / "alarms.json").read_text())] == ["alarm"]


def test_who_listens_is_told_at_once_that_alarms_are_lost(tmp_path: Path) -> None:
    (tmp_path / "alarms.json").write_text("[")
    told, heard = threading.Event(), list[str]()

    def ring(sentence: str) -> None:
        heard.append(sentence)
        told.set()

    alarms = Alarms(ring, tmp_path)
    alarms.start()
    assert told.wait(10)
    alarms.close()
    assert heard == ["The alarms can't be read any more, I have set the file aside."]


def test_what_has_rung_is_not_taken_back(desk: Desk) -> None:
    alarms = desk.alarms()
    done = alarms.set_alarm("3 pm")
    desk.now += timedelta(hours=1)
    alarms.ring_due()
    with pytest.raises(ToolFailed):
        undo(done)


@pytest.mark.parametrize("said", ["99999999999 days", "9999999 days", "700 weeks"])
def test_what_is_too_far_away_is_refused(desk: Desk, said: str) -> None:
    alarms = desk.alarms()
    for wanted in (
        lambda: alarms.set_reminder("x", after=said),
        lambda: alarms.set_reminder("x", at=f"in {said}"),
        lambda: alarms.set_alarm("9999-12-31T23:59"),
        lambda: alarms.set_alarm("12 at night", "december 31 9999"),
    ):
        with pytest.raises(ToolFailed, match="that is too far away"):
            wanted()


def test_a_day_of_another_year_is_said_with_it(desk: Desk) -> None:
    assert desk.alarms().set_alarm("8 am", "february 29").say == "Alarm set for 8 am on February 29th, 2028."
    assert desk.alarms().set_alarm("8 am", "november 21").say == "Alarm set for 8 am on November 21st."
