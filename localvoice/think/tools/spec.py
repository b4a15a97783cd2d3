"""A tool is a typed Python function: its annotations become the JSON schema, its docstring the description.

    @tool(slow=True)
    def get_weather(day: str = "today") -> str:
        '''The weather forecast.

        day: "today", "tomorrow" or a day of the week.
        '''

Understood are str, int, float, bool, list[...], Literal[...], unions of these, `X | None` for what may be
left out, and `Annotated[int, Between(0, 100)]`.
"""

import functools
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A tool's result with a way back: `undo` is called when the turn that asked for it is taken back.

    It runs while the user speaks on, so it has to be quick.
    """

    text: str
    undo: Callable[[], None] | None = None


class ToolFailed(Exception):
    """Raised by a tool that could not do it; the message is what the model gets to hear, after "error: "."""


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds of a number, both inclusive: `Annotated[int, Between(0, 100)]`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call.

    slow: takes long enough that the assistant should say something meanwhile.
    changes_world: is not run before it is certain that the user's turn is over.
    placeholder: stands for something that is not connected; a plug-in's tool of the same name replaces it.
    """

    name: str
    description: str
    parameters: Schema
    function: Callable[..., str | Done]
    slow: bool = False
    changes_world: bool = False
    placeholder: bool = False

    @property
    def schema(self) -> Schema:
        """As chat templates want it."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


F = TypeVar("F", bound=Callable[..., str | Done])
_MARK = "__localvoice_tool__"


def tool(*, slow: bool = False, changes_world: bool = False, placeholder: bool = False) -> Callable[[F], F]:
    """Mark a function or method as a tool; `tools_of` finds it."""

    def mark(function: F) -> F:
        setattr(function, _MARK, {"slow": slow, "changes_world": changes_world, "placeholder": placeholder})
        return function

    return mark


def tools_of(owner: object) -> list[Tool]:
    """The marked functions of a module or the marked methods of an object, in the order they are written."""
    if isinstance(owner, types.ModuleType):
        names: Iterable[str] = vars(owner)
    else:
        names = dict.fromkeys(name for base in reversed(type(owner).__mro__) for name in vars(base))
    functions = (inspect.getattr_static(owner, name, None) for name in names)
    marked = [name for name, function in zip(names, functions, strict=True) if hasattr(function, _MARK)]
    return [from_function(getattr(owner, name)) for name in marked]


def from_function(function: Callable[..., str | Done]) -> Tool:
    """A tool from a typed function, marked or not.

    Raises TypeError with a sentence when an annotation is missing or not understood.
    """
    name = getattr(function, "__name__", type(function).__name__)
    description, about = _docstring(inspect.getdoc(function) or "")
    hints = typing.get_type_hints(function, include_extras=True)
    properties: dict[str, Schema] = {}
    required: list[str] = []
    left_out: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise TypeError(f"The tool {name} takes *, ** or positional-only parameters; a model names every argument.")
        if parameter.name not in hints:
            raise TypeError(f"The parameter {parameter.name} of the tool {name} has no type annotation.")
        schema, optional = _schema(hints[parameter.name], f"{name}({parameter.name})")
        if parameter.name in about:
            schema["description"] = about[parameter.name]
        properties[parameter.name] = schema
        if parameter.default is parameter.empty and not optional:
            required.append(parameter.name)
        elif parameter.default is parameter.empty:
            left_out.append(parameter.name)
    parameters: Schema = {"type": "object", "properties": properties, "required": required}
    return Tool(name, description, parameters, _with_nones(function, left_out), **getattr(function, _MARK, {}))


def _with_nones(function: Callable[..., str | Done], left_out: list[str]) -> Callable[..., str | Done]:
    """`function` with None for those parameters that a model may leave out and that have no default."""
    return functools.partial(function, **dict.fromkeys(left_out)) if left_out else function


def _docstring(text: str) -> tuple[str, dict[str, str]]:
    """The first paragraph on one line, and the lines "parameter: what it is" of the rest."""
    first, _, rest = text.partition("\n\n")
    about = dict(re.findall(r"^\s*(\w+):\s*(.+?)\s*$", rest, re.MULTILINE))
    return " ".join(first.split()), about


_PLAIN: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _schema(hint: Any, where: str) -> tuple[Schema, bool]:
    """JSON schema of an annotation, and whether None is allowed."""
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}, False
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        schema, optional = _schema(arguments[0], where)
        for extra in arguments[1:]:
            if isinstance(extra, Between):
                schema |= {"minimum": extra.low, "maximum": extra.high}
        return schema, optional
    if origin is Literal:
        kinds = {_PLAIN.get(type(choice), "") for choice in arguments}
        if "" in kinds:
            raise TypeError(f"A choice of {where} is neither text nor a number.")
        return {"type": kinds.pop(), "enum": list(arguments)} if len(kinds) == 1 else {"enum": list(arguments)}, False
    if origin is list and arguments:
        return {"type": "array", "items": _schema(arguments[0], where)[0]}, False
    if origin in (typing.Union, types.UnionType):
        rest = [argument for argument in arguments if argument is not types.NoneType]
        optional = len(rest) < len(arguments)
        schemas = [_schema(argument, where)[0] for argument in rest]
        return (schemas[0] if len(schemas) == 1 else {"anyOf": schemas}), optional
    raise TypeError(f"The type {hint} of {where} is none that a tool can have.")
