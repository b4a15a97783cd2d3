"""All built-in tools together."""

from pathlib import Path

from localvoice.think.tools.builtin.arithmetic import Arithmetic
from localvoice.think.tools.builtin.shopping import ShoppingList
from localvoice.think.tools.builtin.time_date import TimeAndDate
from localvoice.think.tools.builtin.timers import Timers
from localvoice.think.tools.builtin.units import Units
from localvoice.think.tools.builtin.volume import Volume
from localvoice.think.tools.house import unconnected
from localvoice.think.tools.registry import Registry, installed, plugin
from localvoice.think.tools.spec import tools_of


def registry(
    timers: Timers, volume: Volume, data_folder: Path | None = None, plugins: tuple[str, ...] = ()
) -> Registry:
    """The built-in tools, the plug-ins, and a placeholder for each thing of the house that no plug-in
    connects.

    Raises SettingsError when a plug-in cannot be loaded.
    """
    found = Registry()
    for owner in (TimeAndDate(), timers, Arithmetic(), Units(), ShoppingList(data_folder), volume):
        found.register(tools_of(owner))
    found.register(tools_of(unconnected))
    found.register(installed())
    for name in plugins:
        found.register(plugin(name))
    return found
