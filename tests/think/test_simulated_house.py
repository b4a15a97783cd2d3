"""The simulated house."""

import pytest

from localvoice.think.tools.house.simulated import WEATHER_WAIT_S, House
from localvoice.think.tools.spec import ToolFailed


def test_devices_and_their_undo() -> None:
    house = House()
    assert house.set_device("light", "on", "kitchen").text == "kitchen light is on"
    off = house.set_device("light", "off", "kitchen")
    dimmed = house.set_brightness(30, "bedroom")
    assert (off.text, dimmed.text) == ("kitchen light is off", "bedroom light at 30 percent")
    assert house.set_device("coffee machine", "on").text == "coffee machine is on"
    for done in (off, dimmed):
        assert done.undo is not None
        done.undo()
    assert house.devices == {"kitchen light": "on", "coffee machine": "on"}


def test_weather_takes_its_time() -> None:
    waited: list[float] = []
    house = House(waited.append)
    assert house.get_weather() == house.get_weather("Today") == "rain, 12 degrees"
    assert house.get_weather("tomorrow") != house.get_weather("today")
    assert waited == [WEATHER_WAIT_S] * 4
    assert 1 <= WEATHER_WAIT_S <= 3
    with pytest.raises(ToolFailed, match="no forecast for that day"):
        house.get_weather("yesterday")


def test_an_order_is_placed_changed_taken_back_and_cancelled() -> None:
    house = House()
    for early in (house.cancel_order, lambda: house.change_order(size="small")):
        with pytest.raises(ToolFailed, match="there is no order to"):
            early()
    placed = house.order_coffee(
        "latte",
        size="large",
        roast="light roast",
        shots="double shot",
        milk="soy milk",
        sugar="a bit of sugar",
    )
    assert placed.text == "order placed: large light roast double shot latte with soy milk and a bit of sugar"
    changed = house.change_order(size="small", milk="whole milk")
    assert changed.text == "order changed: small light roast double shot latte with whole milk and a bit of sugar"
    assert changed.undo is not None
    changed.undo()
    assert house.order["size"] == "large"
    assert house.cancel_order().text == "order cancelled"
    assert house.order_coffee("espresso").text == "order placed: espresso"
