"""Options that commands of several files have."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Settings file (TOML) instead of the default one.", show_default=False
    ),
]
