"""All tools together: the built-in ones, the placeholders, and what plug-ins bring."""

from collections.abc import Callable
from pathlib import Path

from localvoice.config import Settings
from localvoice.events import Announcement, Event, VolumeWanted
from localvoice.think.tools.builtin.arithmetic import Arithmetic
from localvoice.think.tools.builtin.shopping import ShoppingList
from localvoice.think.tools.builtin.time_date import TimeAndDate
from localvoice.think.tools.builtin.timers import Timers
from localvoice.think.tools.builtin.units import Units
from localvoice.think.tools.builtin.volume import Volume
from localvoice.think.tools.house import unconnected
from localvoice.think.tools.plugins import installed, plugin
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import tools_of


def registry(
    timers: Timers, volume: Volume, data_folder: Path | None = None, plugins: tuple[str, ...] = ()
) -> Registry:
    """The built-in tools, those of the plug-ins, and a placeholder for whatever of the house no plug-in connects.

    Raises SettingsError if a plug-in cannot be loaded or brings a tool that cannot be used.
    """
    found = Registry()
    for owner in (TimeAndDate(), timers, Arithmetic(), Units(), ShoppingList(data_folder), volume):
        found.register(tools_of(owner))
    found.register(tools_of(unconnected))
    found.register(installed())
    for name in plugins:
        found.register(plugin(name))
    return found


def of_settings(settings: Settings, post: Callable[[Event], None] = lambda event: None) -> tuple[Registry, Timers]:
    """The tools as the settings have them, and the timers, which run on until they are closed. Tools `post` what they
    have to say unasked, and what they want of the conversation.

    Raises SettingsError as `registry` does.
    """
    folder = Path(settings.tools.data_folder).expanduser() if settings.tools.data_folder else None
    timers = Timers(lambda sentence: post(Announcement(sentence)))
    volume = Volume(lambda percent: post(VolumeWanted(percent)), settings.voice.volume_percent)
    return registry(timers, volume, folder, settings.tools.plugins), timers
