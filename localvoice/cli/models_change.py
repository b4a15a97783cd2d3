"""What the commands do and print that change models, check them or carry them away."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import typer

from localvoice import config
from localvoice.catalog import layout, listing, lock, verify
from localvoice.catalog.disk import megabytes
from localvoice.catalog.entry import Locked, Road
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.verify import Finding
from localvoice.cli.json_output import document
from localvoice.errors import BadBundle, CatalogError, LocalvoiceError, ModelMissing, SettingsError
from localvoice.nearest import did_you_mean


def root_of(config_file: Path | None) -> Path:
    """The folder of all models."""
    return layout.root(config.load(config_file).settings.models.folder)


def pull_models(
    names: list[str], mirror: str, named: str, update: bool, quiet: bool, as_json: bool, config_file: Path | None
) -> None:
    """Fetch models and say what came. `named` is the road of --from, or ""."""
    from localvoice.catalog.fetch import Hub
    from localvoice.catalog.pull import pull

    with document(as_json, "what came in is kept") as out:
        road = _road(named)
        root = root_of(config_file)
        entries = listing.load().expand(names)
        before = lock.read(root)
        where = {entry.name: str(layout.opens(root, entry)) for entry in entries if entry.files}
        try:
            with _bars(quiet or as_json) as watch:
                for entry in entries:
                    if entry.catch:
                        watch.note(f"{entry.name}: {entry.catch}")
                done = pull(entries, root, Hub(mirror), watch, update, road)
        except LocalvoiceError:
            after = lock.read(root)
            came = [name for name in where if name in after and after[name] != before.get(name)]
            out["models"] = [
                {"name": name, "revision": after[name].revision, "opened_at": where[name]} for name in came
            ]
            if not (quiet or as_json):
                for name in came:
                    typer.echo(f"{name}: is here now; {where[name]}")
            raise
        out["models"] = [asdict(pulled) | {"opened_at": where[pulled.name]} for pulled in done]
    if not (quiet or as_json):
        for pulled in done:
            new = f"{megabytes(pulled.fetched_bytes)} fetched" if pulled.fetched_bytes else "all was here"
            typer.echo(f"{pulled.name}: {new}; {where[pulled.name]}")
        for entry in entries:
            if entry.package:
                missing = "" if layout.installed(root, entry, {}) else f"; install it: pip install {entry.package}"
                typer.echo(f"{entry.name}: comes with the Python package {entry.package}, nothing to fetch{missing}")


def verify_models(names: list[str], quiet: bool, as_json: bool, config_file: Path | None) -> None:
    """Check models against the lock file; a bad file is an error, and so is a folder without models."""
    with document(as_json) as out:
        root = root_of(config_file)
        out["files"] = []
        models = _locked(root, names)
        if not models:
            raise ModelMissing(f"There is no model in {root}.", "Fetch some: localvoice models pull laptop")
        findings = verify.verify(root, models, None if quiet or as_json else _say)
        out["files"] = [asdict(finding) for finding in findings]
        if not (quiet or as_json):
            good = sum(finding.state == "good" for finding in findings)
            typer.echo(f"{good} of {_counted(len(findings), 'file')} {'is' if good == 1 else 'are'} as published.")
        verify.raise_bad(findings)


def remove_models(names: list[str], quiet: bool, config_file: Path | None) -> None:
    """Take models away."""
    root = root_of(config_file)
    catalog = listing.load()
    locks = lock.read(root)
    for name in names:
        is_profile = name in catalog.profiles and name not in locks
        models = [model for model in catalog.profile(name).models if model in locks] if is_profile else [name]
        if not models:
            raise CatalogError(f"Nothing of {name} is in {root}.", "`localvoice models list --here` shows what is.")
        for model in models:
            left = verify.remove(root, model)
            if not quiet:
                typer.echo(f"{model} was removed.")
                for path in left:
                    typer.echo(f"  {path} was not put there by localvoice, and was left.")


def bundle_models(names: list[str], output: Path, quiet: bool, as_json: bool, config_file: Path | None) -> None:
    """Put models that are here into one file."""
    from localvoice.catalog import bundle

    with document(as_json) as out:
        root = root_of(config_file)
        models = _locked(root, names)
        with _bars(quiet or as_json) as watch:
            size = bundle.write(models, root, output, watch)
        out.update(bundle=str(output), size_bytes=size, models=[model.name for model in models])
    if not (quiet or as_json):
        typer.echo(f"{output}: {_counted(len(models), 'model')}, {megabytes(size)}")
        for entry in listing.load().entries.values():
            if entry.catch and any(model.name == entry.name for model in models):
                typer.echo(f"  {entry.name}: {entry.catch}")


def import_models(source: Path, quiet: bool, as_json: bool, config_file: Path | None) -> None:
    """Take models out of a bundle."""
    from localvoice.catalog import bundle

    with document(as_json) as out:
        root = root_of(config_file)
        with _bars(quiet or as_json) as watch:
            _insist_on_bundle(source)
            models = bundle.read(source, root, list(listing.load().entries.values()), watch)
        out["models"] = [asdict(model) for model in models]
    if not (quiet or as_json):
        for model in models:
            typer.echo(f"{model.name}: {root / model.name}")


def _insist_on_bundle(source: Path) -> None:
    """Raises BadBundle if `source` is plainly a model by itself."""
    if source.is_dir() or source.suffix.lower() in (".gguf", ".onnx", ".bin"):
        raise BadBundle(
            f"{source} is not a bundle: `localvoice models import` takes what `localvoice models bundle` wrote.",
            f"For a model of your own: localvoice models use {source}",
        )


def refresh_catalog(names: list[str], file: Path | None, mirror: str, dry_run: bool) -> None:
    """Bring a catalog's commits, sizes and checksums up to date; what could not be asked is an error at the end."""
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
    typer.echo(f"{_counted(len(changed), 'model')} changed{' (nothing was written)' if dry_run else ''}.")
    if failures:
        raise CatalogError(
            f"{_counted(failures, 'model')} could not be refreshed.", "The changes of the others were kept."
        )


def _road(named: str) -> Road | None:
    roads = get_args(Road)
    if named and named not in roads:
        raise SettingsError(
            f"--from cannot be {named!r}.{did_you_mean(named, roads)}", f"Choose one of: {', '.join(roads)}."
        )
    return next((road for road in roads if road == named), None)


@contextmanager
def _bars(silent: bool) -> Iterator[TransferProgress]:
    if silent:
        yield TransferProgress()
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
        meant = [name] if name in locks else [entry.name for entry in catalog.expand([name]) if not entry.package]
        if not meant:
            raise CatalogError(f"{name} comes with a Python package, not as files of its own.", "Leave it out.")
        for model in meant:
            if model not in locks:
                raise CatalogError(f"{model} is not here.", f"Fetch it: localvoice models pull {model}")
            wanted[model] = locks[model]
    return list(wanted.values())


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _say(finding: Finding) -> None:
    typer.echo(f"{finding.name}/{finding.path}: {finding.state}")
