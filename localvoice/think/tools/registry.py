"""Which tools there are: the built-in ones, and those that plug-ins bring.

A plug-in is a Python module with a function `tools()` that returns a list of tools (from `tools_of` or
`from_function`). It is named in the settings by its file or its module name, or found by its entry point in
the group "localvoice.tools".
"""

import importlib
import importlib.util
import sys
import traceback
import types
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

from localvoice.errors import SettingsError
from localvoice.think.tools.spec import Schema, Tool

ENTRY_POINTS = "localvoice.tools"
SHIPPED = {"simulated-house": "localvoice.think.tools.house.simulated"}
"""Plug-ins that come along, by their short names."""


class Registry:
    """Tools by name, in the order in which they were registered."""

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        self.register(tools)

    def register(self, tools: Iterable[Tool]) -> None:
        """Add tools; one that is a placeholder gives way to another of its name.

        Raises SettingsError when a name is taken already.
        """
        for tool in tools:
            taken = self._tools.get(tool.name)
            if taken is not None and tool.placeholder:
                continue
            if taken is not None and not taken.placeholder:
                raise SettingsError(
                    f"There are two tools called {tool.name}.",
                    "Take one of the plug-ins out of tools.plugins.",
                )
            self._tools[tool.name] = tool

    def get(self, name: str) -> Tool | None:
        return self._tools.get(name)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    @property
    def schemas(self) -> list[Schema]:
        """What the chat template tells the model about its tools."""
        return [tool.schema for tool in self]


def plugin(name: str) -> list[Tool]:
    """The tools of one plug-in: a shipped one by its short name, a Python file by its path, else a module
    by its name.

    Raises SettingsError when there is no such plug-in or it is not one.
    """
    try:
        if name.endswith(".py"):
            module = _from_file(Path(name).expanduser())
        else:
            module = importlib.import_module(SHIPPED.get(name, name))
    except (Exception, SystemExit) as error:  # a plug-in is anybody's code and may raise anything
        shipped = ", ".join(SHIPPED)
        raise SettingsError(
            f"The plug-in {name} cannot be loaded: {_said(error)}.",
            f"tools.plugins takes Python files, importable modules, and {shipped}.",
        ) from error
    return _ask(getattr(module, "tools", None), name)


def installed() -> list[Tool]:
    """The tools of all installed packages that have an entry point for it. Raises SettingsError as `plugin`
    does.
    """
    found: list[Tool] = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            target = point.load()
        except (Exception, SystemExit) as error:
            raise SettingsError(
                f"The installed plug-in {point.name} cannot be loaded: {_said(error)}.",
                "Install or remove its package.",
            ) from error
        found += _ask(getattr(target, "tools", target), point.name)
    return found


def _from_file(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(f"localvoice_plugin_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


def _said(error: BaseException) -> str:
    """What went wrong, and in which line, where it is not the import itself."""
    if isinstance(error, ImportError | OSError | SyntaxError):
        return str(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(where.filename).name}, line {where.lineno})"


def _ask(function: object, name: str) -> list[Tool]:
    if not callable(function):
        raise SettingsError(f"{name} is not a plug-in.", "It needs a function tools() that returns a list of tools.")
    try:
        tools = list(function())
    except (Exception, SystemExit) as error:
        raise SettingsError(f"The plug-in {name} is faulty: {_said(error)}.", "Correct its tools().") from error
    if not all(isinstance(item, Tool) for item in tools):
        raise SettingsError(
            f"tools() of the plug-in {name} returned something else than tools.",
            "Make them with localvoice.think.tools.spec.tools_of or from_function.",
        )
    return tools
