"""Where models live, and where the settings find one that is here.

Below the root each model has a folder of its name. Whatever is common to the folders of all its files in the repository
is left out there: `en/en_US/lessac/medium/en_US-lessac-medium.onnx` lies as `en_US-lessac-medium.onnx`.
"""

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from localvoice.catalog.entry import Entry, Locked

ENVIRONMENT = "LOCALVOICE_MODELS"


def root(configured: str = "") -> Path:
    """The folder of all models: LOCALVOICE_MODELS, or `configured` (models.folder), or the platform's place."""
    named = os.environ.get(ENVIRONMENT) or configured
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("localvoice", appauthor=False)) / "models"


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
    """What the settings point at: a file, or the folder of them all."""
    at = folder(root, entry)
    return at / local_path(entry, entry.opens) if entry.opens else at


def installed(root: Path, entry: Entry, locks: Mapping[str, Locked]) -> bool:
    """Whether the model is here: every locked file with its size. Sums are for `verify` and for loading."""
    if entry.package:
        return importlib.util.find_spec(entry.package.replace("-", "_")) is not None
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
