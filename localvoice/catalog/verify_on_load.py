"""Before a model is opened: its files are those that came in, as the lock file says. The rest is the engine's job."""

from pathlib import Path

from localvoice.catalog import layout, lock, verify
from localvoice.catalog.entry import Locked
from localvoice.engines.probe import passed, passed_before
from localvoice.errors import ModelBroken

_WHAT = "summed"  # the name of a folder in the cache, kept as it was


def check(path: Path, configured: str = "") -> None:
    """Check the size and SHA-256 of every file of the model that `path`, a file or a folder, belongs to.

    Nothing is checked of a path that the lock file below the models' root knows nothing of; `configured` is
    models.folder. A file is read through once; after that its size and time of change tell.

    Raises:
        ModelBroken: a file is missing or is not the one that came in; the message names both checksums.
        CatalogError: the lock file is damaged.
        SettingsError: the models folder can be no folder.
    """
    root = layout.root(configured)
    locked = _model_of(root, path)
    if locked is None:
        return
    for file in locked.files:
        at = root / locked.name / file.path
        about = _about(at, file.sha256)
        if about and passed_before(_WHAT, about):
            continue
        finding = verify.check(at, locked.name, file)
        if finding.state != "good":
            found = f"found {finding.found}" if finding.found else "it is not there"
            raise ModelBroken(
                f"{at} is not the file that was fetched: {finding.state} (expected {finding.expected}, {found}).",
                f"Fetch it again: localvoice models pull {locked.name}",
            )
        passed(_WHAT, about)


def _model_of(root: Path, path: Path) -> Locked | None:
    try:
        parts = path.absolute().relative_to(root.absolute()).parts
    except ValueError:
        return None
    return lock.read(root).get(parts[0]) if parts else None


def _about(path: Path, sha256: str) -> str:
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}|{about.st_ctime_ns}|{sha256}"
