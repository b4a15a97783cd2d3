"""`localvoice config`: the settings in force, what they mean, and how to change one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from localvoice.cli.command import App, Group
from localvoice.cli.options import Config

app = App(
    cls=Group,
    name="config",
    help="Show the settings in force and where each comes from; get, set or unset one.",
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as turn.end_of_turn_ms.")]
# A value may begin with a minus.
_ANY_VALUE = {"ignore_unknown_options": True}


@app.callback(invoke_without_command=True)
def config_command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say what each setting means and what it may be.")] = False,
    config: Config = None,
) -> None:
    """Show the settings in force and where each comes from; get, set or unset one."""
    context.obj = config
    if context.invoked_subcommand is None:
        show_config(config, as_json=as_json, explain=explain)


@app.command()
def get(context: typer.Context, name: Name, config: Config = None) -> None:
    """Print the value of one setting."""
    from localvoice.config import flatten, load, spec_of

    spec_of(name)
    value = flatten(load(config or context.obj).settings)[name]
    typer.echo("\n".join(value) if isinstance(value, tuple) else _plain(value))


@app.command("set", context_settings=_ANY_VALUE)
def set_value(
    context: typer.Context,
    name: Name,
    values: Annotated[
        list[str], typer.Argument(metavar="VALUE...", help="What it is to be; several values for a list.")
    ],
    config: Config = None,
) -> None:
    """Write one setting into the settings file; all other lines and comments stay."""
    from localvoice.config import seen_from
    from localvoice.settings_file import change
    from localvoice.settings_help import toml

    value = seen_from(Path.cwd(), name, _taken(name, values))
    file = change(config or context.obj, {name: value})
    typer.echo(f"{name} = {toml(value)}\n(in {file})")


@app.command()
def unset(context: typer.Context, name: Name, config: Config = None) -> None:
    """Take one setting out of the settings file, so that its default counts again."""
    from localvoice.config import Settings, flatten
    from localvoice.settings_file import unset as unset_in_file
    from localvoice.settings_help import toml

    file = unset_in_file(config or context.obj, name)
    typer.echo(f"{name} = {toml(flatten(Settings())[name])}, the default\n(in {file})")


def show_config(config_file: Path | None, as_json: bool = False, explain: bool = False) -> None:
    """Every setting, its value, and where it comes from; with `explain` what it means, too."""
    from localvoice import config, settings_help
    from localvoice.cli.json_output import document

    with document(as_json) as out:
        loaded = config.load(config_file)
        values = config.flatten(loaded.settings)
        file = config_file or config.default_file()
        if as_json:
            out["file"] = str(file)
            out["settings"] = [
                {
                    "name": one.name,
                    "value": values[one.name],
                    "default": one.default,
                    "origin": loaded.origins[one.name],
                    "values": one.values,
                    "explanation": one.explanation,
                }
                for one in settings_help.all_settings()
            ]
            return
    if explain:
        for one in settings_help.all_settings():
            value, origin = settings_help.toml(values[one.name]), loaded.origins[one.name]
            typer.echo(f"{one.name} = {value}{'' if origin == 'default' else f'  ({origin})'}")
            typer.echo(_wrapped(one.explanation))
            typer.echo(_wrapped(f"Possible: {one.values}. Default: {settings_help.toml(one.default)}.") + "\n")
    else:
        width = max(map(len, values))
        for name, value in values.items():
            shown = repr(list(value)) if isinstance(value, tuple) else repr(value)
            typer.echo(f"{name:<{width}}  {shown:<24}  {loaded.origins[name]}")
        typer.echo()
    typer.echo(f"The settings file is {file}.")


def _wrapped(text: str) -> str:
    import textwrap

    return textwrap.fill(text, 96, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _taken(name: str, words: list[str]) -> Any:
    """What was typed, as the setting takes it. Raises SettingsError: it is unknown, or takes something else."""
    import typing

    from localvoice.config import checked, spec_of
    from localvoice.errors import SettingsError

    hint = spec_of(name).hint
    if typing.get_origin(hint) is tuple:
        return checked(name, words)
    if len(words) > 1:
        raise SettingsError(f"{name} takes one value, not {len(words)}.", "Put text with spaces in quotes.")
    (word,) = words
    if hint is bool and word.lower() in ("true", "false"):
        return word.lower() == "true"
    return checked(name, _number(word) if hint in (int, float) else word)


def _number(word: str) -> Any:
    """The number that is written there, or the word if there is none."""
    for number in (int, float):
        try:
            return number(word)
        except ValueError:
            continue
    return word
