"""A tool is a typed Python function: its annotations become the JSON schema, its docstring the description.

    @tool(slow=True, while_waiting="Let me look outside.")
    def get_weather(day: str = "today") -> str:
        '''The weather forecast.

        day: "today", "tomorrow" or a day of the week.
        '''

annotations.py says what a parameter may be, results.py what may be returned.
"""

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass
from typing import Any, TypeVar, overload

from localvoice.errors import SettingsError
from localvoice.think.tools import confirm as confirming
from localvoice.think.tools import place
from localvoice.think.tools.annotations import KNOWN, BadAnnotation, Between, Member, described, record
from localvoice.think.tools.arguments import Schema
from localvoice.think.tools.place import Place

LONGEST_QUOTE = 200
"""Characters of a sentence in what is said about it."""

__all__ = ["Between", "Done", "Schema", "Tool", "ToolFailed", "from_function", "tool", "tools_of"]


@dataclass(frozen=True, slots=True)
class Done:
    """A tool's result with a way back: `undo` is called when the turn that asked for it is taken back.

    It runs while the user speaks on, so it has to be quick. `text` may be whatever a tool may return; `say` are whole
    sentences for the user, spoken as they stand, so that no model has to find the words.
    """

    text: Any
    undo: Callable[[], object] | None = None
    say: str = ""


class ToolFailed(Exception):
    """Raised by a tool that could not do it; the message is what the model gets to hear, after "error: "."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call, with arguments that fit `parameters`.

    slow: takes long enough that the assistant should say something meanwhile, as soon as it runs.
    changes_world: is not run before it is certain that the user's turn is over.
    placeholder: stands for something that is not connected; a plug-in's tool of the same name replaces it.
    while_waiting: sentences to say meanwhile, in turn; some general ones if it has none.
    sentences: templates of what people say who want it (think/commands), `{argument}` where an argument stands.
    confirm: the question that is asked before it is done, `{argument}` where an argument stands; "" asks nothing.
    unlisted: parameters that are taken and not shown to models, which fill in whatever they are shown.
    place: where it is defined, if that is known.
    """

    name: str
    description: str
    parameters: Schema
    function: Callable[..., object]
    slow: bool = False
    changes_world: bool = False
    placeholder: bool = False
    while_waiting: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    confirm: str = ""
    place: Place | None = None
    unlisted: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """As chat templates want it; an empty list of what is required is left out, since each word costs time."""
        parameters = {name: part for name, part in self.parameters.items() if part or name != "required"}
        if self.unlisted:
            properties = self.parameters["properties"]
            parameters["properties"] = {name: properties[name] for name in properties if name not in self.unlisted}
        function = {"name": self.name, "description": self.description, "parameters": parameters}
        return {"type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the decorator says."""

    slow: bool = False
    changes_world: bool = False
    placeholder: bool = False
    while_waiting: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    confirm: str = ""
    unlisted: tuple[str, ...] = ()


F = TypeVar("F", bound=Callable[..., object])
_MARK = "__localvoice_tool__"


@overload
def tool(function: F, /) -> F: ...


@overload
def tool(
    *,
    slow: bool = False,
    changes_world: bool = False,
    placeholder: bool = False,
    while_waiting: str | Sequence[str] = (),
    sentences: Sequence[str] = (),
    confirm: str = "",
    unlisted: Sequence[str] = (),
) -> Callable[[F], F]: ...


def tool(
    function: Callable[..., object] | None = None,
    /,
    *,
    slow: bool = False,
    changes_world: bool = False,
    placeholder: bool = False,
    while_waiting: str | Sequence[str] = (),
    sentences: Sequence[str] = (),
    confirm: str = "",
    unlisted: Sequence[str] = (),
) -> Callable[..., object]:
    """Mark a function or method as a tool, with or without brackets.

    slow: it takes a while; the assistant says something as soon as it runs, rather than after 400 ms.
    while_waiting: what it says then, a sentence or several that take turns.
    changes_world: it waits until it is certain that the user has finished.
    placeholder: it gives way to another tool of its name.
    unlisted: parameters with a default that models are not shown, such as another name for one that they are.
    sentences: how people ask for it, so that it is done without the model.
    confirm: what is asked before it is done, for what cannot be undone: "Shall I open the {which} door?" Arguments
    that stand in it have to be required. It waits for the end of the turn as `changes_world` does.

    Raises SettingsError, with file and line, if what is marked is no function, `sentences` or `confirm` are no texts,
    or there is nothing to say in `while_waiting`.
    """
    if not isinstance(sentences, (list, tuple)) or not all(isinstance(each, str) for each in sentences):
        raise _fault("@tool has sentences that are no list of texts", 'Write them as in sentences=["open the door"].')
    if not isinstance(confirm, str):
        raise _fault("@tool has a confirm that is no text", 'Write a question, as in confirm="Shall I open the door?"')
    waiting = (while_waiting,) if isinstance(while_waiting, str) else tuple(while_waiting)
    if not all(isinstance(each, str) and any(map(str.isalnum, each)) for each in waiting):
        raise _fault("@tool has a while_waiting in which nothing can be said", "Give it a sentence, or several.")
    mark = _Mark(slow, changes_world, placeholder, waiting, tuple(sentences), confirm, tuple(unlisted))

    def set_mark(function: F) -> F:
        if not (inspect.isroutine(function) or isinstance(function, (staticmethod, classmethod))):
            raise _fault(f"@tool marks a {type(function).__name__}", "It marks functions and methods.")
        setattr(function, _MARK, mark)
        return function

    return set_mark(function) if function is not None else set_mark


def tools_of(owner: object) -> list[Tool]:
    """The marked functions of a module or the marked methods of an object, in the order they are written.

    Raises SettingsError as `from_function` does.
    """
    if isinstance(owner, types.ModuleType):
        names: Iterable[str] = list(vars(owner))
    else:
        names = dict.fromkeys(name for base in reversed(type(owner).__mro__) for name in vars(base))
    marks = ((name, getattr(inspect.getattr_static(owner, name, None), _MARK, None)) for name in names)
    return [_declare(getattr(owner, name), mark) for name, mark in marks if isinstance(mark, _Mark)]


def from_function(function: Callable[..., object]) -> Tool:
    """A tool from a typed function, marked or not.

    Raises SettingsError, with file and line, if it has no docstring, or a parameter that a model cannot give.
    """
    return _declare(function, getattr(function, _MARK, _Mark()))


def _declare(function: Callable[..., object], mark: _Mark) -> Tool:
    where = place.of_function(function)
    name = getattr(function, "__name__", type(function).__name__)
    description, about = described(inspect.getdoc(function) or "")
    if not description:
        raise _fault(
            f"The tool {name} does not say what it does", "Write it as the first line of its docstring.", where
        )
    try:
        hints = typing.get_type_hints(function, include_extras=True)
        members = [
            _member(parameter, hints, about, name, where)
            for parameter in inspect.signature(function).parameters.values()
        ]
        parameters, convert = record(members)
    except BadAnnotation as fault:
        raise _fault(
            f"The parameter {fault.path} of the tool {name} {fault}", f"A tool can take {KNOWN}.", where
        ) from None
    except (NameError, TypeError, AttributeError, SyntaxError, LookupError, ValueError) as error:
        raise _fault(
            f"The annotations of the tool {name} cannot be read: {error}", "Correct or import what they name.", where
        ) from None

    _check_sentences(mark.sentences, parameters, name, where)
    if mark.confirm and (why := confirming.fault(mark.confirm, parameters)):
        raise _fault(
            f"The confirm of the tool {name} {why}",
            'Write a question with the names of required parameters in braces, as in "Shall I open the {which} door?"',
            where,
        )

    def call(**arguments: Any) -> object:
        return function(**convert(arguments))

    changes_world = mark.changes_world or bool(mark.confirm)
    return Tool(
        name, description, parameters, call, mark.slow, changes_world, mark.placeholder, mark.while_waiting,
        mark.sentences, mark.confirm, where,
        mark.unlisted,
    )  # fmt: skip


def _check_sentences(sentences: tuple[str, ...], parameters: Schema, tool_name: str, where: Place | None) -> None:
    if not sentences:
        return
    # What reads them takes 0.15 s to load, and most tools have none.
    from localvoice.think.commands import template, tool_sentences

    for sentence in sentences:
        try:
            tool_sentences.check(sentence, parameters)
        except template.BadTemplate as fault:
            raise _fault(
                f"The sentence {_shortened(sentence)!r} of the tool {tool_name} {fault}",
                "docs/tools.md, under Sentences, says what can be in one.",
                where,
            ) from None


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}..."


def _member(
    parameter: inspect.Parameter, hints: dict[str, Any], about: dict[str, str], tool_name: str, where: Place | None
) -> Member:
    name = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
        raise _fault(
            f"The tool {tool_name} takes *, ** or positional-only parameters",
            "Name each parameter; a model names every argument.",
            where,
        )
    if name not in hints:
        raise _fault(
            f"The parameter {name} of the tool {tool_name} has no type annotation",
            f"Write one, as in {name}: str.",
            where,
        )
    default = MISSING if parameter.default is parameter.empty else parameter.default
    return Member(name, hints[name], default, about.get(name, ""))


def _fault(message: str, remedy: str, where: Place | None = None) -> SettingsError:
    where = where or place.of_caller(__file__)
    return SettingsError(f"{message} ({where})." if where else f"{message}.", remedy)
