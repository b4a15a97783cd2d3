"""What the house answers if nothing is connected: the truth."""

import re

from localvoice.think.tools.spec import ToolFailed, tool

NO_LIGHTS = "no lights are connected"
NO_DEVICES = "no lights or other devices are connected"
NO_STATION = "no weather station is connected"
NO_COUNTER = "no coffee counter is connected"


@tool(placeholder=True)
def set_device(device: str, state: str, room: str | None = None) -> str:
    """Switch a light or another device on or off.

    state: "on" or "off"
    """
    # "Turn on the music" asked for no light.
    raise ToolFailed(NO_LIGHTS if re.search(r"\blights?\b|\blamps?\b", device.lower()) else NO_DEVICES)


@tool(placeholder=True)
def set_brightness(percent: int, room: str | None = None) -> str:
    """Dim the lights of a room."""
    raise ToolFailed(NO_LIGHTS)


@tool(placeholder=True)
def get_weather(day: str | None = None) -> str:
    """The weather forecast.

    day: "today", "tomorrow" or a day of the week
    """
    raise ToolFailed(NO_STATION)


@tool(placeholder=True)
def order_coffee(
    drink: str,
    size: str | None = None,
    roast: str | None = None,
    shots: str | None = None,
    milk: str | None = None,
    sugar: str | None = None,
) -> str:
    """Order a coffee drink at the counter."""
    raise ToolFailed(NO_COUNTER)


@tool(placeholder=True)
def change_order(
    drink: str | None = None,
    size: str | None = None,
    roast: str | None = None,
    shots: str | None = None,
    milk: str | None = None,
    sugar: str | None = None,
) -> str:
    """Change the order that was just placed; only what is to be different."""
    raise ToolFailed(NO_COUNTER)


@tool(placeholder=True, sentences=["(cancel|forget) (my|the|that) [coffee] order"])
def cancel_order() -> str:
    """Cancel the order that was just placed."""
    raise ToolFailed(NO_COUNTER)
