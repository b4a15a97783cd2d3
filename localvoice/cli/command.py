"""What all commands share: `--debug`, and texts that begin with a dash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(slots=True)
class Root:
    """What was said before the command, or, of `--debug`, after it. Commands find it as `ctx.find_object(Root)`."""

    debug: bool = False


def set_debug(ctx: typer.Context, _parameter: Any, wanted: bool) -> bool:
    """The callback of `--debug`, wherever it stands."""
    if wanted:
        from localvoice import log
        from localvoice.engines.sound import messages

        ctx.ensure_object(Root).debug = True
        log.tracebacks(True)
        messages.show()
    return wanted


class Command(TyperCommand):
    """Takes `--debug` too, out of habit; the help shows it once, with the program's own options."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_debug())


class Group(TyperGroup):
    """The same for a group of commands: `localvoice config --debug`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_debug())


def _debug() -> TyperOption:
    return TyperOption(param_decls=["--debug"], is_flag=True, hidden=True, expose_value=False, callback=set_debug)


class TextCommand(Command):
    """Its argument `words` is a text, which may begin with a dash: "-3 + 5"."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        takes_value = {name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts}
        marked = [
            _MARK + argument if before not in takes_value and is_text(argument, takes_value) else argument
            for before, argument in zip(["", *args], args, strict=False)
        ]
        rest: list[str] = super().parse_args(ctx, marked)
        ctx.params["words"] = [word.removeprefix(_MARK) for word in ctx.params["words"] or ()]
        return rest


_MARK = "\0"
"""In front of a text that looks like an option. No argument of a program can have it."""


def is_text(argument: str, takes_value: set[str]) -> bool:
    """Whether an argument that begins with a dash is a text: a number, or something with a space in it.

    `takes_value`: options whose value may stand in the same argument (`-oout.wav`, `--output=out.wav`).
    """
    if not argument.startswith("-") or argument.partition("=")[0] in takes_value or argument[:2] in takes_value:
        return False
    return argument[1:2].isdigit() or any(character.isspace() for character in argument)


class App(typer.Typer):
    """A typer application whose commands are `Command`s."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Function], Function]:
        return super().command(name, **{"cls": Command, **options})
