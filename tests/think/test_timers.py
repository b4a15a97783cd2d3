"""Timers, called as the model and as commands call them."""

import threading
from collections.abc import Iterator

import pytest

from localvoice.think.tools.arguments import check
from localvoice.think.tools.builtin.timers import MOST_TIMERS, Timers
from localvoice.think.tools.builtin.waker import Waker
from localvoice.think.tools.spec import Done, ToolFailed, tools_of


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
def timers(clock: Clock, rung: list[str]) -> Iterator[Timers]:
    timers = Timers(rung.append, clock)
    yield timers
    timers.close()


def undo(done: Done) -> None:
    assert done.undo is not None
    done.undo()


def test_they_count_down_and_ring_once(timers: Timers, clock: Clock, rung: list[str]) -> None:
    assert timers.check_timers().say == "There is no timer running."
    assert timers.set_timer("5 minutes").say == "Timer set for 5 minutes."
    assert timers.set_timer("1 minute", "the Pasta timer").say == "Pasta timer set for 1 minute."
    clock.s += 30
    told = timers.check_timers()
    assert told.text == "30 seconds left on the pasta timer, 4 minutes 30 seconds left on the 5 minute timer"
    assert told.say == (
        "You have 2 timers: the pasta timer has 30 seconds left "
        "and the 5 minute timer has 4 minutes and 30 seconds left."
    )
    assert timers.check_timers("pasta").say == "The pasta timer has 30 seconds left."
    assert timers.ring_due() == 30 and rung == []
    clock.s += 30
    assert timers.ring_due() == 240
    assert timers.ring_due() == 240
    assert rung == ["Your pasta timer is done."]
    assert timers.check_timers().say == "It has 4 minutes left."
    clock.s += 500
    assert timers.ring_due() is None
    assert rung == ["Your pasta timer is done.", "Your 5 minute timer is done."]


@pytest.mark.parametrize(
    ("arguments", "length_s"),
    [
        ({"amount": "1.5", "unit": "hours"}, 5400), ({"amount": "0.5", "unit": "hour"}, 1800),
        ({"amount": "5", "unit": "min"}, 300), ({"amount": "five", "unit": "minute"}, 300),
        ({"amount": "90", "unit": "s"}, 90), ({"duration": "5", "unit": "minutes"}, 300),
        ({"duration": "an hour and a half"}, 5400), ({"amount": "half an hour"}, 1800),
        ({"duration": "2 minutes and 30 seconds"}, 150), ({"duration": "3.5 minutes"}, 210),
        ({"duration": "5 minutes", "amount": "5", "unit": "minutes"}, 300), ({"duration": "24 hours"}, 86_400),
    ],
)  # fmt: skip
def test_a_length_is_taken_as_it_comes(timers: Timers, arguments: dict[str, str], length_s: float) -> None:
    timers.set_timer(**arguments)
    assert [left_s for _, left_s in timers.running()] == [length_s]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "for how long"), ({"name": "pasta"}, "for how long"), ({"duration": "5"}, "how long 5 is"),
        ({"duration": "5 minutes and 10 minutes"}, "how long 5 minutes and 10 minutes is"),
        ({"duration": "soup"}, "how long soup is"), ({"duration": "0 minutes"}, "at least a second"),
        ({"duration": "25 hours"}, "longer than a day"), ({"amount": "2", "unit": "days"}, "longer than a day"),
    ],
)  # fmt: skip
def test_what_is_no_length_is_refused(timers: Timers, arguments: dict[str, str], complaint: str) -> None:
    with pytest.raises(ToolFailed, match=complaint):
        timers.set_timer(**arguments)
    assert timers.running() == []


def test_what_would_end_with_the_program_is_told(timers: Timers, clock: Clock) -> None:
    assert timers.running() == [] and timers.pending() == ""
    timers.set_timer("5 minutes")
    clock.s += 60
    assert timers.pending() == "a timer has 4 minutes left"
    timers.set_timer("3 minutes", "pasta")
    assert timers.running() == [("pasta timer", 180.0), ("5 minute timer", 240.0)]
    assert timers.pending() == "2 timers are running, the next has 3 minutes left"
    clock.s += 240
    timers.ring_due()
    assert timers.pending() == ""


def test_they_are_cancelled_by_name_or_newest_first(timers: Timers) -> None:
    assert timers.cancel_timer().say == "There is no timer running."
    timers.set_timer("8 minutes", "pasta")
    timers.set_timer("5 minutes")
    timers.set_timer("1 hour", "roast")
    assert timers.cancel_timer("egg").say == "There is no egg timer."
    pasta = timers.cancel_timer("pasta timer")
    assert pasta.text == "cancelled the pasta timer" and pasta.say == "Cancelled the pasta timer."
    assert timers.cancel_timer().text == "cancelled the roast timer"
    undo(pasta)
    assert [label for label, _ in timers.running()] == ["5 minute timer", "pasta timer"]


@pytest.mark.parametrize("name", ["five minute", "5 minutes", "the five minute timer", "5-minute timer", "300 seconds"])
def test_a_timer_without_a_name_goes_by_its_length(timers: Timers, name: str) -> None:
    timers.set_timer("5 minutes")
    timers.set_timer("10 minutes")
    assert timers.cancel_timer(name).text == "cancelled the 5 minute timer"
    assert [label for label, _ in timers.running()] == ["10 minute timer"]


def test_of_two_timers_of_one_name_it_is_said_which(timers: Timers, clock: Clock) -> None:
    timers.set_timer("8 minutes", "pasta")
    clock.s += 60
    timers.set_timer("5 minutes", "pasta")
    assert timers.cancel_timer("pasta").say == "Cancelled the pasta timer with 5 minutes left."
    assert timers.cancel_timer("pasta").say == "Cancelled the pasta timer."


def test_two_timers_that_are_alike_are_two(timers: Timers) -> None:
    timers.set_timer("5 minutes")
    second = timers.set_timer("5 minutes")
    undo(second)
    assert len(timers.running()) == 1
    timers.set_timer("5 minutes")
    timers.cancel_timer("5 minutes")
    assert len(timers.running()) == 1


def test_both_are_the_two_newest_and_not_all(timers: Timers) -> None:
    timers.set_timer("1 hour"), timers.set_timer("4 minutes", "egg"), timers.set_timer("3 minutes", "tea")
    assert timers.cancel_timer("both").say == "Cancelled 2 timers."
    assert [label for label, _ in timers.running()] == ["1 hour timer"]
    timers.set_timer("2 hours")
    assert timers.cancel_timer("both timers").say == "Cancelled both timers."


def test_all_of_a_name_are_not_all(timers: Timers) -> None:
    timers.set_timer("1 hour")
    for length in ("4 minutes", "5 minutes", "6 minutes"):
        timers.set_timer(length, "pasta")
    assert timers.check_timers("pasta").say == (
        "You have 3 timers: one pasta timer has 4 minutes left, one pasta timer has 5 minutes left "
        "and one pasta timer has 6 minutes left."
    )
    assert timers.cancel_timer("all my pasta timers").say == "Cancelled 3 timers."
    assert len(timers.running()) == 1


def test_what_has_rung_is_not_taken_back(timers: Timers, clock: Clock) -> None:
    done = timers.set_timer("1 minute")
    clock.s += 61
    timers.ring_due()
    with pytest.raises(ToolFailed):
        undo(done)


def test_all_are_cancelled_and_come_back(timers: Timers) -> None:
    for length in ("5 minutes", "10 minutes", "1 hour"):
        timers.set_timer(length)
    before = timers.running()
    gone = timers.cancel_timer(all=True)
    assert gone.say == "Cancelled all 3 timers." and timers.running() == []
    undo(gone)
    assert timers.running() == before
    timers.cancel_timer("5 minutes", all=True)
    assert timers.cancel_timer("all my timers").say == "Cancelled both timers."
    assert timers.cancel_timer(all=True).say == "There is no timer running."


def test_a_paused_timer_neither_runs_nor_rings(timers: Timers, clock: Clock, rung: list[str]) -> None:
    assert timers.pause_timer().say == "There is no timer running."
    timers.set_timer("5 minutes")
    clock.s += 60
    paused = timers.pause_timer()
    assert paused.say == "Paused the 5 minute timer with 4 minutes left."
    clock.s += 1000
    assert timers.ring_due() is None and rung == []
    assert timers.check_timers().say == "It is paused with 4 minutes left."
    assert timers.pause_timer().say == "The 5 minute timer is paused already."
    assert timers.resume_timer().say == "Resumed the 5 minute timer with 4 minutes left."
    assert timers.resume_timer().say == "The 5 minute timer is running already."
    assert timers.ring_due() == 240
    clock.s += 240
    timers.ring_due()
    assert rung == ["Your 5 minute timer is done."]


def test_all_are_paused_and_run_on(timers: Timers, clock: Clock) -> None:
    timers.set_timer("1 hour"), timers.set_timer("4 minutes", "egg"), timers.set_timer("3 minutes", "tea")
    timers.pause_timer("tea")
    paused = timers.pause_timer("all timers")
    assert paused.say == "Paused 2 timers."
    assert timers.pause_timer("all").say == "All timers are paused already."
    clock.s += 60
    assert [left for _, left in timers.running()] == [180, 240, 3600]
    undo(paused)
    assert timers.pause_timer("tea").say == "The tea timer is paused already."
    clock.s += 60
    assert [left for _, left in timers.running()] == [120, 180, 3480], "as if they had never been paused"
    assert timers.resume_timer("all").say == "Resumed the tea timer with 3 minutes left."


def test_pausing_and_resuming_are_undone(timers: Timers, clock: Clock) -> None:
    timers.set_timer("5 minutes")
    paused = timers.pause_timer()
    clock.s += 60
    undo(paused)
    assert timers.running() == [("5 minute timer", 240.0)]
    timers.pause_timer()
    resumed = timers.resume_timer()
    undo(resumed)
    clock.s += 60
    assert timers.running() == [("5 minute timer", 240.0)]


def test_time_is_added_to_a_timer_and_taken_back(timers: Timers, clock: Clock) -> None:
    assert timers.add_to_timer("two minutes").say == "There is no timer running."
    timers.set_timer("5 minutes")
    timers.set_timer("10 minutes", "pasta")
    clock.s += 60
    more = timers.add_to_timer("two minutes", "five minute")
    assert more.say == "The 5 minute timer has 6 minutes left now."
    assert timers.running() == [("5 minute timer", 360.0), ("pasta timer", 540.0)]
    undo(more)
    assert timers.running() == [("5 minute timer", 240.0), ("pasta timer", 540.0)]
    timers.pause_timer("pasta")
    assert timers.add_to_timer("a minute", "pasta").say == "The pasta timer has 10 minutes left now."
    with pytest.raises(ToolFailed, match="longer than a day"):
        timers.add_to_timer("24 hours")
    with pytest.raises(ToolFailed, match="how long a bit is"):
        timers.add_to_timer("a bit")


def test_a_name_that_says_nothing_is_none(timers: Timers) -> None:
    for name in ("my_timer", "Timer", "the timer", ""):
        assert timers.set_timer("5 minutes", name).say == "Timer set for 5 minutes."


def test_models_are_shown_one_way_to_give_a_length(timers: Timers) -> None:
    found = next(each for each in tools_of(timers) if each.name == "set_timer")
    assert list(found.schema["function"]["parameters"]["properties"]) == ["duration", "name"]
    assert check({"amount": 1.5, "unit": "hours"}, found.parameters, "set_timer") == {"amount": "1.5", "unit": "hours"}


def test_undoing_a_timer_stops_it(timers: Timers, clock: Clock, rung: list[str]) -> None:
    undo(timers.set_timer("5 minutes"))
    clock.s += 1000
    assert timers.ring_due() is None and rung == []


def test_too_many_timers_are_refused(timers: Timers) -> None:
    for _ in range(MOST_TIMERS):
        timers.set_timer("1 hour")
    with pytest.raises(ToolFailed, match="too many timers"):
        timers.set_timer("1 hour")


@pytest.mark.parametrize(
    ("length", "label"),
    [
        ("5 minutes", "5 minute timer"), ("90 seconds", "90 second timer"), ("an hour and a half", "90 minute timer"),
        ("2 hours", "2 hour timer"), ("1 hour", "1 hour timer"), ("2 minutes 30", "2 minute 30 second timer"),
        ("2 hours and 5 minutes", "2 hour 5 minute timer"), ("a second", "1 second timer"),
    ],
)  # fmt: skip
def test_a_timer_without_a_name_is_called_by_its_length(timers: Timers, length: str, label: str) -> None:
    timers.set_timer(length)
    assert timers.running()[0][0] == label


def test_a_timer_really_rings_by_itself_and_a_shorter_one_set_later_rings_first() -> None:
    rung: list[str] = []
    both = threading.Event()

    def ring(text: str) -> None:
        rung.append(text)
        if len(rung) == 2:
            both.set()

    timers = Timers(ring)
    timers.set_timer("2 seconds", "long")
    timers.set_timer("1 second", "short")
    assert both.wait(10)
    timers.close()
    assert rung == ["Your short timer is done.", "Your long timer is done."]


def test_who_is_woken_while_it_looks_looks_again() -> None:
    looks: list[int] = []
    looking, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def look() -> float | None:
        looks.append(1)
        looking.set()
        assert go_on.wait(10)
        if len(looks) == 2:
            done.set()
        return None

    waker = Waker("test", look)
    waker.wake()
    assert looking.wait(10)
    waker.wake()
    go_on.set()
    assert done.wait(10)
    waker.close()
    waker.wake()
    assert len(looks) == 2
