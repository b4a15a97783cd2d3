"""Where a model's files wait until all of them are here and checked: `.incoming/NAME`, beside the models' folders.

The lock file is written first, and then all files get their final names at once. Whoever is killed in between leaves a
model that no longer fits its lock file, so that nothing opens it, and beside it all that the next pull needs to finish.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from localvoice.catalog import lock
from localvoice.catalog.disk import insisting, make_folder, refusal
from localvoice.catalog.entry import Locked
from localvoice.errors import StorageRefused


def folder(root: Path, name: str) -> Path:
    """Where the files of the model `name` wait, whether any do or not."""
    return root / ".incoming" / name


def install(root: Path, locked: Locked, waiting: Iterable[str]) -> None:
    """Lock the model as `locked` and give the checked files `waiting` their final names; hold the model's lock.

    If the disk refuses the first of them, everything is as it was before.

    Raises:
        StorageRefused: the disk does not take it, or a program has a file open (on Windows).
        CatalogError: the lock file is damaged.
    """
    moves = [(folder(root, locked.name) / path, root / locked.name / path) for path in waiting]
    for _, final in moves:
        make_folder(root, final.parent)
    before = lock.read(root).get(locked.name)
    if before != locked:
        lock.put(root, locked)
    for number, (path, final) in enumerate(moves):
        try:
            insisting(partial(os.replace, path, final))
        except OSError as error:
            if number == 0:
                lock.put(root, before) if before else lock.forget(root, locked.name)
            raise refusal(error, final) from error
    # What cannot be removed now is swept up by the next pull.
    with suppress(StorageRefused):
        discard(root, locked.name)


def discard(root: Path, name: str) -> bool:
    """Remove whatever waits for the model `name`; whether anything did. Raises StorageRefused."""
    at = folder(root, name)
    try:
        # A link would lead out.
        at.unlink() if at.is_symlink() else shutil.rmtree(at)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise refusal(error, at) from error
    return True
