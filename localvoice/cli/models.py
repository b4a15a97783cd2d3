"""`localvoice models`: the commands about models and their options. Everything heavy is imported inside them."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="models",
    help="See, fetch, check and remove models. Only pull and refresh use the network.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Config = Annotated[
    Path | None, typer.Option("--config", help="Settings file (TOML) instead of the default one.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]


@app.command("list")
def list_models(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME-OR-PROFILE]...", help="Only these, in full.", show_default=False),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="Only transcriber, chat, voice, embedder, ...")] = "",
    language: Annotated[str, typer.Option("--language", help="Only models that know this language, such as hi.")] = "",
    here: Annotated[bool, typer.Option("--here", help="Only models that are here.")] = False,
    as_json: Json = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """List the models and profiles of the catalog, and which are here."""
    from localvoice.cli.models_show import show_list

    show_list(names or [], kind, language, here, as_json, config)


@app.command()
def where(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Print only the paths of these models.", show_default=False),
    ] = None,
    as_json: Json = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Say where models are kept, and where a model is opened."""
    from localvoice.cli.models_show import show_where

    show_where(names or [], as_json, config)
