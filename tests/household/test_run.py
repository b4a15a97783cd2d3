"""Requests are made in a house of their own, through the program's own answer."""

from collections.abc import Iterator

import pytest
from household.corpus import Given, Request
from household.judge import judge
from household.run import NO_MODEL, Household

from localvoice.turn import build

MILK = Given("add milk to the list", "add_to_list", {"items": ["milk"]})
LAMP = Given("turn on the lamp", "set_device", {"device": "lamp", "state": "on"})


@pytest.fixture(scope="module")
def household() -> Iterator[Household]:
    with Household(NO_MODEL) as one:
        yield one


def test_what_is_given_was_done_and_is_gone_for_the_next(household: Household) -> None:
    outcome, told = household.does(Request("", "", "", (MILK, LAMP)), "mumble mumble")
    assert (outcome.before.list, outcome.before.devices, told.fault) == (("milk",), {"lamp": "on"}, "")
    assert outcome.after == outcome.before and not told.by_command and not outcome.acted
    fresh, _ = household.does(Request("", "", ""), "mumble mumble")
    assert fresh.before.list == () and fresh.before.devices == {}


def test_what_cannot_be_given_is_said(household: Household) -> None:
    _, told = household.does(Request("", "", "", (Given("beam me up", "beam", {}),)), "mumble mumble")
    assert "beam" in told.fault


def test_the_clock_of_the_tools_stands_still() -> None:
    load = build.load_chat
    with Household("pocket") as household:
        request = Request("", "time", "what time is it", (), {"said": ["4:42|16:42"]})
        outcome, _ = household.does(request, request.says)
    assert judge(request, outcome)[0] == "right", outcome.said
    assert build.load_chat is load
