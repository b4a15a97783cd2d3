"""The catalog, read strictly: `models/catalog.toml`, and over it the person's own file of the same form.

A key that is unknown, a name that is there twice, or a path that leaves its folder is an error that names the file,
the line and what was probably meant. A model or profile of the person's file replaces the one of the same name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from localvoice import folders, strict_toml
from localvoice.catalog import convert, file_spec
from localvoice.catalog.entry import ENGINES, Entry, Kind, Profile
from localvoice.errors import CatalogError
from localvoice.nearest import did_you_mean
from localvoice.strict_toml import Subject
from localvoice.toml_faults import Faults

KINDS: tuple[Kind, ...] = get_args(Kind)
USERS_FILE = "catalog.toml"
_T = TypeVar("_T", Entry, Profile)


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """All models and profiles that can be named."""

    entries: Mapping[str, Entry]
    profiles: Mapping[str, Profile]

    def entry(self, name: str) -> Entry:
        """The model of that name. Raises CatalogError with the nearest name."""
        found = self.entries.get(name)
        if found is None:
            raise self._unknown(name, "model", self.entries)
        return found

    def profile(self, name: str) -> Profile:
        """The profile of that name. Raises CatalogError with the nearest name."""
        found = self.profiles.get(name)
        if found is None:
            raise self._unknown(name, "profile", self.profiles)
        return found

    def expand(self, names: Iterable[str]) -> tuple[Entry, ...]:
        """The models meant by names of models and profiles, each once, in the order given. Raises CatalogError."""
        wanted: dict[str, Entry] = {}
        for name in names:
            if name in self.profiles:
                wanted.update((model, self.entries[model]) for model in self.profiles[name].models)
            elif name in self.entries:
                wanted[name] = self.entries[name]
            else:
                raise self._unknown(name, "model or profile", [*self.entries, *self.profiles])
        return tuple(wanted.values())

    def memory_mb(self, names: Iterable[str]) -> int:
        """Needed, about, while `names` run; of each kind only the first is loaded. Raises CatalogError."""
        first: dict[str, int] = {}
        for entry in self.expand(names):
            first.setdefault(entry.kind, entry.memory_mb)
        return sum(first.values())

    def profiles_of(self, name: str) -> tuple[str, ...]:
        """Names of the profiles that the model is part of."""
        return tuple(profile.name for profile in self.profiles.values() if name in profile.models)

    @staticmethod
    def _unknown(name: str, what: str, known: Iterable[str]) -> CatalogError:
        return CatalogError(
            f"There is no {what} {name!r} in the catalog.{did_you_mean(name, known)}",
            "`localvoice models list` shows every name.",
        )


def users_file() -> Path:
    """Where a person's own models are listed; it need not exist."""
    return folders.config() / USERS_FILE


def load(own: Path | None = None) -> Catalog:
    """The bundled catalog with the person's file over it (`own`, or the default place). Raises CatalogError.

    The files are read each time, and parsed when they have changed.
    """
    from localvoice import bundled

    catalog = None
    for file in (bundled.path("catalog.toml"), own if own is not None else users_file()):
        try:
            catalog = _parsed(strict_toml.text_of(file, CatalogError), str(file), catalog)
        except FileNotFoundError:
            continue
    assert catalog is not None  # bundled.path has raised otherwise
    return catalog


def parse(text: str, file: str, below: Catalog | None = None) -> Catalog:
    """The catalog in `text`, over the one `below`; `file` is for the messages. Raises CatalogError with every fault."""
    tree = strict_toml.tree_of(text, file, CatalogError)
    faults = Faults(file, text)
    for section in tree:
        if section not in ("model", "profile"):
            faults.add((section,), f"there is no section {section}; write [[model]] or [[profile]].")
    entries = [_entry(table, n, faults) for n, table in enumerate(_tables(tree, "model", faults))]
    profiles = [_profile(table, n, faults) for n, table in enumerate(_tables(tree, "profile", faults))]
    all_entries = _over(below.entries if below else {}, entries)
    all_profiles = _over(below.profiles if below else {}, profiles)
    if not faults:
        _check_names(entries, profiles, all_entries, all_profiles, faults)
    if faults:
        raise CatalogError(str(faults), "Correct the file; `models/catalog.toml` shows the form.")
    return Catalog(all_entries, all_profiles)


_parsed = lru_cache(maxsize=4)(parse)


def _over(below: Mapping[str, _T], found: Iterable[_T | None]) -> dict[str, _T]:
    return dict(below) | {one.name: one for one in found if one}


def _tables(tree: dict[str, Any], section: str, faults: Faults) -> list[dict[str, Any]]:
    tables = tree.get(section, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.add((section,), f"write [[{section}]] with two brackets, once for each.")
        return []
    return tables


def _subject(section: str, table: dict[str, Any], number: int) -> Subject:
    name = table.get("name")
    return Subject(f"{section} {name}" if name else f"{section} number {number + 1}")


def _entry(table: dict[str, Any], number: int, faults: Faults) -> Entry | None:
    at, subject = ("model", number), _subject("model", table, number)
    entry = strict_toml.read(Entry, table, subject, faults, at)
    if entry is None:
        return None
    if entry.repo and not entry.revision:
        entry = replace(entry, revision="main")
    entry = replace(entry, files=tuple(file_spec.completed(file) for file in entry.files))
    engines = ENGINES[entry.kind]
    if entry.engine not in engines:
        near = did_you_mean(entry.engine, engines)
        words = f"must be one of {', '.join(engines)}, not {entry.engine!r}.{near}"
        faults.add((*at, "engine"), f"{subject.of('engine')} {words}")
    if entry.opens and entry.opens not in [file.path for file in entry.files]:
        faults.add((*at, "opens"), f"{subject.of('opens')} is none of its files.")
    for words in file_spec.faults_of_files(entry):
        faults.add((*at, "files"), f"{subject.name} {words}.")
    for key, words in file_spec.faults_of_sources(entry):
        faults.add((*at, key), f"{subject.name} {words}.")
    if words := convert.fault_of(entry) or "":
        faults.add((*at, "least_frames" if entry.least_frames else "convert"), f"{subject.name} {words}.")
    return entry


def _profile(table: dict[str, Any], number: int, faults: Faults) -> Profile | None:
    from localvoice.config import Settings, flatten

    at, subject = ("profile", number), _subject("profile", table, number)
    profile = strict_toml.read(Profile, table, subject, faults, at)
    known = flatten(Settings())
    for key, _ in profile.settings if profile else ():
        if key not in known:
            words = f"{subject.name} sets {key}, which is not a setting.{did_you_mean(key, known)}"
            faults.add((*at, "settings"), words)
        elif not isinstance(known[key], str):
            faults.add((*at, "settings"), f"{subject.name} may only set settings that are strings, and {key} is not.")
    return profile


def _check_names(
    entries: list[Entry | None],
    profiles: list[Profile | None],
    all_entries: dict[str, Entry],
    all_profiles: dict[str, Profile],
    faults: Faults,
) -> None:
    """Names that are there twice, and names that nothing has."""
    seen: set[str] = set()
    for section, found in (("model", entries), ("profile", profiles)):
        for number, name in enumerate(one.name for one in found if one):
            if name.lower() in seen:
                faults.add((section, number, "name"), f"the name {name} is there twice.")
            seen.add(name.lower())
    for name in all_entries.keys() & all_profiles.keys():
        faults.add(("profile", 0, "name"), f"{name} is both a model and a profile.")
    by_case: dict[str, str] = {}
    for name in all_entries:
        other = by_case.setdefault(name.lower(), name)
        if other != name:
            # Their folders would be one folder on Windows and macOS.
            faults.add(("model",), f"{name} and {other} only differ in capitals.")
    for number, profile in enumerate(one for one in profiles if one):
        for model in profile.models:
            if model not in all_entries:
                near = did_you_mean(model, all_entries)
                words = f"profile {profile.name} names {model}, which is not a model.{near}"
                faults.add(("profile", number, "models"), words)
