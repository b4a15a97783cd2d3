"""The fenced blocks of the documentation, and what can be checked of each without a person at the keyboard.

A comment on the line before a block says how to treat it:
`<!-- not run: REASON -->` for a block that cannot run in a test, `<!-- slow: REASON -->` for one that takes long.
"""

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer.main

from localvoice import config
from localvoice.catalog import listing
from localvoice.cli.app import Refused, app

ROOT = Path(__file__).parents[1]
SHELL = ("sh", "bash", "console", "")
_FENCE = re.compile(r"^ *```(\w*)\s*$")
_MARK = re.compile(r"<!-- (not run|slow): (.+) -->")
_OPERATORS = re.compile(r"[&|;()]+")


@dataclass(frozen=True)
class Block:
    file: Path
    line: int
    """Of its first line, from 1."""
    language: str
    text: str
    mark: str = ""
    """"not run", "slow" or nothing."""
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}"


def documents() -> list[Path]:
    """Every page that people read, but for the decisions, which describe the past."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("scripts/**/README.md")]
    return sorted(found)


def blocks(file: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = file.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        number += 1
        if fence is None:
            continue
        mark = _MARK.search(lines[number - 2]) if number > 1 else None
        start = number
        while number < len(lines) and not lines[number].strip().startswith("```"):
            number += 1
        indent = min((len(line) - len(line.lstrip()) for line in lines[start:number] if line.strip()), default=0)
        text = "\n".join(line[indent:] for line in lines[start:number])
        yield Block(file, start + 1, fence[1], text, mark[1] if mark else "", mark[2] if mark else "")
        number += 1


# --- settings and catalogs ------------------------------------------------------------------------------------------


def check_toml(text: str) -> None:
    """Raises an error if `text` is neither good settings nor a good catalog (nor a part of pyproject.toml)."""
    tree = tomllib.loads(text)
    if "project" in tree or "build-system" in tree:
        return
    if "model" in tree or "profile" in tree:
        listing.parse(text, "snippet.toml", listing.load())
    else:
        config.parse(text, "snippet.toml")


# --- command lines --------------------------------------------------------------------------------------------------


def commands(text: str) -> Iterator[list[str]]:
    """The simple commands of shell lines, without variables, redirections and comments.

    If any line begins with "$ ", those are the commands, and the others are what they print.
    """
    lines = text.replace("\\\n", " ").splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    ends_with = ""
    for line in lines:
        if ends_with:
            ends_with = "" if line.strip() == ends_with else ends_with
            continue
        if document := re.search(r"<<-? *['\"]?(\w+)", line):
            ends_with, line = document[1], line[: document.start()]
        yield from _simple(line)


def _simple(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.wordchars += "$@%:,![]{}^"
    try:
        words = list(lexer)
    except ValueError:
        return  # A picture or a sentence, no command line.
    command: list[str] = []
    redirected = False
    for word in [*words, ";"]:
        if _OPERATORS.fullmatch(word):
            if command:
                yield command
            command, redirected = [], False
        elif set(word) <= set("<>&"):
            redirected = True
        elif redirected:
            redirected = False
        elif command or not re.match(r"\w+=", word):
            command.append(word)


def check_command(words: list[str]) -> str:
    """What is wrong with a command line, as a sentence; "" if nothing is, or if it is none of this program's."""
    name, arguments = words[0], words[1:]
    if Path(name).name.startswith("python") and arguments[:1] == ["-m"] and len(arguments) > 1:
        module, arguments = arguments[1], arguments[2:]
        if module == "localvoice":
            return check_arguments(arguments)
        ours = module.split(".")[0] in ("localvoice", "tests", "scripts")
        return f"There is no module {module}." if ours and not _is_module(module) else ""
    if Path(name).name == "localvoice":
        return check_arguments(arguments)
    if name == "pip" or Path(name).name == "pip":
        return _check_extras(arguments)
    for word in words:
        place = word.split("::")[0]
        if not re.match(r"(scripts|tests|findings|localvoice)/", place):
            continue
        if not (ROOT / place).exists():
            return f"There is no {place}."
        if place.endswith(".py") and "ArgumentParser" in (code := (ROOT / place).read_text(encoding="utf-8")):
            unknown = [option for option in words if option.startswith("--") and f'"{option}"' not in code]
            return f"{place} has no option {unknown[0]}." if unknown else ""
    return ""


def check_arguments(arguments: list[str]) -> str:
    """What `localvoice` would refuse in these arguments before it runs anything; "" if nothing."""
    command: Any = typer.main.get_command(app)
    path, rest = ["localvoice"], list(arguments)
    asks_help = any(option in arguments for option in ("--help", "--version"))
    context = None
    while True:
        context = type(command).context_class(command, info_name=path[-1], parent=context)
        try:
            values, rest, _ = command.make_parser(context).parse_args(args=list(rest))
            for parameter in [] if asks_help else command.params:
                _check_value(context, parameter, values.get(parameter.name))
        except Refused as fault:
            return f"{' '.join(path)}: {fault.format_message()}"
        if not hasattr(command, "commands"):
            return f"{' '.join(path)}: {rest[0]!r} is one argument too many." if rest else ""
        if not rest:
            return "" if asks_help or len(path) == 1 else f"{' '.join(path)}: which of its commands?"
        if rest[0] not in command.commands:
            return f"{' '.join(path)}: there is no command {rest[0]!r}."
        path.append(rest[0])
        command, rest = command.commands[rest[0]], rest[1:]


def _check_value(context: Any, parameter: Any, value: Any) -> None:
    if value is None or value == ():
        if parameter.required:
            raise Refused(f"Missing {parameter.human_readable_name}.")
    elif "path" not in type(parameter.type).__name__.lower() and "file" not in type(parameter.type).__name__.lower():
        parameter.type_cast_value(context, value)


def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or place.is_dir() or find_spec(name) is not None


def _check_extras(arguments: list[str]) -> str:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for word in arguments:
        if asked := re.fullmatch(r"(?:localvoice|\.)\[([\w,-]+)\].*", word):
            for extra in asked[1].split(","):
                if extra not in extras:
                    return f"localvoice has no extra {extra!r}."
    return ""


def environment(home: Path) -> dict[str, str]:
    """A machine on which localvoice was never used, for a block that runs in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LOCALVOICE_"))}
    return {**kept, "HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
