"""Loading plug-ins: other people's Python, so whatever is wrong with it is one sentence with its file and line.

A plug-in is a Python module. Its functions that are marked with @tool are tools; if it has a function `tools()`, so is
what that returns: an object with marked methods, or a list of such objects and of functions. It is named in the
settings by its file or its module name, or found by its entry point in the group "localvoice.tools".
"""

import ast
import contextlib
import importlib
import importlib.util
import sys
import types
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

from localvoice.errors import SettingsError
from localvoice.think.tools import place
from localvoice.think.tools.spec import Tool, from_function, tools_of

ENTRY_POINTS = "localvoice.tools"
SHIPPED = {"simulated-house": "localvoice.think.tools.house.simulated"}
"""Plug-ins that come along, by their short names."""
HOW = "Mark a function with @tool, or write tools() that returns an object with such methods: docs/tools.md."


def plugin(name: str) -> list[Tool]:
    """The tools of one plug-in: a shipped one by its short name, a Python file by its path, otherwise a module
    by its name.

    Raises SettingsError if there is no such plug-in, it cannot be loaded, or has a tool that cannot be used.
    """
    file = str(Path(name).expanduser().absolute()) if name.endswith(".py") else ""
    shown = Path(name).name if file else name
    try:
        module = _from_file(Path(file)) if file else importlib.import_module(SHIPPED.get(name, name))
    except SettingsError:
        raise  # of a decorator; it says where
    except (Exception, SystemExit) as error:  # other people's code may raise anything
        raise SettingsError(
            f"The plug-in {shown} cannot be loaded: {_said(error, file or _file_of(name))}.",
            f"tools.plugins takes Python files, importable modules, and {', '.join(SHIPPED)}.",
        ) from error
    return _tools_in(module, shown)


def installed() -> list[Tool]:
    """The tools of all installed packages that have an entry point for it. Raises SettingsError as `plugin` does."""
    found: list[Tool] = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            target = point.load()
        except SettingsError:
            raise
        except (Exception, SystemExit) as error:
            raise SettingsError(
                f"The installed plug-in {point.name} cannot be loaded: {_said(error, _file_of(point.module))}.",
                "Install its package again, or remove it.",
            ) from error
        if isinstance(target, types.ModuleType):
            found += _tools_in(target, point.name)
        elif callable(target):
            found += _returned(target, point.name, getattr(sys.modules.get(point.module), "__file__", None) or "")
        else:
            raise SettingsError(f"The installed plug-in {point.name} is neither a module nor a function.", HOW)
    return found


def _from_file(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(f"localvoice_plugin_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    _refuse_twins(path)
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


def _refuse_twins(path: Path) -> None:
    """Of two functions of one name Python keeps the last and says nothing."""
    tree = ast.parse(path.read_bytes(), str(path))
    for scope in (node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef))):
        lines: dict[str, int] = {}
        for node in scope.body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _is_marked(node):
                continue
            if node.name in lines:
                raise SettingsError(
                    f"There are two tools called {node.name} in {path.name}, lines {lines[node.name]} and "
                    f"{node.lineno}.",
                    "Rename one of them.",
                )
            lines[node.name] = node.lineno


def _is_marked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    called = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return any(ast.unparse(each).split(".")[-1] == "tool" for each in called)


def _tools_in(module: types.ModuleType, name: str) -> list[Tool]:
    found = tools_of(module)
    tools = getattr(module, "tools", None)
    if callable(tools):
        known = {(tool.name, tool.place) for tool in found}
        returned = _returned(tools, name, module.__file__ or "")
        found += [tool for tool in returned if tool.place is None or (tool.name, tool.place) not in known]
    elif not found:
        raise SettingsError(f"{name} is not a plug-in: it has no tools.", HOW)
    return found


def _returned(function: Callable[[], object], name: str, file: str) -> list[Tool]:
    """What `tools()` of a plug-in returns, as tools."""
    try:
        result = function()
        items = list(result) if isinstance(result, (list, tuple, set, types.GeneratorType)) else [result]
    except SettingsError:
        raise
    except (Exception, SystemExit) as error:
        raise SettingsError(f"The plug-in {name} is faulty: {_said(error, file)}.", "Correct its tools().") from error
    return [tool for item in items for tool in _of_item(item, name, function)]


def _of_item(item: object, name: str, function: Callable[[], object]) -> list[Tool]:
    if isinstance(item, Tool):
        return [item]
    if isinstance(item, (types.FunctionType, types.MethodType)):
        return [from_function(item)]
    found = [] if isinstance(item, type) else tools_of(item)
    if not found:
        where = place.of_function(function)
        what = f"the class {item.__name__} itself" if isinstance(item, type) else f"a {type(item).__name__}"
        raise SettingsError(
            f"tools() of the plug-in {name} returned {what}, which has no tools{f' ({where})' if where else ''}.", HOW
        )
    return found


def _said(error: BaseException, file: str) -> str:
    """What went wrong, on one line, and in which line of the plug-in."""
    message = " ".join((error.msg if isinstance(error, SyntaxError) else str(error)).split())
    kind = "" if isinstance(error, ImportError | OSError | SyntaxError) else f"{type(error).__name__}: "
    where = place.of_error(error, file)
    # If the plug-in was not even found, all lines on the way are of Python itself.
    inside = where is not None and (where.file == file or isinstance(error, SyntaxError))
    return f"{kind}{message}".rstrip(": ") + (f" ({where})" if inside else "")


def _file_of(module: str) -> str:
    """Where a module that could not be loaded is; empty if it was not found."""
    with contextlib.suppress(Exception):
        spec = importlib.util.find_spec(module)
        return (spec.origin if spec else None) or ""
    return ""
