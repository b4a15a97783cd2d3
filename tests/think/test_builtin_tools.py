"""The tools that are always there, called as the model calls them."""

import threading
from datetime import datetime
from pathlib import Path

import pytest

from localvoice.think.tools.builtin.all import registry
from localvoice.think.tools.builtin.arithmetic import value
from localvoice.think.tools.builtin.shopping import ShoppingList
from localvoice.think.tools.builtin.time_date import TimeAndDate
from localvoice.think.tools.builtin.timers import MOST_TIMERS, Timers
from localvoice.think.tools.builtin.units import Units
from localvoice.think.tools.builtin.volume import Volume
from localvoice.think.tools.spec import Done, ToolFailed
from localvoice.think.tools.words import duration, number


class Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rung() -> list[str]:
    return []


@pytest.fixture
def timers(clock: Clock, rung: list[str]):  # type: ignore[no-untyped-def]
    timers = Timers(rung.append, clock)
    yield timers
    timers.close()


def undo(done: Done | str) -> None:
    assert isinstance(done, Done) and done.undo is not None
    done.undo()


def test_time_and_date() -> None:
    tools = TimeAndDate(lambda: datetime(2026, 11, 22, 14, 5, 59))
    assert tools.get_time() == "14:05"
    assert tools.get_date() == "Sunday, November 22"


def test_timers_count_down_and_ring_once(timers: Timers, clock: Clock, rung: list[str]) -> None:
    assert timers.check_timers() == "there is no timer running"
    assert timers.set_timer(5, "minutes").text == "timer set for 5 minutes"
    assert timers.set_timer(1, "minutes", "the Pasta timer").text == "pasta timer set for 1 minute"
    clock.s += 30
    assert (
        timers.check_timers() == "30 seconds left on the pasta timer, 4 minutes 30 seconds left on the 5 minute timer"
    )
    assert timers.ring_due() == 30 and rung == []
    clock.s += 30
    assert timers.ring_due() == 240
    assert timers.ring_due() == 240
    assert rung == ["Your pasta timer is done."]
    clock.s += 500
    assert timers.ring_due() is None
    assert rung == ["Your pasta timer is done.", "Your 5 minute timer is done."]


def test_what_would_end_with_the_program_is_told(timers: Timers, clock: Clock) -> None:
    assert timers.running() == [] and timers.pending() == ""
    timers.set_timer(5, "minutes")
    clock.s += 60
    assert timers.pending() == "a timer has 4 minutes left"
    timers.set_timer(3, "minutes", "pasta")
    assert timers.running() == [("pasta timer", 180.0), ("5 minute timer", 240.0)]
    assert timers.pending() == "2 timers are running, the next has 3 minutes left"
    clock.s += 240
    timers.ring_due()
    assert timers.pending() == ""


def test_timers_are_cancelled_by_name_or_newest_first(timers: Timers) -> None:
    assert timers.cancel_timer() == "there is no timer running"
    timers.set_timer(8, "minutes", "pasta")
    timers.set_timer(5, "minutes")
    timers.set_timer(1, "hours", "roast")
    assert timers.cancel_timer("egg") == "there is no egg timer"
    pasta = timers.cancel_timer("pasta timer")
    assert isinstance(pasta, Done) and pasta.text == "cancelled the pasta timer"
    newest = timers.cancel_timer()
    assert isinstance(newest, Done) and newest.text == "cancelled the roast timer"
    undo(pasta)
    assert timers.check_timers() == "5 minutes left on the 5 minute timer, 8 minutes left on the pasta timer"


def test_undoing_a_timer_stops_it(timers: Timers, clock: Clock, rung: list[str]) -> None:
    undo(timers.set_timer(5, "minutes"))
    clock.s += 1000
    assert timers.ring_due() is None and rung == []


def test_too_many_timers_are_refused(timers: Timers) -> None:
    for _ in range(MOST_TIMERS):
        timers.set_timer(1, "hours")
    with pytest.raises(ToolFailed, match="too many timers"):
        timers.set_timer(1, "hours")


def test_a_timer_of_more_than_a_day_is_refused(timers: Timers) -> None:
    assert timers.set_timer(24, "hours").text == "timer set for 24 hours"
    with pytest.raises(ToolFailed, match="longer than a day"):
        timers.set_timer(25, "hours")


def test_a_timer_really_rings_by_itself_and_a_shorter_one_set_later_rings_first() -> None:
    rung: list[str] = []
    both = threading.Event()

    def ring(text: str) -> None:
        rung.append(text)
        if len(rung) == 2:
            both.set()

    timers = Timers(ring)
    timers.set_timer(2, "seconds", "long")
    timers.set_timer(1, "seconds", "short")
    assert both.wait(10)
    timers.close()
    assert rung == ["Your short timer is done.", "Your long timer is done."]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("12 * 7", "84"),
        ("15 / 100 * 80", "12"),
        ("10 / 3", "3.33"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-5 + 2", "-3"),
        ("12 x 7 =", "84"),
        ("10x7", "70"),
        ("12 × 7", "84"),
        ("1,000 + 1", "1001"),
        ("15% of 80", "12"),
        ("80 * 15%", "12"),
        ("200 + 10%", "220"),
        ("8 - 20 percent", "6.4"),
        ("100 + 100 - 10%", "180"),
        ("(1 + 1) * (3 + 50%)", "7"),
        ("5 * -20%", "-1"),
        ("0 * -5", "0"),
        ("0.3 - 0.1 * 3", "0"),
        ("2 ^ 10", "1024"),
        ("007 + 1", "8"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 400", "0.0025"),
        ("0.5 * 0", "0"),
    ],
)
def test_sums(expression: str, answer: str) -> None:
    assert number(value(expression)) == answer


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("1 / 0", "can't be divided by zero"),
        ("9 ^ 9 ^ 9 ^ 9", "too large"),
        ("10 ^ 16", "too large"),
        ("(-1) ^ 0.5", "not a sum"),
        ("", "not a sum"),
        ("two plus two", "not a sum"),
        ("__import__('os').getcwd()", "not a sum"),
        ("'a' * 100", "not a sum"),
        ("True + 1", "not a sum"),
        ("1 if 1 else 2", "not a sum"),
        ("1" * 300, "too long"),
        ("[1][0]", "not a sum"),
        ("1j * 1", "not a sum"),
        ("1_000 + 1", "not a sum"),
        ("0b10", "not a sum"),
        ("(10 ^ 308 * 10) - (10 ^ 308 * 10)", "too large"),
    ],
)
def test_what_is_not_a_sum(expression: str, complaint: str) -> None:
    with pytest.raises(ToolFailed, match=complaint):
        value(expression)


@pytest.mark.parametrize(
    ("amount", "source", "target", "answer"),
    [
        (5, "miles", "kilometers", "8.05 kilometers"),
        (1, "mile", "km", "1.61 kilometers"),
        (2, "cups", "milliliters", "473.18 milliliters"),
        (10, "pounds", "kilograms", "4.54 kilograms"),
        (100, "degrees fahrenheit", "celsius", "37.78 degrees celsius"),
        (0, "Celsius", "Fahrenheit", "32 degrees fahrenheit"),
        (6, "foot", "metres", "1.83 meters"),
        (8, "ounces", "milliliters", "236.59 milliliters"),
        (8, "ounces", "grams", "226.8 grams"),
        (2, "hours", "minutes", "120 minutes"),
        (3, "weeks", "days", "21 days"),
        (1, "millimeters", "miles", "0.000000621 miles"),
    ],
)
def test_units(amount: float, source: str, target: str, answer: str) -> None:
    assert Units().convert_units(amount, source, target) == answer


def test_units_that_do_not_fit_or_are_not_known() -> None:
    with pytest.raises(ToolFailed, match="miles and cups don't fit together"):
        Units().convert_units(1, "miles", "cups")
    with pytest.raises(ToolFailed, match="the unit parsecs is unknown"):
        Units().convert_units(1, "parsecs", "miles")


def test_the_list_survives_a_restart(tmp_path: Path) -> None:
    first = ShoppingList(tmp_path / "data")
    assert first.read_list() == "the list is empty"
    assert first.add_to_list(["Milk", "eggs"]).text == "added milk and eggs"
    assert first.add_to_list(["some bread", "milk"]).text == "added bread and milk"
    second = ShoppingList(tmp_path / "data")
    assert second.read_list() == "milk, eggs, bread"
    removed = second.remove_from_list(["egg", "tea"])
    assert isinstance(removed, Done) and removed.text == "removed eggs, tea is not on the list"
    assert second.remove_from_list(["tea", "jam"]) == "tea and jam are not on the list"
    assert first.read_list() == "milk, bread"
    undo(removed)
    assert first.read_list() == "milk, bread, eggs"


def test_two_programs_use_one_list(tmp_path: Path) -> None:
    def fill(name: str) -> None:
        shopping = ShoppingList(tmp_path)
        for kind in range(20):
            shopping.add_to_list([f"{name} {kind}"])

    programs = [threading.Thread(target=fill, args=(name,)) for name in ("tea", "jam", "rice")]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert len(ShoppingList(tmp_path).read_list().split(", ")) == 60


def test_plurals_and_what_is_named_twice(tmp_path: Path) -> None:
    shopping = ShoppingList(tmp_path)
    shopping.add_to_list(["apples", "tomatoes"])
    removed = shopping.remove_from_list(["apple", "apples", "tomato"])
    assert isinstance(removed, Done) and removed.text == "removed apples and tomatoes"


def test_undoing_an_addition_leaves_what_was_there_before(tmp_path: Path) -> None:
    shopping = ShoppingList(tmp_path)
    shopping.add_to_list(["milk"])
    undo(shopping.add_to_list(["milk", "eggs"]))
    assert shopping.read_list() == "milk"


@pytest.mark.parametrize("content", [b'["milk", ', b"\xff\xfe\x00", b"{}", b"[1]", b"[" * 100_000])
def test_a_damaged_list_is_set_aside_not_lost(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "shopping-list.json"
    for number_ in (1, 2):
        file.write_bytes(content)
        shopping = ShoppingList(tmp_path)
        assert shopping.read_list() == "the list is empty"
        shopping.add_to_list(["milk"])
        assert (tmp_path / f"shopping-list.damaged-{number_}.json").read_bytes() == content
    assert ShoppingList(tmp_path).read_list() == "milk"


def test_a_list_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(ToolFailed, match="the list can't be"):
        ShoppingList(blocker).add_to_list(["milk"])


def test_volume_moves_in_steps_and_stops_at_the_ends() -> None:
    applied: list[int] = []
    volume = Volume(applied.append, 35)
    first = volume.set_volume("down")
    assert first.text == "volume is 25 percent"
    assert volume.set_volume(40).text == "volume is 40 percent"
    for _ in range(9):
        volume.set_volume("up")
    assert volume.percent == 100
    volume.set_volume(0)
    volume.set_volume("down")
    assert volume.percent == 0
    undo(first)
    assert applied[:2] == [25, 40] and applied[-1] == 35


def test_all_tools_of_the_world_are_there_and_the_house_is_honest(timers: Timers, tmp_path: Path) -> None:
    tools = registry(timers, Volume(lambda percent: None), tmp_path)
    assert {item.name for item in tools} == {
        "get_time", "get_date", "set_timer", "cancel_timer", "check_timers", "calculate", "convert_units",
        "add_to_list", "remove_from_list", "read_list", "set_volume",
        "set_device", "set_brightness", "get_weather", "order_coffee", "change_order", "cancel_order",
    }  # fmt: skip
    light = tools.get("set_device")
    assert light is not None and light.placeholder
    with pytest.raises(ToolFailed, match=r"^no lights are connected$"):
        light.function(device="light", state="on")
    simulated = registry(timers, Volume(lambda percent: None), tmp_path, ("simulated-house",)).get("set_device")
    assert simulated is not None and not simulated.placeholder


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (200, "3 minutes 20 seconds"),
        (3600, "1 hour"),
        (3661, "1 hour 1 minute"),
        (1, "1 second"),
        (-3, "0 seconds"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
