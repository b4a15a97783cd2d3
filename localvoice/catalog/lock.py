"""`lock.json` beside the models: what came in, from which commit, with which SHA-256.

It is what `verify` and every load believe. It is written whole or not at all, and only by whoever holds the lock file
`.lock`, so that programs that pull different models at once do not lose one another's entries.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from localvoice.catalog.disk import explained, insisting, make_folder, write_whole
from localvoice.catalog.entry import Locked
from localvoice.catalog.safe_names import LOCK_FILE as FILE
from localvoice.catalog.safe_names import fault_of_name
from localvoice.errors import CatalogError
from localvoice.strict_toml import Subject
from localvoice.strict_toml import read as read_table
from localvoice.toml_faults import Faults

VERSION = 1
MOST_SHOWN = 5
"""Faults that are named of a damaged file; it is not written by hand, so its faults are not corrected one by one."""
_REMEDY = "Restore it from a copy, or move it away and pull the models again; good files are kept and only checked."


def read(root: Path) -> dict[str, Locked]:
    """All that is locked below `root`, by name; empty if nothing was pulled yet.

    Raises:
        CatalogError: the file is there and is not what `write` writes.
    """
    file = root / FILE
    try:
        text = insisting(file.read_bytes).decode("utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise CatalogError(f"{file} is damaged: it is not text.", _REMEDY) from None
    except OSError as error:
        raise CatalogError(f"{file} cannot be read: {error.strerror}.", "Check its permissions.") from None
    return parse(text, str(file))


def parse(text: str, file: str) -> dict[str, Locked]:
    """What a lock file's text says; `file` is for the messages. Raises CatalogError."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise CatalogError(f"{file} is damaged: it is not JSON.", _REMEDY) from None
    faults = Faults(file)
    if not isinstance(tree, dict) or set(tree) != {"version", "models"} or not isinstance(tree["models"], dict):
        faults.add((), "It must have version and models and nothing else.")
    elif tree["version"] != VERSION:
        faults.add((), f"It has version {tree['version']!r}, and this program reads {VERSION}.")
    else:
        models = {name: _locked(name, table, faults) for name, table in tree["models"].items()}
        if not faults:
            return {name: locked for name, locked in models.items() if locked}
    raise CatalogError(f"{file} is damaged. {' '.join(faults.sentences[:MOST_SHOWN])}", _REMEDY)


def _locked(name: str, table: Any, faults: Faults) -> Locked | None:
    """A model's table, whose name stands before it and not in it."""
    if isinstance(table, dict) and "name" not in table:
        table = {"name": name} | table
    else:
        faults.add((name,), f"The keys of {name} are not those of a model.")
    return read_table(Locked, table, Subject(f"model {name}"), faults, (name,), every_key=True)


def text_of(models: Mapping[str, Locked]) -> str:
    """What `parse` reads."""
    tables = {name: asdict(models[name]) for name in sorted(models)}
    for table in tables.values():
        del table["name"]
    return json.dumps({"version": VERSION, "models": tables}, indent=1) + "\n"


def write(root: Path, models: Mapping[str, Locked]) -> None:
    """Replace the whole lock file; hold `changing` meanwhile. Raises StorageRefused."""
    with explained(root / FILE):
        write_whole(root / FILE, text_of(models).encode())


def put(root: Path, locked: Locked) -> None:
    """Add or replace one model. Raises CatalogError, StorageRefused."""
    with changing(root):
        write(root, read(root) | {locked.name: locked})


def forget(root: Path, name: str) -> None:
    """Take one model out, if it is in. Raises CatalogError, StorageRefused."""
    with changing(root):
        models = read(root)
        if models.pop(name, None) is not None:
            write(root, models)


@contextmanager
def changing(root: Path) -> Iterator[None]:
    """Held while the lock file is read, changed and written; other programs wait. Raises StorageRefused."""
    with held(root / ".lock", root):
        # Of programs that were killed while they wrote; no other program writes now.
        with explained(root / FILE):
            for left in root.glob(f"{FILE}.*.new"):
                left.unlink(missing_ok=True)
        yield


@contextmanager
def of_model(root: Path, name: str, note: Callable[[str], None] | None = None) -> Iterator[None]:
    """Held by whoever changes the files of the model `name`. Raises CatalogError, StorageRefused."""
    if fault := fault_of_name(name):
        raise CatalogError(f"There is no model {name!r}: such a name {fault}.", "`localvoice models list` shows all.")
    with held(root / ".locks" / f"{name}.lock", root, note):
        yield


@contextmanager
def held(path: Path, root: Path, note: Callable[[str], None] | None = None) -> Iterator[None]:
    """The lock `path` below `root`, waited for; `note` is told if there is a wait.

    The system lets go of it when its holder dies. Raises StorageRefused.
    """
    from filelock import FileLock, Timeout

    make_folder(root, path.parent)
    lock = FileLock(path)
    with explained(path):
        try:
            lock.acquire(blocking=False)
        except Timeout:
            if note:
                note(f"Another program is busy with {path.stem or 'the lock file'}; waiting for it.")
            lock.acquire()
    try:
        yield
    finally:
        lock.release()
