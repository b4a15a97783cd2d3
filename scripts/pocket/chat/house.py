"""A simulated household that answers tool calls with the texts of the real tools, and with faults now and then."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
ADJECTIVE_SKIES = "sunny|clear|cloudy|partly cloudy|windy|foggy|overcast|mostly sunny|rainy|snowy|dry|stormy".split("|")
NOUN_SKIES = "rain|light rain|heavy rain|showers|snow|light snow|fog|thunderstorms|drizzle|sunshine|clear skies|storms|sun and clouds|wind".split(
    "|"
)
WET = ("rain", "shower", "drizzle", "storm")
SNOW = ("snow",)
SUN = ("sun", "clear skies", "clear")
NOT_CONNECTED = {
    "set_device": "no lights are connected",
    "set_brightness": "no lights are connected",
    "get_weather": "no weather station is connected",
    "order_coffee": "no coffee counter is connected",
    "change_order": "no coffee counter is connected",
    "cancel_order": "no coffee counter is connected",
}
FAULTS = {
    "set_device": "the {device} does not answer|there is no {device} here|no {device} is connected",
    "set_brightness": "the light does not answer|this light can't be dimmed",
    "get_weather": "the weather station does not answer|there is no forecast for that day|the forecast is not ready",
    "order_coffee": "the counter is closed|there is no {drink} left|the coffee machine is broken|the {drink} is sold out",
    "change_order": "there is no order|there is no order to change|the order is already being made|the order is already on its way",
    "cancel_order": "there is no order|there is no order to cancel|the order is already being made",
    "calculate": "nothing can be divided by zero|the numbers are too large|that is not a sum",
    "convert_units": "these units don't fit together|the unit is unknown",
    "set_timer": "a timer can't be longer than a day|there are too many timers",
    "cancel_timer": "there is no timer with that name|there are two timers running",
    "set_volume": "the speaker does not answer|the volume must be between 0 and 100",
    "add_to_list": "the list can't be saved",
    "remove_from_list": "the list can't be read",
    "read_list": "the list can't be read",
}
ANY_FAULT = "it took too long|the tool did not answer in time|something went wrong|this tool is not available".split(
    "|"
)
FACTORS = {
    "miles": 1609.34,
    "kilometers": 1000,
    "feet": 0.3048,
    "meters": 1,
    "inches": 0.0254,
    "centimeters": 0.01,
    "yards": 0.9144,
    "pounds": 453.59,
    "kilograms": 1000,
    "ounces": 28.35,
    "grams": 1,
    "cups": 236.59,
    "milliliters": 1,
    "gallons": 3785.4,
    "liters": 1000,
    "tablespoons": 14.79,
    "pints": 473.18,
    "hours": 60,
    "minutes": 1,
    "weeks": 7,
    "days": 1,
}
FAMILIES = (
    ("miles", "kilometers", "feet", "meters", "inches", "centimeters", "yards"),
    ("pounds", "kilograms", "ounces", "grams"),
    ("cups", "milliliters", "gallons", "liters", "tablespoons", "pints"),
)


def number_text(value: float) -> str:
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    text = f"{value:.{0 if value == int(value) else 2}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def and_list(things: list[str]) -> str:
    return things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1]


def time_left(rng: Random) -> str:
    minutes, seconds = rng.randint(0, 59), rng.randint(0, 59)
    parts = [f"{n} {unit if n != 1 else unit[:-1]}" for n, unit in ((minutes, "minutes"), (seconds, "seconds")) if n]
    if rng.random() < 0.15:
        parts = [f"{rng.randint(2, 11)} hours", *parts[:1]]
    return " ".join(parts) or "1 second"


@dataclass
class House:
    """What the tools know. `call` returns the result text of one tool call."""

    rng: Random
    connected: bool = True
    timers: list[str] = field(default_factory=list)
    shopping: list[str] = field(default_factory=list)
    order: dict[str, str] | None = None
    volume: int = 50

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        rng = self.rng
        if not self.connected and name in NOT_CONNECTED:
            return f"error: {NOT_CONNECTED[name]}"
        if rng.random() < 0.04:
            faults = FAULTS.get(name, "").split("|") if rng.random() < 0.8 and name in FAULTS else ANY_FAULT
            return "error: " + rng.choice(faults).format(**{"device": "light", "drink": "coffee", **arguments})
        return str(getattr(self, f"_{name}")(**arguments))

    def _get_time(self) -> str:
        return f"{self.rng.randint(0, 23):02d}:{self.rng.randint(0, 59):02d}"

    def _get_date(self) -> str:
        return f"{self.rng.choice(WEEKDAYS)}, {self.rng.choice(MONTHS)} {self.rng.randint(1, 31)}"

    def _set_timer(self, amount: int, unit: str, name: str = "") -> str:
        duration = f"{amount} {unit if amount != 1 else unit[:-1]}"
        if unit != "hours" and amount > 60 and self.rng.random() < 0.5:
            bigger = {"seconds": "minute", "minutes": "hour"}[unit]
            whole, rest = divmod(amount, 60)
            parts = [
                f"{whole} {bigger}{'s' if whole != 1 else ''}",
                f"{rest} {unit if rest != 1 else unit[:-1]}" if rest else "",
            ]
            duration = self.rng.choice([" ", " and "]).join(p for p in parts if p)
        self.timers.append(name or f"{amount} {unit[:-1]}")
        return f"{name} timer set for {duration}" if name else f"timer set for {duration}"

    def _cancel_timer(self, name: str = "") -> str:
        known = [t for t in self.timers if not name or t == name]
        if not known and self.rng.random() < 0.4:
            return "there is no timer running" if not name else f"there is no {name} timer"
        gone = known[-1] if known else name or f"{self.rng.randint(2, 60)} minute"
        if gone in self.timers:
            self.timers.remove(gone)
        return f"cancelled the {gone} timer"

    def _check_timers(self) -> str:
        rng = self.rng
        known = self.timers[-3:] or rng.choice([[], [], ["pasta"], [f"{rng.randint(1, 60)} minute"], ["egg", "pizza"]])
        if not known:
            return "there is no timer running"
        return rng.choice([", ", " and "]).join(f"{time_left(rng)} left on the {t} timer" for t in known)

    def _calculate(self, expression: str) -> str:
        try:
            return number_text(float(eval(expression, {"__builtins__": {}})))  # our own generated arithmetic only
        except ZeroDivisionError:
            return "error: nothing can be divided by zero"

    def _convert_units(self, amount: float, from_unit: str, to_unit: str) -> str:
        if from_unit in FACTORS and to_unit in FACTORS:
            value = amount * FACTORS[from_unit] / FACTORS[to_unit]
        else:
            value = (amount - 32) / 1.8 if from_unit == "fahrenheit" else amount * 1.8 + 32
        degrees = "degrees " if to_unit in ("celsius", "fahrenheit") and self.rng.random() < 0.5 else ""
        return f"{number_text(round(value, 2))} {degrees}{to_unit}"

    def _add_to_list(self, items: list[str]) -> str:
        self.shopping += items
        return f"added {and_list(items)}"

    def _remove_from_list(self, items: list[str]) -> str:
        known = any(i in self.shopping for i in items)
        self.shopping = [i for i in self.shopping if i not in items]
        if not known and self.rng.random() < 0.35:
            return f"{and_list(items)} {'is' if len(items) == 1 else 'are'} not on the list"
        return f"removed {and_list(items)}"

    def _read_list(self) -> str:
        if not self.shopping and self.rng.random() < 0.5:
            from world.fillers import ITEMS

            self.shopping = self.rng.sample(ITEMS, self.rng.randint(1, 6))
        return ", ".join(self.shopping[-7:]) or "the list is empty"

    def _set_volume(self, level: int | str) -> str:
        steps = {"up": 10, "down": -10}
        self.volume = max(0, min(100, self.volume + steps[level] if isinstance(level, str) else level))
        return f"volume is {self.volume} percent"

    def _set_device(self, device: str, state: str, room: str = "") -> str:
        return f"{room} {device} is {state}".strip()

    def _set_brightness(self, percent: int, room: str = "") -> str:
        return f"{room} light at {percent} percent".strip()

    def _get_weather(self, day: str = "") -> str:
        temp = self.rng.randint(-9, 35)
        sky = self.rng.choice(ADJECTIVE_SKIES if self.rng.random() < 0.5 else NOUN_SKIES)
        return f"{sky}, {temp} degree{'' if temp == 1 else 's'}"

    def _order_coffee(self, **slots: str) -> str:
        self.order = dict(slots)
        return f"order placed: {order_text(slots)}"

    def _change_order(self, **slots: str) -> str:
        self.order = {**(self.order or {"drink": "coffee"}), **slots}
        return f"order changed: {order_text(self.order)}"

    def _cancel_order(self) -> str:
        self.order = None
        return "order cancelled"


def order_text(slots: dict[str, str]) -> str:
    head = " ".join(slots[k] for k in ("size", "roast", "shots", "drink") if k in slots)
    tail = " and ".join(slots[k] for k in ("milk", "sugar") if k in slots)
    return f"{head} with {tail}" if tail else head
