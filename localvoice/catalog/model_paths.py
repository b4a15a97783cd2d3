"""What a setting that names a model means, and which settings choose a model or a profile.

A model of the catalog is named by its name alone, `whisper-base.en`. Everything that looks like a path is one
(safe_names.is_path); a file of yours that is called like a model is written `./whisper-base.en`.
"""

from collections.abc import Sequence
from pathlib import Path

from localvoice.catalog import layout, listing, lock
from localvoice.catalog.entry import ENGINES, Kind
from localvoice.catalog.listing import Catalog
from localvoice.catalog.safe_names import is_path
from localvoice.errors import CatalogError, ModelMissing, ModelWrongKind
from localvoice.model_kinds import SETTINGS
from localvoice.nearest import did_you_mean


def path_of(named: str, kind: Kind, configured: str = "") -> Path:
    """Where the model `named` in the settings is opened; `configured` is models.folder.

    A path is given back as it is, whether something is there or not: its engine says what is wrong with it. Whether
    the files of a model are still those that came in is for on_load.

    Raises:
        ModelMissing: it is no path and no model of the catalog, or a model that is not here.
        ModelWrongKind: the catalog has it as something else.
        CatalogError: the catalog or the lock file is at fault.
        SettingsError: a setting that can be no path.
    """
    if is_path(named):
        return layout.expanded(named, SETTINGS[kind])
    catalog = listing.load()
    entry = catalog.entries.get(named)
    if entry is None:
        raise _unknown(named, kind, catalog)
    if entry.kind != kind:
        raise ModelWrongKind(
            f"{SETTINGS[kind]} names {named}, which is a model of kind {entry.kind}.",
            f"`localvoice models list --kind {kind}` shows those that fit.",
        )
    root = layout.root(configured)
    if not entry.package and entry.name not in lock.read(root):
        raise ModelMissing(
            f"The model {entry.name} is not here yet (looked for in {layout.folder(root, entry)}).",
            f"Fetch it: localvoice models pull {entry.name}",
        )
    return layout.opens(root, entry)


def engine_of(named: str, kind: Kind) -> str:
    """The engine that opens the model `named` in the settings: what the catalog says, or for a path its kind's own.

    Raises CatalogError.
    """
    entry = None if is_path(named) else listing.load().entries.get(named)
    return entry.engine if entry and entry.engine else ENGINES[kind][0]


def settings_for(names: Sequence[str], catalog: Catalog) -> dict[str, str]:
    """The settings, by dotted name, that choose the models and profiles `names`: the first of each kind counts.

    Raises CatalogError: a name is unknown, or no setting opens a model of its kind.
    """
    changes: dict[str, str] = {}
    for name in names:
        changes = _settings_of(name, catalog) | changes
    return changes


def _settings_of(name: str, catalog: Catalog) -> dict[str, str]:
    changes: dict[str, str] = {}
    for entry in catalog.expand([name]):
        if entry.kind in SETTINGS:
            changes.setdefault(SETTINGS[entry.kind], entry.name)
        elif entry.name == name:
            raise CatalogError(
                f"{entry.name} is a model of kind {entry.kind}, and no setting opens those yet.",
                "Name a transcriber, a chat model, a voice or a profile.",
            )
    if name in catalog.profiles:
        return changes | dict(catalog.profiles[name].settings)
    languages = catalog.entries[name].languages
    if catalog.entries[name].kind == "transcriber" and len(languages) == 1 and languages != ("*",):
        changes["transcriber.language"] = languages[0]
    return changes


def _unknown(named: str, kind: Kind, catalog: Catalog) -> ModelMissing:
    if named in catalog.profiles:
        return ModelMissing(
            f"{SETTINGS[kind]} is {named!r}, which is a profile.", f"Choose it: localvoice models use {named}"
        )
    near = did_you_mean(named, [entry.name for entry in catalog.entries.values() if entry.kind == kind])
    return ModelMissing(
        f"{SETTINGS[kind]} is {named!r}, which is not a model of the catalog.{near}",
        f"`localvoice models list --kind {kind}` shows every name. A file or folder of your own is written with a "
        f"slash, such as ./{named}.",
    )
