"""The catalog, read strictly: `models/catalog.toml`, and over it the person's own file of the same form.

A key that is unknown, a name that is there twice, or a path that leaves its folder is an error that names the file,
the line and what was probably meant. A model or profile of the person's file replaces the one of the same name.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from localvoice import folders
from localvoice.catalog import convert, file_spec
from localvoice.catalog.entry import ENGINES, Entry, Kind, Profile
from localvoice.catalog.safe_names import (
    fault_of_module,
    fault_of_name,
    fault_of_package,
    fault_of_path,
    fault_of_repo,
    fault_of_revision,
)
from localvoice.catalog.toml_faults import Faults, hint, typed
from localvoice.errors import CatalogError

KINDS: tuple[Kind, ...] = get_args(Kind)
CONVERSIONS = ("whisper-safetensors",)
USERS_FILE = "catalog.toml"
_MODEL_KEYS: dict[str, type] = {
    "name": str, "kind": str, "repo": str, "package": str, "revision": str, "files": list, "opens": str,
    "licence": str, "catch": str, "languages": list, "memory_mb": int, "good_for": str, "confirmed": bool,
    "keeps_state": bool, "convert": str, "least_frames": int, "module": str, "engine": str,
}  # fmt: skip
_PROFILE_KEYS: dict[str, type] = {"name": str, "about": str, "models": list, "settings": dict}


@dataclass(frozen=True, slots=True)
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
            f"There is no {what} {name!r} in the catalog.{hint(name, known, long=True)}",
            "`localvoice models list` shows every name.",
        )


def users_file() -> Path:
    """Where a person's own models are listed; it need not exist."""
    return folders.config() / USERS_FILE


def load(own: Path | None = None) -> Catalog:
    """The bundled catalog with the person's file over it (`own`, or the default place). Raises CatalogError."""
    from localvoice import bundled

    catalog = _read(bundled.path("catalog.toml"), None)
    own = own if own is not None else users_file()
    return _read(own, catalog) if os.path.exists(own) else catalog


def _read(file: Path, below: Catalog | None) -> Catalog:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CatalogError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as error:
        raise CatalogError(f"{file} cannot be read: {error.strerror}.", "Check its permissions.") from None
    return parse(text, str(file), below)


def parse(text: str, file: str, below: Catalog | None = None) -> Catalog:
    """The catalog in `text`, over the one `below`; `file` is for the messages. Raises CatalogError with every fault."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"{file} is not valid TOML: {error}.", "Correct that line.") from None
    faults = Faults(text, file)
    for section in tree:
        if section not in ("model", "profile"):
            faults.add(None, 0, section, f"there is no section {section}; write [[model]] or [[profile]].")
    entries = [_entry(table, faults, n) for n, table in enumerate(_tables(tree, "model", faults))]
    profiles = [_profile(table, faults, n) for n, table in enumerate(_tables(tree, "profile", faults))]
    if not faults.found:
        all_entries = dict(below.entries) if below else {}
        all_entries.update((entry.name, entry) for entry in entries)
        all_profiles = dict(below.profiles) if below else {}
        all_profiles.update((profile.name, profile) for profile in profiles)
        _check_names(entries, profiles, all_entries, all_profiles, faults)
    if faults.found:
        raise CatalogError("\n".join(faults.found), "Correct the file; `models/catalog.toml` shows the form.")
    return Catalog(all_entries, all_profiles)


def _tables(tree: dict[str, Any], section: str, faults: Faults) -> list[dict[str, Any]]:
    tables = tree.get(section, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.add(None, 0, section, f"write [[{section}]] with two brackets, once for each.")
        return []
    return tables


def _entry(table: dict[str, Any], faults: Faults, number: int) -> Entry:
    report = faults.of("model", number)
    name = table.get("name", "")
    who = f"model {name}" if name else f"model number {number + 1}"
    good = typed(table, _MODEL_KEYS, who, report)
    for key in ("name", "kind", "licence"):
        if not table.get(key):
            report("name", f"{who} lacks {key}.")
    checks = {
        "name": fault_of_name, "repo": fault_of_repo, "revision": fault_of_revision, "opens": fault_of_path,
        "package": fault_of_package, "module": fault_of_module,
    }  # fmt: skip
    for key, fault_of in checks.items():
        if good.get(key) and (fault := fault_of(good[key])):
            report(key, f"{key} {good[key]!r} of {who} {fault}.")
    engines = ENGINES.get(good.get("kind", ""), ())
    for key, choices in (("kind", KINDS), ("convert", CONVERSIONS), ("engine", engines)):
        if good.get(key) and choices and good[key] not in choices:
            meant = hint(good[key], choices, long=True)
            report(key, f"{key} of {who} must be one of {', '.join(choices)}, not {good[key]!r}.{meant}")
    if not all(isinstance(language, str) for language in good.get("languages", [])):
        report("languages", f"languages of {who} must be a list of strings.")
        good["languages"] = []
    files = tuple(file_spec.read(item, who, report) for item in good.get("files", []))
    paths = [file.path for file in files]
    if len({path.lower() for path in paths}) < len(paths):
        report("files", f"{who} has a file twice, or two whose names only differ in capitals.")
    if good.get("opens") and good["opens"] not in paths:
        report("opens", f"opens of {who} is none of its files.")
    for key, words in file_spec.faults_of_sources(good, files):
        report(key, f"{who} {words}.")
    values: dict[str, Any] = {"kind": "chat", "repo": "", "opens": "", "licence": "", "name": ""}
    values |= {"revision": "main" if good.get("repo") else ""}
    values |= good | {"files": files, "languages": tuple(good.get("languages", []))}
    if values["kind"] not in KINDS:
        values["kind"] = "chat"
    entry = Entry(**values)
    if fault := convert.fault_of(entry):
        report("least_frames" if good.get("least_frames") else "convert", f"{who} {fault}.")
    return entry


def _profile(table: dict[str, Any], faults: Faults, number: int) -> Profile:
    from localvoice.config import Settings, flatten

    report = faults.of("profile", number)
    name = table.get("name", "")
    who = f"profile {name}" if name else f"profile number {number + 1}"
    good = typed(table, _PROFILE_KEYS, who, report)
    for key in ("name", "about", "models"):
        if not table.get(key):
            report("name", f"{who} lacks {key}.")
    if good.get("name") and (fault := fault_of_name(good["name"])):
        report("name", f"name {good['name']!r} of {who} {fault}.")
    if not all(isinstance(model, str) for model in good.get("models", [])):
        report("models", f"models of {who} must be a list of names.")
        good["models"] = []
    known = flatten(Settings())
    settings = good.get("settings", {})
    for key, value in settings.items():
        if key not in known:
            report("settings", f"{who} sets {key}, which is no setting.{hint(key, known, long=True)}")
        elif not isinstance(known[key], str) or not isinstance(value, str):
            report("settings", f"{who} may only set settings that are strings, and {key} = {value!r} is not.")
    return Profile(good.get("name", ""), good.get("about", ""), tuple(good.get("models", [])), tuple(settings.items()))


def _check_names(
    entries: list[Entry],
    profiles: list[Profile],
    all_entries: dict[str, Entry],
    all_profiles: dict[str, Profile],
    faults: Faults,
) -> None:
    """Names that are there twice, and names of nobody."""
    seen: set[str] = set()
    for section, names in (("model", [e.name for e in entries]), ("profile", [p.name for p in profiles])):
        for number, name in enumerate(names):
            if name.lower() in seen:
                faults.add(section, number, "name", f"the name {name} is there twice.")
            seen.add(name.lower())
    for name in all_entries.keys() & all_profiles.keys():
        faults.add("profile", 0, "name", f"{name} is both a model and a profile.")
    by_case: dict[str, str] = {}
    for name in all_entries:
        other = by_case.setdefault(name.lower(), name)
        if other != name:
            # Their folders would be one folder on Windows and macOS.
            faults.add(None, 0, "model", f"{name} and {other} only differ in capitals.")
    for number, profile in enumerate(profiles):
        for model in profile.models:
            if model not in all_entries:
                words = f"profile {profile.name} names {model}, which is no model.{hint(model, all_entries, long=True)}"
                faults.add("profile", number, "models", words)
