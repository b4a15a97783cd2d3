"""How loud the assistant speaks."""

from collections.abc import Callable

from localvoice.think.commands.quantities import percent
from localvoice.think.tools.builtin.spoken import spoken
from localvoice.think.tools.spec import Done, ToolFailed, tool

STEP_PERCENT = 10
UNMUTE = "unmute"
_STEPS = {"up": STEP_PERCENT, "louder": STEP_PERCENT, "down": -STEP_PERCENT, "quieter": -STEP_PERCENT}


class Volume:
    """`apply(percent)` sets it; `percent` is what it is now."""

    def __init__(self, apply: Callable[[int], None], percent: int = 100) -> None:
        self._apply = apply
        self.percent = percent
        self._audible = percent or 100
        """The last one at which anything is heard."""

    @tool(changes_world=True)
    def set_volume(self, level: str) -> Done:
        """Make the voice louder or quieter.

        level: "up", "down", or a percentage
        """
        before = self.percent
        step = _STEPS.get(level.lower().strip(" .!"))
        if level.lower() == UNMUTE:
            level = str(before or self._audible)
        wanted = percent(level) if step is None else min(100, max(0, before + step))
        if wanted is None:
            raise ToolFailed(f"I don't know a volume of {level}")
        if wanted > 100:
            raise ToolFailed("the volume goes from 0 to 100 percent")
        self._set(wanted)
        say = f"the volume is {'already ' if wanted == before else ''}at {wanted} percent"
        return spoken(f"volume is {wanted} percent", lambda: self._set(before), say)

    def _set(self, percent: int) -> None:
        self.percent = percent
        self._audible = percent or self._audible
        self._apply(percent)
