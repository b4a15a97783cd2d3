"""The tools that are always there, together, and the small ones: the time, the date, the volume."""

import threading
from datetime import datetime
from pathlib import Path

import pytest

from localvoice.config import Settings, changed
from localvoice.events import Announcement, Event
from localvoice.think.tools.builtin.all import of_settings
from localvoice.think.tools.builtin.clock_style import has_twelve_hours, moment_words, system_locale
from localvoice.think.tools.builtin.time_date import TimeAndDate
from localvoice.think.tools.builtin.volume import Volume
from localvoice.think.tools.spec import Done, ToolFailed
from localvoice.think.tools.words import duration, number, spoken_duration


@pytest.mark.parametrize(
    ("hour", "minute", "twelve", "twenty_four"),
    [
        (19, 30, "7:30 pm", "19:30"), (7, 5, "7:05 am", "07:05"), (7, 0, "7 am", "07:00"), (0, 0, "midnight", "00:00"),
        (12, 0, "noon", "12:00"), (0, 30, "12:30 am", "00:30"), (12, 30, "12:30 pm", "12:30"),
        (23, 0, "11 pm", "23:00"),
    ],
)  # fmt: skip
def test_the_time_on_a_clock_of_twelve_hours_and_of_twenty_four(
    hour: int, minute: int, twelve: str, twenty_four: str
) -> None:
    def now() -> datetime:
        return datetime(2026, 11, 22, hour, minute, 59)

    assert TimeAndDate(now, twelve_hours=True).get_time() == Done(twelve, say=f"It's {twelve}.")
    assert TimeAndDate(now, twelve_hours=False).get_time() == Done(twenty_four, say=f"It's {twenty_four}.")


@pytest.mark.parametrize(
    ("place", "twelve"),
    [
        ("en_US.UTF-8", True), ("en_AU", True), ("en_IN.utf8", True), ("en-CA", True), ("fr_CA.UTF-8", False),
        ("hi_IN", True), ("en_GB.UTF-8", False), ("de_DE@euro", False), ("C.UTF-8", False), ("C", False), ("", False),
        ("English_United States", True), ("German_Germany", False), ("en", False),
    ],
)  # fmt: skip
def test_which_clock_is_usual_where(place: str, twelve: bool) -> None:
    assert has_twelve_hours("auto", place) is twelve
    assert has_twelve_hours("12", place) and not has_twelve_hours("24", place)


def test_the_locale_of_times_goes_before_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_TIME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert system_locale() == "en_US.UTF-8" and has_twelve_hours()
    monkeypatch.setenv("LC_TIME", "en_GB.UTF-8")
    assert not has_twelve_hours()
    monkeypatch.setenv("LC_ALL", "en_IN")
    assert has_twelve_hours()


@pytest.mark.parametrize(
    ("day", "say"),
    [
        (None, "It's Sunday, November 22nd, 2026."),
        ("today", "It's Sunday, November 22nd, 2026."),
        ("tomorrow", "Tomorrow is Monday, November 23rd."),
        ("yesterday", "Yesterday was Saturday, November 21st."),
        ("friday", "Friday is November 27th."),
        ("december 11th", "That's Friday, December 11th."),
        ("january 1st", "That's Friday, January 1st, 2027."),
        ("three days ago", "That was Thursday, November 19th."),
    ],
)
def test_the_date_of_a_day(day: str | None, say: str) -> None:
    assert TimeAndDate(lambda: datetime(2026, 11, 22, 14, 5)).get_date(day).say == say


def test_a_day_that_is_not_known() -> None:
    with pytest.raises(ToolFailed, match="which day soup is"):
        TimeAndDate().get_date("soup")


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (datetime(2026, 11, 22, 19), "7 pm"),
        (datetime(2026, 11, 23, 7), "7 am tomorrow"),
        (datetime(2026, 11, 23, 0), "midnight tonight"),
        (datetime(2026, 11, 28, 7), "7 am on Saturday"),
        (datetime(2026, 11, 29, 7), "7 am on November 29th"),
        (datetime(2026, 11, 21, 7), "7 am yesterday"),
        (datetime(2026, 11, 20, 7), "7 am on November 20th"),
    ],
)
def test_moments_in_words(due: datetime, words: str) -> None:
    assert moment_words(due, datetime(2026, 11, 22, 14, 5), True) == words


def test_volume_moves_in_steps_and_stops_at_the_ends() -> None:
    applied: list[int] = []
    volume = Volume(applied.append, 35)
    first = volume.set_volume("down")
    assert first.text == "volume is 25 percent" and first.say == "The volume is at 25 percent."
    assert volume.set_volume("40").say == "The volume is at 40 percent."
    assert volume.set_volume("40%").say == "The volume is already at 40 percent."
    for _ in range(9):
        volume.set_volume("up")
    assert volume.percent == 100
    volume.set_volume("0")
    volume.set_volume("down")
    assert volume.percent == 0
    assert first.undo is not None
    first.undo()
    assert applied[:2] == [25, 40] and applied[-1] == 35


def test_unmuted_it_is_as_loud_as_before() -> None:
    volume = Volume(lambda percent: None, 35)
    assert volume.set_volume("unmute").say == "The volume is already at 35 percent."
    volume.set_volume("0")
    assert volume.set_volume("unmute").say == "The volume is at 35 percent."
    assert Volume(lambda percent: None, 0).set_volume("unmute").say == "The volume is at 100 percent."


@pytest.mark.parametrize(
    ("level", "percent"),
    [("50%", 50), ("fifty percent", 50), ("half", 50), ("max", 100), ("louder", 45), ("Quieter.", 25), ("Up", 45)],
)
def test_volume_as_it_is_said(level: str, percent: int) -> None:
    volume = Volume(lambda percent: None, 35)
    volume.set_volume(level)
    assert volume.percent == percent


@pytest.mark.parametrize(
    ("level", "complaint"), [("150%", "from 0 to 100"), ("milk", "a volume of milk"), ("-5", "-5")]
)
def test_no_such_volume(level: str, complaint: str) -> None:
    volume = Volume(lambda percent: None, 35)
    with pytest.raises(ToolFailed, match=complaint):
        volume.set_volume(level)
    assert volume.percent == 35


def test_all_tools_of_the_world_are_there_and_the_house_is_honest(tmp_path: Path) -> None:
    settings = changed(Settings(), {"tools.data_folder": str(tmp_path)})
    tools, _ = of_settings(settings)
    assert {item.name for item in tools} == {
        "get_time", "get_date", "set_timer", "cancel_timer", "check_timers", "pause_timer", "resume_timer",
        "add_to_timer", "set_alarm", "set_reminder", "cancel_alarm", "check_alarms", "calculate", "convert_units",
        "add_to_list", "remove_from_list", "read_list", "is_on_list", "clear_list", "set_volume",
        "set_device", "set_brightness", "get_weather", "order_coffee", "change_order", "cancel_order",
    }  # fmt: skip
    light = tools.get("set_device")
    assert light is not None and light.placeholder
    with pytest.raises(ToolFailed, match=r"^no lights are connected$"):
        light.function(device="light", state="on")
    with pytest.raises(ToolFailed, match=r"^no lights or other devices are connected$"):
        light.function(device="music", state="on")
    simulated = of_settings(changed(settings, {"tools.plugins": ("simulated-house",)}))[0].get("set_device")
    assert simulated is not None and not simulated.placeholder


def test_the_settings_choose_the_clock_and_what_rings_is_announced(tmp_path: Path) -> None:
    settings = changed(Settings(), {"tools.data_folder": str(tmp_path), "tools.clock": "12"})
    told = threading.Event()
    posted: list[Event] = []

    def post(event: Event) -> None:
        posted.append(event)
        told.set()

    tools, ringing = of_settings(settings, post)
    time, reminder = tools.get("get_time"), tools.get("set_reminder")
    assert time is not None and reminder is not None
    said = time.function()
    assert isinstance(said, Done) and (said.text.endswith(("am", "pm")) or said.text in ("noon", "midnight"))
    ringing.timers.set_timer("5 minutes")
    assert ringing.pending() in ("a timer has 5 minutes left", "a timer has 4 minutes 59 seconds left")
    reminder.function(what="stretch", after="1 second")
    assert told.wait(10)
    ringing.close()
    assert posted == [Announcement("Here's your reminder: stretch.")]
    assert ringing.pending() == ""


@pytest.mark.parametrize(
    ("seconds", "text", "spoken"),
    [
        (200, "3 minutes 20 seconds", "3 minutes and 20 seconds"),
        (3600, "1 hour", "1 hour"),
        (3661, "1 hour 1 minute", "1 hour and 1 minute"),
        (1, "1 second", "1 second"),
        (-3, "0 seconds", "0 seconds"),
    ],
)
def test_durations(seconds: float, text: str, spoken: str) -> None:
    assert duration(seconds) == text and spoken_duration(seconds) == spoken


def test_a_duration_to_the_second() -> None:
    assert spoken_duration(3661, to_the_second=True) == "1 hour, 1 minute and 1 second"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.125, 3, "0.125"), (0.125, 2, "0.13"), (2.675, 3, "2.675"), (2.675, 2, "2.68"), (0.995, 2, "1"),
        (1 / 3, 6, "0.33"), (21.456, 2, "21.46"), (0.00254, 2, "0.00254"), (-0.0, 2, "0"), (-2.5, 2, "-2.5"),
        (1e15, 2, "1000000000000000"), (0.1 + 0.2, 6, "0.3"), (0.0625, 6, "0.0625"), (-0.004, 2, "-0.004"),
        (1e-20, 2, "0"), (123456789.125, 2, "123456789.13"),
    ],
)  # fmt: skip
def test_numbers_in_writing(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text
