"""A simulated house, and an example of a plug-in: lights and devices, a weather station that takes its
time, a coffee counter.

Copy this file, let the methods talk to your own devices, and name the copy in the settings, under [tools]:
`plugins = ["my_house.py"]`. docs/tools.md has the rest.
"""

import threading
import time
from collections.abc import Callable
from typing import Annotated, Literal

from localvoice.tools import Between, Done, ToolFailed, tool

WEATHER_WAIT_S = 1.5
"""A forecast that comes over a slow line."""

FORECASTS = {
    "today": "rain, 12 degrees",
    "tomorrow": "sunny, 18 degrees",
    "monday": "cloudy, 14 degrees",
    "tuesday": "sunny, 20 degrees",
    "wednesday": "windy, 11 degrees",
    "thursday": "rain, 9 degrees",
    "friday": "sunny, 16 degrees",
    "saturday": "cloudy, 13 degrees",
    "sunday": "snow, 1 degree",
}


def tools() -> object:
    """Whatever has methods that are tools. A plug-in of plain functions needs none of this."""
    return House()


class House:
    """`wait` is called with the seconds that the weather station takes; a seam for tests."""

    def __init__(self, wait: Callable[[float], object] = time.sleep) -> None:
        self._wait = wait
        self._lock = threading.Lock()
        self.devices: dict[str, str] = {}
        self.order: dict[str, str] = {}

    @tool(changes_world=True)
    def set_device(self, device: str, state: Literal["on", "off"], room: str | None = None) -> Done:
        """Switch a light or another device on or off.

        device: such as "light", "fan", "coffee machine"
        """
        name = _place(room, device)
        return Done(f"{name} is {state}", self._set(name, state))

    @tool(changes_world=True)
    def set_brightness(self, percent: Annotated[int, Between(0, 100)], room: str | None = None) -> Done:
        """Dim the lights of a room, or of the house.

        percent: 0 is off, 100 is full
        """
        name = _place(room, "light")
        return Done(f"{name} at {percent} percent", self._set(name, f"{percent} percent"))

    @tool(slow=True, while_waiting=("Let me check the weather.", "Let me look outside."))
    def get_weather(self, day: str | None = None) -> str:
        """The weather forecast.

        day: "today", "tomorrow" or a day of the week
        """
        forecast = FORECASTS.get((day or "today").strip().lower())
        if forecast is None:
            raise ToolFailed("there is no forecast for that day")
        self._wait(WEATHER_WAIT_S)
        return forecast

    @tool(changes_world=True, while_waiting=("One moment, please.", "Let me place that."))
    def order_coffee(
        self,
        drink: str,
        size: str | None = None,
        roast: str | None = None,
        shots: str | None = None,
        milk: str | None = None,
        sugar: str | None = None,
    ) -> Done:
        """Order a coffee drink at the counter, each part in the customer's words.

        drink: such as "latte"
        size: such as "large" or "twelve ounce"
        roast: such as "light roast"
        shots: such as "double shot"
        milk: such as "soy milk"
        sugar: such as "a bit of brown sugar"
        """
        parts = _given(drink=drink, size=size, roast=roast, shots=shots, milk=milk, sugar=sugar)
        undo = self._replace_order(parts)
        return Done(f"order placed: {spoken(parts)}", undo)

    @tool(changes_world=True, while_waiting=("One moment, please.", "Let me change that."))
    def change_order(
        self,
        drink: str | None = None,
        size: str | None = None,
        roast: str | None = None,
        shots: str | None = None,
        milk: str | None = None,
        sugar: str | None = None,
    ) -> Done:
        """Change the order that was just placed; only the parts that are to be different."""
        changes = _given(drink=drink, size=size, roast=roast, shots=shots, milk=milk, sugar=sugar)
        if not self.order:
            raise ToolFailed("there is no order to change")
        undo = self._replace_order(self.order | changes)
        return Done(f"order changed: {spoken(self.order)}", undo)

    @tool(changes_world=True, sentences=["(cancel|forget) (my|the|that) [coffee] order"])
    def cancel_order(self) -> Done:
        """Cancel the order that was just placed."""
        if not self.order:
            raise ToolFailed("there is no order to cancel")
        return Done("order cancelled", self._replace_order({}))

    def _set(self, name: str, state: str) -> Callable[[], None]:
        with self._lock:
            before = self.devices.get(name)
            self.devices[name] = state

        def undo() -> None:
            with self._lock:
                if before is None:
                    self.devices.pop(name, None)
                else:
                    self.devices[name] = before

        return undo

    def _replace_order(self, parts: dict[str, str]) -> Callable[[], None]:
        with self._lock:
            before, self.order = self.order, parts

        def undo() -> None:
            with self._lock:
                self.order = before

        return undo


def spoken(parts: dict[str, str]) -> str:
    """ "large light roast double shot latte with soy milk and a bit of sugar"."""
    front = [parts[key] for key in ("size", "roast", "shots", "drink") if key in parts]
    extras = [parts[key] for key in ("milk", "sugar") if key in parts]
    return " ".join(front) + (f" with {' and '.join(extras)}" if extras else "")


def _given(**parts: str | None) -> dict[str, str]:
    return {name: value for name, value in parts.items() if value}


def _place(room: str | None, device: str) -> str:
    return f"{room} {device}".lower() if room else device.lower()
