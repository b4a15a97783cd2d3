"""All tools together: the built-in ones, the placeholders, and what plug-ins bring."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localvoice.config import Settings
from localvoice.events import Announcement, Event, VolumeWanted
from localvoice.think.tools.builtin.alarms import Alarms
from localvoice.think.tools.builtin.arithmetic import Arithmetic
from localvoice.think.tools.builtin.clock_style import has_twelve_hours
from localvoice.think.tools.builtin.shopping import ShoppingList
from localvoice.think.tools.builtin.time_date import TimeAndDate
from localvoice.think.tools.builtin.timers import Timers
from localvoice.think.tools.builtin.units import Units
from localvoice.think.tools.builtin.volume import Volume
from localvoice.think.tools.house import unconnected
from localvoice.think.tools.plugins import installed, plugin
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.spec import tools_of


@dataclass(frozen=True, slots=True)
class Ringing:
    """What rings unasked."""

    timers: Timers
    alarms: Alarms

    def pending(self) -> str:
        """What would not ring if the program ended now, as a clause ("a timer has 4 minutes left"), or ""."""
        return " and ".join(filter(None, (self.timers.pending(), self.alarms.pending())))

    def close(self) -> None:
        """End their threads, and all timers; alarms are kept for the next start."""
        self.timers.close()
        self.alarms.close()


def registry(
    ringing: Ringing,
    volume: Volume,
    data_folder: Path | None = None,
    plugins: tuple[str, ...] = (),
    *,
    twelve_hours: bool = False,
) -> Registry:
    """The built-in tools, those of the plug-ins, and a placeholder for whatever of the house no plug-in connects.

    Raises SettingsError if a plug-in cannot be loaded or brings a tool that cannot be used.
    """
    found = Registry()
    for owner in (
        TimeAndDate(twelve_hours=twelve_hours), ringing.timers, ringing.alarms, Arithmetic(), Units(),
        ShoppingList(data_folder), volume,
    ):  # fmt: skip
        found.register(tools_of(owner))
    found.register(tools_of(unconnected))
    found.register(installed())
    for name in plugins:
        found.register(plugin(name))
    return found


def of_settings(
    settings: Settings, post: Callable[[Event], None] | None = None, *, alarms_ring: bool = True
) -> tuple[Registry, Ringing]:
    """The tools as the settings have them, and what rings, which runs on until it is closed. Tools `post` what they
    have to say unasked, and what they want of the conversation; where nobody listens, or not `alarms_ring`, no alarm is
    taken from the file.

    Raises SettingsError as `registry` does.
    """
    part = settings.tools
    folder = Path(part.data_folder).expanduser() if part.data_folder else None
    twelve_hours = has_twelve_hours(part.clock)
    tell = post or (lambda event: None)

    def announce(sentence: str) -> None:
        tell(Announcement(sentence))

    alarms = Alarms(announce if post and alarms_ring else None, folder, twelve_hours=twelve_hours)
    ringing = Ringing(Timers(announce), alarms)
    volume = Volume(lambda percent: tell(VolumeWanted(percent)), settings.voice.volume_percent)
    tools = registry(ringing, volume, folder, part.plugins, twelve_hours=twelve_hours)
    alarms.start()
    return tools, ringing
