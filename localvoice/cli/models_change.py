"""What the commands do and print that change models, check them or carry them away."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import typer

from localvoice import config
from localvoice.catalog import listing, lock, place, verify
from localvoice.catalog.disk import megabytes
from localvoice.catalog.entry import Locked
from localvoice.catalog.pull import Watch
from localvoice.catalog.verify import Finding
from localvoice.errors import CatalogError


def root_of(config_file: Path | None) -> Path:
    """The folder of all models."""
    return place.root(config.load(config_file).settings.models.folder)


def pull_models(
    names: list[str], mirror: str, update: bool, quiet: bool, as_json: bool, config_file: Path | None
) -> None:
    """Fetch models and say what came."""
    from localvoice.catalog.fetch import Hub
    from localvoice.catalog.pull import pull

    root = root_of(config_file)
    entries = listing.load().expand(names)
    with _bars(quiet or as_json) as watch:
        for entry in entries:
            if entry.catch:
                watch.note(f"{entry.name}: {entry.catch}")
        done = pull(entries, root, Hub(mirror), watch, update)
    where = {entry.name: str(place.opens(root, entry)) for entry in entries}
    if as_json:
        models = [asdict(pulled) | {"opened_at": where[pulled.name]} for pulled in done]
        typer.echo(json.dumps({"models": models}, indent=1))
    elif not quiet:
        for pulled in done:
            new = f"{megabytes(pulled.fetched_bytes)} fetched" if pulled.fetched_bytes else "all was here"
            typer.echo(f"{pulled.name}: {new}; {where[pulled.name]}")
        for entry in entries:
            if entry.package:
                typer.echo(f"{entry.name}: comes with the Python package {entry.package}, nothing to fetch")


def verify_models(names: list[str], quiet: bool, as_json: bool, config_file: Path | None) -> None:
    """Check models against the lock file; a bad file is an error."""
    root = root_of(config_file)
    findings = verify.verify(root, _locked(root, names), None if quiet or as_json else _say)
    if as_json:
        typer.echo(json.dumps({"files": [asdict(finding) for finding in findings]}, indent=1))
    elif not quiet:
        good = sum(finding.state == "good" for finding in findings)
        typer.echo(f"{good} of {len(findings)} files are what was published.")
    verify.raise_bad(findings)


def remove_models(names: list[str], quiet: bool, config_file: Path | None) -> None:
    """Take models away."""
    root = root_of(config_file)
    catalog = listing.load()
    locks = lock.read(root)
    for name in names:
        models = catalog.profile(name).models if name in catalog.profiles and name not in locks else (name,)
        for model in models:
            if len(models) > 1 and model not in locks:
                continue
            left = verify.remove(root, model)
            if not quiet:
                typer.echo(f"{model} is gone.")
                for path in left:
                    typer.echo(f"  {path} is not ours and was left.")


def bundle_models(names: list[str], output: Path, quiet: bool, as_json: bool, config_file: Path | None) -> None:
    """Put models that are here into one file."""
    from localvoice.catalog import bundle

    root = root_of(config_file)
    models = _locked(root, names)
    with _bars(quiet or as_json) as watch:
        size = bundle.write(models, root, output, watch)
    if as_json:
        inside = [model.name for model in models]
        typer.echo(json.dumps({"bundle": str(output), "size_bytes": size, "models": inside}, indent=1))
    elif not quiet:
        typer.echo(f"{output}: {len(models)} models, {megabytes(size)}")
        for entry in listing.load().entries.values():
            if entry.catch and any(model.name == entry.name for model in models):
                typer.echo(f"  {entry.name}: {entry.catch}")


def import_models(source: Path, quiet: bool, as_json: bool, config_file: Path | None) -> None:
    """Take models out of a bundle."""
    from localvoice.catalog import bundle

    root = root_of(config_file)
    with _bars(quiet or as_json) as watch:
        models = bundle.read(source, root, list(listing.load().entries.values()), watch)
    if as_json:
        typer.echo(json.dumps({"models": [asdict(model) for model in models]}, indent=1))
    elif not quiet:
        for model in models:
            typer.echo(f"{model.name}: {root / model.name}")


def refresh_catalog(names: list[str], file: Path | None, mirror: str, dry_run: bool) -> None:
    """Bring a catalog's commits, sizes and sums up to date; what could not be asked is an error at the end."""
    from localvoice import bundled
    from localvoice.catalog import refresh
    from localvoice.catalog.disk import explained, write_whole
    from localvoice.catalog.fetch import Hub

    path = file or bundled.path("catalog.toml")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} cannot be read: {error}.", "Check the path.") from None
    catalog = listing.parse(text, str(path))
    changed, failures = [], 0
    for entry in catalog.expand(names) if names else catalog.entries.values():
        if not entry.repo:
            continue
        try:
            change = refresh.refreshed(entry, Hub(mirror))
        except CatalogError as error:
            failures += 1
            typer.echo(f"{entry.name}: {error.message}", err=True)
            continue
        for line in change.lines():
            typer.echo(line)
        if change.after != entry:
            changed.append(change.after)
    if changed and not dry_run:
        with explained(path):
            write_whole(path, refresh.rewritten(text, changed).encode())
    typer.echo(f"{len(changed)} models changed{' (nothing was written)' if dry_run else ''}.")
    if failures:
        raise CatalogError(f"{failures} models could not be refreshed.", "What the others brought was kept.")


@contextmanager
def _bars(silent: bool) -> Iterator[Watch]:
    if silent:
        yield Watch()
        return
    from localvoice.cli.progress import Bars

    with Bars() as bars:
        yield bars


def _locked(root: Path, names: Sequence[str]) -> list[Locked]:
    """What is locked of these models and profiles, or of all. Raises CatalogError for one that is not here."""
    locks = lock.read(root)
    if not names:
        return list(locks.values())
    catalog = listing.load()
    wanted: dict[str, Locked] = {}
    for name in names:
        own = [name] if name in locks else [entry.name for entry in catalog.expand([name]) if not entry.package]
        for model in own:
            if model not in locks:
                raise CatalogError(f"{model} is not here.", f"localvoice models pull {model}")
            wanted[model] = locks[model]
    return list(wanted.values())


def _say(finding: Finding) -> None:
    typer.echo(f"{finding.name}/{finding.path}: {finding.state}")
