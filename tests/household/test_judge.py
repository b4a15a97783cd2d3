"""The measure itself: a request is right by its effect alone, and a claim without an act is caught."""

import pytest
from household.corpus import Request, not_commands, one_in, requests
from household.judge import Outcome, claims, judge, says
from household.world import Waiting, World


def verdict(effect: dict, before: World, after: World, said: str = "", acted: bool | None = None) -> str:
    acted = before != after if acted is None else acted
    return judge(Request("001.1", "any", "any", (), effect), Outcome(before, after, said, acted))[0]


EMPTY = World()
PASTA = World(timers=(Waiting("pasta timer", 720),))


def test_the_corpus_is_what_the_figures_say_it_is() -> None:
    assert len(requests()) == len({request.says for request in requests()}) == 300
    assert sum(request.held_out for request in requests()) == 60
    assert len({request.id for request in requests()}) == 300
    assert sum(request.intent.startswith("follow-up") for request in requests()) == 30
    assert len(not_commands()) == len(set(not_commands())) == 300
    assert not {request.says for request in requests()} & set(not_commands())


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 10])
def test_a_sample_has_as_many_held_out_as_all_have(step: int) -> None:
    chosen = one_in(step)
    assert abs(len(chosen) - 300 / step) <= 1
    assert abs(sum(request.held_out for request in chosen) - 60 / step) <= 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (World(timers=(Waiting("5 minute timer", 299.9),)), "right"),
        (World(timers=(Waiting("5 minute timer", 3000),)), "wrong action"),
        (World(timers=(Waiting("5 minute timer", 300), Waiting("30 second timer", 30))), "wrong action"),
        (World(timers=(Waiting("5 minute timer", 300),), list=("timer",)), "wrong action"),
        (World(timers=(Waiting("5 minute timer", 300, paused=True),)), "wrong action"),
        (EMPTY, "nothing done"),
    ],
)
def test_a_timer_is_right_if_it_alone_was_set(after: World, expected: str) -> None:
    assert verdict({"timers": [{"s": 300}]}, EMPTY, after) == expected


def test_a_name_and_a_time_of_day_count() -> None:
    wanted = {"timers": [{"s": 720, "name": "pasta"}]}
    assert verdict(wanted, EMPTY, PASTA) == "right"
    assert verdict(wanted, EMPTY, World(timers=(Waiting("12 minute timer", 720),))) == "wrong action"
    alarm = World(alarms=(Waiting("alarm", 14 * 3600 + 18 * 60),))
    assert verdict({"alarms": [{"at": "07:00", "in": 1}]}, EMPTY, alarm) == "right"
    assert verdict({"alarms": [{"at": "07:00", "in": 0}]}, EMPTY, alarm) == "wrong action"
    assert verdict({"alarms": [{"at": "19:00|07:00"}]}, EMPTY, alarm) == "right"


def test_lists_and_devices_do_not_depend_on_spelling() -> None:
    assert verdict({"list": ["oat milk", "eggs"]}, EMPTY, World(list=("egg", "oat milk"))) == "right"
    assert verdict({"list": ["oat milk"]}, EMPTY, World(list=("milk",))) == "wrong action"
    lit = World(devices={"the kitchen lights": "on"})
    assert verdict({"devices": {"kitchen light": "on"}}, EMPTY, lit) == "right"
    assert verdict({"devices": {"bedroom light": "on"}}, EMPTY, lit) == "wrong action"
    assert verdict({"devices": {"kitchen light": ""}}, lit, EMPTY) == "right"
    assert verdict({"order": "large latte oat milk"}, EMPTY, World(order="large latte with oat milk")) == "right"


def test_what_is_said_has_to_have_the_number_itself() -> None:
    assert says("That makes 31.", "31") and says("Thirty-one.", "31") and says("12 minutes left", "12 minutes")
    assert not says("That makes 131.", "31") and not says("It is 5:42.", "42")
    assert says("It's 16:42.", "4:42|16:42") and says("It is 4:42 PM", "4:42|16:42")
    assert verdict({"said": ["31"]}, EMPTY, EMPTY, "It is 30.") == "nothing done"
    assert verdict({"said": ["31"]}, EMPTY, World(volume=31), "It is 31.") == "wrong action"


@pytest.mark.parametrize(
    "said",
    [
        "I've set a timer for five minutes.",
        "Sure! I'll remind you in ten minutes.",
        "The timer is set.",
        "Done.",
        "Milk has been added to your list.",
        "Your alarm for 7 is now set.",
        "I have turned on the light.",
    ],
)
def test_a_claim_without_an_act_is_false(said: str) -> None:
    assert claims(said)
    assert verdict({"timers": [{"s": 300}]}, EMPTY, EMPTY, said) == "false claim"
    assert verdict({"quiet": True}, EMPTY, EMPTY, said) == "false claim"
    assert verdict({"timers": [{"s": 300}]}, EMPTY, World(timers=(Waiting("timer", 300),)), said) == "right"


@pytest.mark.parametrize(
    "said", ["I can't set timers.", "There is no timer running.", "For how long?", "Should I set a timer?", "Okay.", ""]
)
def test_what_promises_nothing_is_no_claim(said: str) -> None:
    assert not claims(said)
    assert verdict({"timers": [{"s": 300}]}, EMPTY, EMPTY, said) == "nothing done"
