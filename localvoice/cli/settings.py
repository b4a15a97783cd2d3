"""`localvoice config`: the settings in force."""

from pathlib import Path

import typer

from localvoice import config


def show_config(config_file: Path | None) -> None:
    """Every setting, its value, and where it comes from."""
    loaded = config.load(config_file)
    values = config.flatten(loaded.settings)
    width = max(map(len, values))
    for name, value in values.items():
        shown = repr(list(value)) if isinstance(value, tuple) else repr(value)
        typer.echo(f"{name:<{width}}  {shown:<24}  {loaded.origins[name]}")
    typer.echo(f"\nThe settings file is {config_file or config.default_file()}.")
