"""The one strict reader of TOML: a table becomes a frozen dataclass, or every fault in it is named with its line.

The dataclass is the whole description. Its fields are the keys; a field without a default must be there; what a type
cannot say stands beside it: `Annotated[int, Between(0, 100)]`, `Annotated[str, Check(fault_of_name)]`. Types that can
be read: str, bool, int, float, Literal of strings, tuple[str, ...], another dataclass, tuple[another dataclass, ...]
with `Tables`, tuple[tuple[str, str], ...] for a table of strings, and each of them `| None`, which TOML has no word
for.

JSON of the same kind (the lock file) is read by it too, without lines.
"""

import dataclasses
import functools
import tomllib
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from localvoice.errors import LocalvoiceError
from localvoice.nearest import did_you_mean
from localvoice.toml_faults import Faults, Location

T = TypeVar("T")
MISSING = dataclasses.MISSING
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Between:
    """A number lies between these two, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number is not below this."""

    low: float


@dataclass(frozen=True, slots=True)
class Check:
    """A string that is not the default must pass: `fault_of` says why it does not, as the end of a sentence."""

    fault_of: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Tables:
    """A list of tables, each of which is called a `noun`; a string in place of a table is its field `short` alone."""

    noun: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What messages call a table and what stands in it."""

    name: str
    """Such as "model whisper-base" or "[turn]"."""
    noun: str = "key"
    member: str = "{key}{value} of {name}"
    """One of its keys; `value` is empty, or a space and the value."""

    def of(self, key: str, value: str = "") -> str:
        """The key in a sentence."""
        return self.member.format(key=key, name=self.name, value=f" {value}" if value else "")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a dataclass, taken apart."""

    name: str
    hint: Any
    """Its type, without Annotated and None."""
    notes: tuple[Any, ...]
    """What Annotated adds."""
    default: Any
    """MISSING if the key must be there."""

    def note(self, kind: type[T]) -> T | None:
        """The note of that kind, if there is one."""
        return next((note for note in self.notes if isinstance(note, kind)), None)


def text_of(file: Path, error: type[LocalvoiceError]) -> str:
    """The text of a settings file or catalog. Raises FileNotFoundError; `error` for everything else."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise
    except UnicodeDecodeError:
        raise error(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as refused:
        raise error(
            f"{file} cannot be read: {refused.strerror}.", "Check its permissions and that it is a file."
        ) from None


def tree_of(text: str, file: str, error: type[LocalvoiceError]) -> dict[str, Any]:
    """The tables in TOML `text`; `file` is for the messages. Raises `error`: it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise error(f"{file} is not valid TOML: {wrong}.", "Correct that line.") from None
    except (ValueError, RecursionError) as wrong:  # a number of thousands of digits, or as many brackets
        raise error(
            f"{file} cannot be read ({type(wrong).__name__}).", "Look for a value that is far too long."
        ) from None


def read(
    kind: type[T], table: Any, subject: Subject, faults: Faults, at: Location, every_key: bool = False
) -> T | None:
    """The dataclass `kind` from `table`, or None after all that is wrong with it was added to `faults`.

    With `every_key` a key that is left out is a fault, whether it has a default or not.
    """
    if not isinstance(table, dict):
        faults.add(at, f"{subject.name} must be a table, not {_shown(table)}.")
        return None
    before = len(faults.sentences)
    as_any: Any = kind
    specs = fields_of(as_any)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in specs:
            near = did_you_mean(key, specs, or_list=True)
            faults.add((*at, key), f"{subject.name} has no {subject.noun} {key}.{near}")
        else:
            values[key] = value_of(specs[key], value, subject, faults, (*at, key), every_key)
    for name, spec in specs.items():
        if name not in table and (every_key or spec.default is MISSING):
            faults.add(at, f"{subject.name} lacks {name}.")
    return kind(**values) if len(faults.sentences) == before else None


def value_of(
    spec: FieldSpec, value: Any, subject: Subject, faults: Faults, at: Location, every_key: bool = False
) -> Any:
    """`value` as the field takes it; what is wrong with it is added to `faults`, and then the value means nothing."""
    if dataclasses.is_dataclass(spec.hint):
        kind: Any = spec.hint
        return read(kind, value, Subject(f"{spec.name} of {subject.name}"), faults, at, every_key)
    if tables := spec.note(Tables):
        return _list_of_tables(spec, tables, value, subject, faults, at, every_key)
    taken = _taken(spec.hint, spec.notes, spec.default, value)
    if isinstance(taken, _Wrong):
        shown = _shown(value) if taken.names_value else ""
        faults.add(at, f"{subject.of(spec.name, shown)} {taken.end}")
    return taken


@functools.cache
def fields_of(kind: type) -> Mapping[str, FieldSpec]:
    """The fields of a dataclass by name."""
    hints = typing.get_type_hints(kind, include_extras=True)
    found = {}
    for item in dataclasses.fields(kind):
        made = item.default_factory
        default = item.default if made is MISSING else made()
        found[item.name] = FieldSpec(item.name, *_bare(hints[item.name]), default)
    return found


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without Annotated and None, and what Annotated adds."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    if typing.get_origin(hint) is Annotated:
        inner, *notes = typing.get_args(hint)
        return inner, tuple(notes)
    return hint, ()


def _list_of_tables(
    spec: FieldSpec, tables: Tables, value: Any, subject: Subject, faults: Faults, at: Location, every_key: bool
) -> Any:
    if not isinstance(value, list):
        faults.add(at, f"{subject.of(spec.name)} must be a list, not {_shown(value)}.")
        return None
    kind = typing.get_args(spec.hint)[0]
    each = Subject(f"a {tables.noun} of {subject.name}")
    items = [{tables.short: item} if tables.short and isinstance(item, str) else item for item in value]
    return tuple(read(kind, item, each, faults, (*at, number), every_key) for number, item in enumerate(items))


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a value."""

    end: str
    """Of the sentence that begins with the key."""
    names_value: bool = False
    """Whether the value stands behind the key."""


def _taken(hint: Any, notes: tuple[Any, ...], default: Any, value: Any) -> Any:
    """`value` as the field takes it, or what is wrong with it."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        choices = typing.get_args(hint)
        if isinstance(value, str) and value in choices:
            return value
        known = [choice for choice in choices if choice]
        near = did_you_mean(value, known) if isinstance(value, str) else ""
        return _Wrong(f"must be one of {', '.join(known)}, not {_shown(value)}.{near}")
    if origin is tuple:
        return _strings(typing.get_args(hint)[0], value)
    if hint is float and type(value) is int:
        try:
            value = float(value)
        except OverflowError:
            return _Wrong("is too large.")
    if type(value) is not hint:
        return _Wrong(f"must be {_WORDS[hint]}, not {_shown(value)}.")
    for note in notes:
        if isinstance(note, Between) and not note.low <= value <= note.high:
            return _Wrong(f"must be between {note.low:g} and {note.high:g}, not {_shown(value)}.")
        if isinstance(note, AtLeast) and value < note.low:
            return _Wrong(f"must not be below {note.low:g}.")
        if isinstance(note, Check) and value != default and (fault := note.fault_of(value)):
            return _Wrong(f"{fault}.", names_value=True)
    return value


def _strings(item: Any, value: Any) -> Any:
    """A list of strings, or a table of strings for pairs."""
    if typing.get_origin(item) is tuple:
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            return _Wrong(f"must be a table of strings, not {_shown(value)}.")
        return tuple(value.items())
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        return _Wrong(f"must be a list of strings, not {_shown(value)}.")
    for text in value:
        taken = _taken(*_bare(item), MISSING, text)
        if isinstance(taken, _Wrong):
            return _Wrong(f"has {_shown(text)}, which {taken.end}")
    return tuple(value)


_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a string in quotes"}


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "..."
