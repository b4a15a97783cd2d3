"""What `localvoice tools list` prints."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from localvoice import config
from localvoice.cli.json_output import document

if TYPE_CHECKING:
    from localvoice.think.tools.spec import Schema, Tool

PACKAGE = Path(__file__).parents[1]
MOMENTS = {"date": "a date", "time": "a time", "date-time": "a date and time"}


def show_list(as_json: bool, config_file: Path | None) -> None:
    """Every tool, as text or as JSON. Raises SettingsError: a plug-in is at fault."""
    from localvoice.think.tools.builtin.all import of_settings

    with document(as_json) as out:
        tools, timers = of_settings(config.load(config_file).settings)
        timers.close()
        out["tools"] = [_as_document(tool) for tool in tools]
    if not as_json:
        typer.echo("\n\n".join(_in_words(tool) for tool in tools))


def _in_words(tool: "Tool") -> str:
    flags = {
        "changes the world": tool.changes_world,
        "slow": tool.slow,
        "placeholder: connected by a plug-in": tool.placeholder,
    }
    marks = "".join(f"  [{flag}]" for flag, is_set in flags.items() if is_set)
    lines = [f"{tool.name}{marks}", f"  {tool.description}"]
    properties: dict[str, Schema] = tool.parameters["properties"]
    width = max(map(len, properties), default=0)
    for name, schema in properties.items():
        default = schema.get("default")
        left_out = f", {default!r} if left out" if default is not None else ", may be left out"
        about = f": {schema['description']}" if "description" in schema else ""
        required = name in tool.parameters["required"]
        hidden = ", not shown to models" if name in tool.unlisted else ""
        lines.append(f"    {name:<{width}}  {type_in_words(schema)}{'' if required else left_out}{hidden}{about}")
    lines += [f"  asks first: {tool.confirm}"] if tool.confirm else []
    lines += [f"  understands: {sentence}" for sentence in tool.sentences]
    if tool.place:
        lines.append(f"  ({_file_of(tool.place.file)}, line {tool.place.line})")
    return "\n".join(lines)


def _file_of(path: str) -> str:
    """In full; of what comes along, from the package on."""
    file = Path(path)
    return file.relative_to(PACKAGE.parent).as_posix() if file.is_relative_to(PACKAGE) else path


def type_in_words(schema: "Schema") -> str:
    """ "text", "a whole number from 0 to 100", "up, down or a whole number"."""
    if "anyOf" in schema:
        return " or ".join(map(type_in_words, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    match schema["type"]:
        case "string":
            return MOMENTS.get(schema.get("format", ""), "text")
        case "boolean":
            return "true | false"
        case "array" if "prefixItems" in schema:
            return f"a list of {', then '.join(map(type_in_words, schema['prefixItems']))}"
        case "array":
            return f"a list of {type_in_words(schema['items'])}"
        case "object":
            return f"an object with {', '.join(schema['properties'])}"
        case kind:
            bounds = f" from {schema['minimum']:g} to {schema['maximum']:g}" if "minimum" in schema else ""
            return ("a whole number" if kind == "integer" else "a number") + bounds


def _as_document(tool: "Tool") -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "changes_world": tool.changes_world,
        "slow": tool.slow,
        "placeholder": tool.placeholder,
        "while_waiting": list(tool.while_waiting),
        "sentences": list(tool.sentences),
        "confirm": tool.confirm,
        "unlisted": list(tool.unlisted),
        "file": tool.place.file if tool.place else None,
        "line": tool.place.line if tool.place else None,
    }
