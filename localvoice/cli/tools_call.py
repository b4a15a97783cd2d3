"""`localvoice tools call`: one call, with the checks and the deadline that the model's call would have."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from localvoice import config
from localvoice.cli.ringing import note_on
from localvoice.cli.terminal import printable
from localvoice.errors import LocalvoiceError, SettingsError
from localvoice.nearest import did_you_mean

if TYPE_CHECKING:
    from localvoice.think.tools.attempt import Fault
    from localvoice.think.tools.registry import Registry
    from localvoice.think.tools.spec import Tool

LOOK_S = 0.1
"""How often Ctrl-C is looked for; a wait without a limit would not be interrupted on Windows."""


def call(name: str, pairs: list[str], json_text: str, config_file: Path | None) -> None:
    """Call a tool and print its result.

    Raises SettingsError: there is no such tool, or the arguments do not fit it; LocalvoiceError: it failed.
    """
    from localvoice.think.messages import ToolCall
    from localvoice.think.tools.builtin.all import of_settings
    from localvoice.think.tools.runner import ToolRunner

    settings = config.load(config_file).settings
    faults: list[Fault] = []
    tools, timers = of_settings(settings)
    try:
        tool = _find(tools, name)
        arguments = _checked(tool, pairs, json_text)
        runner = ToolRunner(tools, on_fault=faults.append)
        batch = runner.run([ToolCall("call_1", name, arguments)], settings.tools.deadline_s, committed=True)
        while not batch.wait(LOOK_S):
            pass
    finally:
        timers.close()
    result = batch.results[0]
    if not result.ok:
        _refuse(tool, result.text.removeprefix("error: "), faults, settings.tools.deadline_s)
    typer.echo(printable(result.text))
    if result.ok and (note := note_on(name)):
        typer.echo(note, err=True)


def _find(tools: "Registry", name: str) -> "Tool":
    tool = tools.get(name)
    if tool is None:
        near = did_you_mean(name, [tool.name for tool in tools])
        raise SettingsError(f"There is no tool called {name}.{near}", "`localvoice tools list` shows all of them.")
    return tool


def _checked(tool: "Tool", pairs: list[str], json_text: str) -> dict[str, Any]:
    from localvoice.think.tools.arguments import BadArguments, check

    if pairs and json_text:
        raise SettingsError("The arguments are given twice.", "Give them as KEY=VALUE or with --json.")
    arguments = _from_json(json_text) if json_text else _from_pairs(tool, pairs)
    try:
        check(arguments, tool.parameters, tool.name)
    except BadArguments as fault:
        raise SettingsError(f"{fault}.", f"{tool.name} takes: {_usage(tool)}.") from None
    return arguments


def _from_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise SettingsError(
            "What --json was given is not a JSON object.", """Write one, as in --json '{"room": "hall"}'."""
        )
    return value


def _from_pairs(tool: "Tool", pairs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise SettingsError(f"{pair} is not an argument.", "Write KEY=VALUE, as in room=hall.")
        value = _value(text, tool.parameters["properties"].get(key, {}))
        found[key] = [*_listed(found[key]), *_listed(value)] if key in found else value
    return found


def _value(text: str, schema: dict[str, Any]) -> Any:
    """Lists and objects may be written as JSON; text stays text, whatever it looks like."""
    if schema.get("type") != "string" and text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _usage(tool: "Tool") -> str:
    from localvoice.cli.tools_show import type_in_words

    named = (f"{name} ({type_in_words(schema)})" for name, schema in tool.parameters["properties"].items())
    return ", ".join(named) or "nothing"


def _refuse(tool: "Tool", reason: str, faults: list["Fault"], deadline_s: float) -> None:
    from localvoice.think.tools.attempt import TOO_LONG

    if faults:
        error = faults[0].error
        about = f" It said: {' '.join(printable(str(error)).split())}" if str(error) else ""
        raise LocalvoiceError(f"{faults[0]}{about}", "The same command with --debug shows the traceback.") from error
    remedy = "The model is told this sentence."
    if tool.placeholder:
        remedy = "A plug-in connects it: docs/tools.md."
    elif TOO_LONG.endswith(reason):
        remedy = f"tools.deadline_s is {deadline_s:g} seconds."
    raise LocalvoiceError(f"{tool.name}: {printable(reason)}.", remedy)
