"""How loud the assistant speaks."""

from collections.abc import Callable
from typing import Annotated, Literal

from localvoice.think.tools.spec import Between, Done, tool

STEP_PERCENT = 10


class Volume:
    """`apply(percent)` sets it; `percent` is what it is now."""

    def __init__(self, apply: Callable[[int], None], percent: int = 100) -> None:
        self._apply = apply
        self.percent = percent

    @tool(changes_world=True)
    def set_volume(self, level: Literal["up", "down"] | Annotated[int, Between(0, 100)]) -> Done:
        """Make the assistant's voice louder or quieter.

        level: "up", "down", or a percentage from 0 to 100
        """
        before = self.percent
        if isinstance(level, int):
            wanted = level
        else:
            wanted = before + STEP_PERCENT if level == "up" else before - STEP_PERCENT
        self._set(min(100, max(0, wanted)))
        return Done(f"volume is {self.percent} percent", lambda: self._set(before))

    def _set(self, percent: int) -> None:
        self.percent = percent
        self._apply(percent)
