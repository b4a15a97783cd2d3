"""A house to do requests in: all the tools, with a clock that stands still, and what has come of them."""

import inspect
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from localvoice.events import Event, VolumeWanted
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Tool

NOW = datetime(2026, 3, 11, 16, 42)
"""A Wednesday, and neither morning nor evening."""
VOLUME = 50
A_WHILE_S = 5.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A timer, an alarm or a reminder: what it is called or says, and when it is due."""

    label: str
    s: float
    paused: bool = False

    @property
    def at(self) -> datetime:
        return NOW + timedelta(seconds=self.s)


@dataclass(frozen=True, slots=True)
class World:
    """What a request may change."""

    timers: tuple[Waiting, ...] = ()
    alarms: tuple[Waiting, ...] = ()
    reminders: tuple[Waiting, ...] = ()
    list: tuple[str, ...] = ()
    devices: dict[str, str] = field(default_factory=dict)
    volume: int = VOLUME
    order: str = ""


class StillClock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self.passed_s = 0.0

    def monotonic(self) -> float:
        return self._began_s + self.passed_s

    def time(self) -> float:
        return NOW.timestamp() + self.passed_s

    def now(self, zone: Any = None) -> datetime:
        return (NOW + timedelta(seconds=self.passed_s)).astimezone(zone) if zone else self.local()

    def local(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_s)


class House:
    """Reads the state of the tools in `registry`; `data_folder` is where they keep the list."""

    def __init__(self, registry: Registry, data_folder: Path) -> None:
        self._registry = registry
        self._folder = data_folder
        self._volume = VOLUME
        self.clock = StillClock()
        for owner in self._owners():
            _stop_clocks(owner, self.clock)

    def post(self, event: Event) -> None:
        """What the tools have to say to the conversation."""
        if isinstance(event, VolumeWanted):
            self._volume = event.percent

    def world(self) -> World:
        alarms = self._kept("alarms.json")
        return World(
            timers=self._timers(),
            alarms=tuple(_waiting(one) for one in alarms if one["kind"] == "alarm"),
            reminders=tuple(_waiting(one) for one in alarms if one["kind"] == "reminder"),
            list=tuple(self._kept("shopping-list.json")),
            devices=dict(getattr(self._owner("set_device"), "devices", {})),
            volume=self._volume,
            order=" ".join(getattr(self._owner("order_coffee"), "order", {}).values()),
        )

    def _owner(self, name: str) -> object:
        tool = self._registry.get(name)
        return _owner_of(tool) if tool is not None else None

    def _owners(self) -> Iterator[object]:
        seen: list[object] = []
        for tool in self._registry:
            owner = _owner_of(tool)
            if owner is not None and all(owner is not other for other in seen):
                seen.append(owner)
                yield owner

    def _timers(self) -> tuple[Waiting, ...]:
        """Those that do not come nearer in a while are paused."""
        now = self._running()
        self.clock.passed_s += A_WHILE_S
        later = self._running()
        self.clock.passed_s -= A_WHILE_S
        return tuple(
            Waiting(label, s, paused=s - s_later < A_WHILE_S / 2)
            for (label, s), (_, s_later) in zip(now, later, strict=True)
        )

    def _running(self) -> list[tuple[str, float]]:
        """(label, seconds left), in an order that does not depend on the clock."""
        running = getattr(self._owner("set_timer"), "running", list)
        return sorted(((str(label), float(s)) for label, s in running()), key=lambda timer: timer[0])

    def _kept(self, name: str) -> Any:
        """What a tool keeps in a file."""
        file = self._folder / name
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def _waiting(kept: dict[str, str]) -> Waiting:
    return Waiting(kept["what"], (datetime.fromisoformat(kept["due"]) - NOW).total_seconds())


def _owner_of(tool: Tool) -> object:
    """The object whose method the tool is; None of a plain function."""
    method = inspect.getclosurevars(tool.function).nonlocals.get("function", tool.function)
    return getattr(method, "__self__", None)


def _stop_clocks(owner: object, clock: StillClock) -> None:
    """Put `clock` wherever the tool has a clock of its own."""
    still: list[tuple[Callable[..., object], Callable[..., object]]] = [
        (time.monotonic, clock.monotonic),
        (time.time, clock.time),
        (datetime.now, clock.now),
    ]
    for name, value in list(vars(owner).items()):
        for real, stopped in still:
            if value == real:
                setattr(owner, name, stopped)
