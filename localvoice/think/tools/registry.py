"""Which tools there are, by name."""

from collections.abc import Iterable, Iterator

from localvoice.errors import SettingsError
from localvoice.think.commands.understood import UNDO
from localvoice.think.tools.spec import Schema, Tool


class Registry:
    """Tools by name, in the order in which they were registered."""

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        self.register(tools)

    def register(self, tools: Iterable[Tool]) -> None:
        """Add tools; one that is a placeholder gives way to another of its name.

        Raises SettingsError, with file and line of both, if a name is taken already.
        """
        for tool in tools:
            if tool.name == UNDO:
                raise SettingsError(
                    f"A tool cannot be called {UNDO}{f' ({tool.place})' if tool.place else ''}.",
                    "Rename it: what was done last is taken back by the program itself, with the undo of each tool.",
                )
            taken = self._tools.get(tool.name)
            if taken is not None and tool.placeholder:
                continue
            if taken is not None and not taken.placeholder:
                where = " and ".join(f"({each.place})" for each in (taken, tool) if each.place)
                raise SettingsError(
                    f"There are two tools called {tool.name} {where}".rstrip() + ".",
                    "Rename one of them, or take a plug-in out of tools.plugins.",
                )
            self._tools[tool.name] = tool

    def get(self, name: str) -> Tool | None:
        return self._tools.get(name)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    @property
    def schemas(self) -> list[Schema]:
        """What the chat template tells the model about its tools."""
        return [tool.schema for tool in self]
