"""What an annotation means: the JSON schema that the model is shown, and how a fitting argument becomes a Python value.

annotation                    the model is shown                                   the tool gets
str, int, float, bool         string, integer, number, boolean                     the same
Annotated[int, Between(1, 9)] integer from 1 to 9                                  int
Literal["on", "off"]          one of these                                         one of these
an Enum                       its values if all are text, its names otherwise      a member
list[X], tuple[X, ...]        a list of X                                          list, tuple
tuple[X, Y]                   a list of exactly these                              tuple
date, time, datetime          text in ISO 8601, such as 2026-05-31T19:30           the same, in local time
a dataclass                   an object with its fields                            an instance
X | Y                         either                                               whichever fits first
X | None                      X, and it may be left out                            None if it was
"""

import enum
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import Any, Literal

from localvoice.think.messages import Json
from localvoice.think.tools.arguments import BadArguments, Schema, fit

KNOWN = (
    "str, int, float, bool, Literal[...], an Enum, list[...], tuple[...], date, time, datetime, a dataclass, unions of "
    "these, and X | None"
)


class BadAnnotation(Exception):
    """An annotation or a default that cannot be used: half a sentence, to follow the parameter's name."""

    def __init__(self, complaint: str, path: str = "") -> None:
        super().__init__(complaint)
        self.path = path
        """Of the field of a dataclass in which it stands; empty for the parameter itself."""


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds of a number, both inclusive: `Annotated[int, Between(0, 100)]`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Kind:
    """`convert` makes the Python value of a JSON value that fits `schema`."""

    schema: Schema
    convert: Callable[[Any], Any]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter of a tool, or a field of a dataclass; `default` is MISSING if there is none."""

    name: str
    hint: Any
    default: Any = MISSING
    about: str = ""
    default_made: bool = False
    """By a default_factory: there is a default, but its value is not known."""


def record(members: Iterable[Member], inside: tuple[type, ...] = ()) -> tuple[Schema, Callable[[Any], dict[str, Any]]]:
    """The schema of an object with `members`, and what makes keyword arguments of one that fits.

    Raises BadAnnotation. `inside` are the dataclasses around it, which it must not contain again.
    """
    kinds: dict[str, Kind] = {}
    required: list[str] = []
    left_out: dict[str, None] = {}
    for member in members:
        try:
            kind = kind_of(member.hint, inside)
            schema = dict(kind.schema)
            if member.about:
                schema["description"] = member.about
            if member.default is not MISSING:
                shown = _check_default(member.default, kind)
                schema |= {"default": shown} if shown is not None else {}
        except BadAnnotation as fault:
            path = f"{member.name}.{fault.path}" if fault.path else member.name
            raise BadAnnotation(str(fault), path) from None
        kinds[member.name] = replace(kind, schema=schema)
        if member.default is MISSING and not member.default_made:
            if kind.optional:
                left_out[member.name] = None
            else:
                required.append(member.name)

    def convert(values: dict[str, Any]) -> dict[str, Any]:
        return left_out | {name: kinds[name].convert(value) for name, value in values.items()}

    properties = {name: kind.schema for name, kind in kinds.items()}
    return {"type": "object", "properties": properties, "required": required}, convert


def kind_of(hint: Any, inside: tuple[type, ...] = ()) -> Kind:
    """What `hint` means. Raises BadAnnotation."""
    if hint in _PLAIN:
        return Kind({"type": _PLAIN[hint]}, float if hint is float else _same)
    if hint in _MOMENTS:
        return Kind({"type": "string", "format": _MOMENTS[hint]}, _local if hint is datetime else hint.fromisoformat)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _bounded(kind_of(arguments[0], inside), arguments[1:])
    if origin is Literal:
        return _literal(arguments)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        members = {_shown(member): member for member in hint}
        if members:
            return Kind(_choices(list(members)), members.__getitem__)
    if origin is list and arguments:
        item = kind_of(arguments[0], inside)
        return Kind({"type": "array", "items": item.schema}, lambda values: [item.convert(value) for value in values])
    if origin is tuple and arguments:
        return _tuple(arguments, inside)
    if origin in (typing.Union, UnionType):
        return _union(arguments, inside)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint, inside)
    if (bare := origin or hint) in (list, tuple):
        raise BadAnnotation(f"does not say what it is a {bare.__name__} of, as {bare.__name__}[str] does")
    shown = hint.__name__ if isinstance(hint, type) and not arguments else str(hint)
    raise BadAnnotation(f"has the type {shown}, which a tool cannot take")


def described(text: str) -> tuple[str, dict[str, str]]:
    """Of a docstring: the first paragraph on one line, and the lines "name: what it is" of the rest, by name."""
    first, _, rest = text.partition("\n\n")
    about: dict[str, str] = {}
    for line in rest.splitlines():
        name, colon, what = line.strip().partition(":")
        if colon and name.isidentifier() and what.strip():
            about[name] = what.strip()
    return " ".join(first.split()), about


_PLAIN: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
_MOMENTS: dict[Any, str] = {datetime: "date-time", date: "date", time: "time"}


def _same(value: Any) -> Any:
    return value


def _local(text: str) -> datetime:
    """Without a zone, so that it compares with `datetime.now()`."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo is None else read.astimezone().replace(tzinfo=None)


def _shown(member: enum.Enum) -> str:
    """Values that are text are what people say; numbers and objects mean nothing to a model."""
    by_value = all(isinstance(other.value, str) for other in type(member))
    return str(member.value) if by_value else member.name


def _choices(choices: Sequence[Json]) -> Schema:
    kinds = {_PLAIN.get(type(choice), "") for choice in choices}
    if "" in kinds:
        raise BadAnnotation("has a choice that is neither text nor a number")
    return {"type": kinds.pop(), "enum": list(choices)} if len(kinds) == 1 else {"enum": list(choices)}


def _literal(choices: Sequence[Any]) -> Kind:
    real = [choice for choice in choices if choice is not None]
    return Kind(_choices(real), _same, optional=len(real) < len(choices))


def _tuple(arguments: Sequence[Any], inside: tuple[type, ...]) -> Kind:
    if len(arguments) == 2 and arguments[1] is ...:
        item = kind_of(arguments[0], inside)
        schema = {"type": "array", "items": item.schema}
        return Kind(schema, lambda values: tuple(item.convert(value) for value in values))
    items = [kind_of(argument, inside) for argument in arguments]
    fixed: Schema = {
        "type": "array", "prefixItems": [item.schema for item in items], "minItems": len(items), "maxItems": len(items)
    }  # fmt: skip
    return Kind(fixed, lambda values: tuple(item.convert(value) for item, value in zip(items, values, strict=True)))


def _union(arguments: Sequence[Any], inside: tuple[type, ...]) -> Kind:
    rest = [argument for argument in arguments if argument is not NoneType]
    kinds = [kind_of(argument, inside) for argument in rest]
    optional = len(rest) < len(arguments) or any(kind.optional for kind in kinds)
    if len(kinds) == 1:
        return replace(kinds[0], optional=optional)

    def convert(value: Any) -> Any:
        for kind in kinds[:-1]:
            try:
                return kind.convert(fit(value, kind.schema, ""))
            except BadArguments:
                continue
        return kinds[-1].convert(value)

    return Kind({"anyOf": [kind.schema for kind in kinds]}, convert, optional)


def _dataclass(hint: type, inside: tuple[type, ...]) -> Kind:
    if hint in inside:
        raise BadAnnotation(f"contains itself: {hint.__name__}")
    hints = typing.get_type_hints(hint, include_extras=True)
    about = described(hint.__doc__ or "")[1]
    members = [
        Member(item.name, hints[item.name], item.default, about.get(item.name, ""), item.default_factory is not MISSING)
        for item in fields(hint)
        if item.init
    ]
    schema, convert = record(members, (*inside, hint))
    return Kind(schema, lambda values: hint(**convert(values)))


def _bounded(kind: Kind, extras: Sequence[Any]) -> Kind:
    """`kind` within the bounds that are among what `Annotated` holds; the rest is for others."""
    for extra in extras:
        if extra is Between:
            raise BadAnnotation("has Between without its bounds, as in Between(0, 100)")
        if isinstance(extra, Between):
            kind = replace(kind, schema=_within(kind.schema, extra))
    return kind


def _within(schema: Schema, bounds: Between) -> Schema:
    if not all(isinstance(bound, (int, float)) for bound in (bounds.low, bounds.high)) or bounds.low > bounds.high:
        raise BadAnnotation(f"has Between({bounds.low!r}, {bounds.high!r}), which no number lies in")
    if any(_is_number(choice) for choice in schema.get("anyOf", ())):
        choices = [_within(choice, bounds) if _is_number(choice) else choice for choice in schema["anyOf"]]
        return schema | {"anyOf": choices}
    if not _is_number(schema):
        raise BadAnnotation("has Between, which fits numbers alone; in a list it goes to the items")
    return schema | {"minimum": bounds.low, "maximum": bounds.high}


def _is_number(schema: Schema) -> bool:
    return schema.get("type") in ("integer", "number") and "enum" not in schema


def _check_default(default: Any, kind: Kind) -> Json:
    """The default as the model is shown it. Raises BadAnnotation if it is of another type than its parameter."""
    if default is None and kind.optional:
        return None
    shown = _as_json(default)
    try:
        fits = shown is not None and kind.convert(fit(shown, kind.schema, "")) == default
    except (BadArguments, ValueError, TypeError, KeyError):
        fits = False
    # Texts are stripped when they are fitted.
    if not fits and not (isinstance(default, str) and kind.schema == {"type": "string"}):
        raise BadAnnotation(f"has the default {default!r}, which is not of its type")
    return shown


def _as_json(value: Any) -> Json:
    """None for what JSON cannot show."""
    if isinstance(value, enum.Enum):
        return _shown(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _as_json(getattr(value, item.name)) for item in fields(value) if item.init}
    return value if isinstance(value, (str, int, float, bool)) else None
