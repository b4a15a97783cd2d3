"""Tools with the names and arguments of those that come along, which do nothing."""

from collections.abc import Callable
from typing import Annotated, Literal

from localvoice.think.tools.house import simulated
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import Between, from_function, tools_of


def get_time() -> None:
    """The time."""


def get_date(day: str | None = None) -> None:
    """The date."""


def set_timer(duration: str, name: str | None = None) -> None:
    """Start a timer."""


def cancel_timer(name: str | None = None, all: bool = False) -> None:
    """Cancel a timer."""


def pause_timer(name: str | None = None) -> None:
    """Pause a timer."""


def resume_timer(name: str | None = None) -> None:
    """Let a timer run on."""


def add_to_timer(duration: str, name: str | None = None) -> None:
    """Make a timer longer."""


def check_timers(name: str | None = None) -> None:
    """How long timers still take."""


def set_alarm(at: str, day: str | None = None, name: str | None = None) -> None:
    """Set an alarm."""


def set_reminder(what: str, after: str | None = None, at: str | None = None, day: str | None = None) -> None:
    """Remind the user."""


def cancel_alarm(name: str | None = None, all: bool = False) -> None:
    """Cancel an alarm."""


def check_alarms() -> None:
    """Which alarms are set."""


def add_to_list(items: list[str]) -> None:
    """Put things on the list."""


def remove_from_list(items: list[str]) -> None:
    """Take things off the list."""


def read_list() -> None:
    """Read out the list."""


def is_on_list(items: list[str]) -> None:
    """Whether things are on the list."""


def clear_list() -> None:
    """Take everything off the list."""


def set_volume(level: Literal["up", "down"] | Annotated[int, Between(0, 100)]) -> None:
    """Louder or quieter."""


def calculate(expression: str) -> None:
    """Work out a sum."""


def convert_units(amount: str, from_unit: str, to_unit: str) -> None:
    """Convert an amount."""


BUILT_IN: tuple[Callable[..., object], ...] = (
    get_time, get_date, set_timer, cancel_timer, pause_timer, resume_timer, add_to_timer, check_timers, set_alarm,
    set_reminder, cancel_alarm, check_alarms, add_to_list, remove_from_list, read_list, is_on_list, clear_list,
    set_volume, calculate, convert_units,
)  # fmt: skip


def everything() -> Registry:
    """All of them, and the simulated house."""
    return Registry([*map(from_function, BUILT_IN), *tools_of(simulated.House())])
