"""Where a model's files wait until all of them are here and checked: `.incoming/NAME`, beside the models' folders.

What the model no longer has is put there first, until all is swept up; then the lock file is written, and after it all
files get their final names at once. Whoever is killed in between leaves a model that does not fit its lock file, so
that nothing opens it, and beside it all that the next pull needs to finish.
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

    What was locked before and no longer is goes, and nothing else. If the disk refuses the first file, everything is
    as it was before.

    Raises:
        StorageRefused: the disk does not take it, or a program has a file open (on Windows).
        CatalogError: the lock file is damaged.
    """
    at, home = folder(root, locked.name), root / locked.name
    moves = [(at / path, home / path) for path in waiting]
    before = lock.read(root).get(locked.name)
    dropped = [(home / path, at / path) for path in _dropped(home, before, locked)]
    try:
        for final, path in dropped:
            make_folder(root, path.parent)
            _move(final, path)
            _remove_empty(final.parent, home)
        for _, final in moves:
            make_folder(root, final.parent)
        if before != locked:
            lock.put(root, locked)
        if moves:
            _move(*moves[0])
    except StorageRefused:
        if lock.read(root).get(locked.name) != before:
            lock.put(root, before) if before else lock.forget(root, locked.name)
        for final, path in dropped:
            with suppress(OSError):
                if not os.path.lexists(final):
                    final.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(path, final)
        raise
    for path, final in moves[1:]:
        _move(path, final)
    # What cannot be removed now is swept up by the next pull.
    with suppress(StorageRefused):
        discard(root, locked.name)


def _move(path: Path, to: Path) -> None:
    try:
        insisting(partial(os.replace, path, to))
    except OSError as error:
        raise refusal(error, to) from error


def _remove_empty(inside: Path, home: Path) -> None:
    with suppress(OSError):
        while inside != home:
            inside.rmdir()
            inside = inside.parent


def _dropped(home: Path, before: Locked | None, now: Locked) -> list[str]:
    """The files in `home` that were locked and no longer are. What lies behind a link, or is one, is not ours."""
    new = {file.path for file in now.files}
    in_small = {path.lower(): path for path in new}
    out = []
    for path in [file.path for file in before.files if file.path not in new] if before else []:
        at = home / path
        ours = at.is_file() and not at.is_symlink() and at.parent.resolve() == home.resolve() / Path(path).parent
        # On Windows and macOS a name in other capitals is the same file.
        twin = in_small.get(path.lower())
        if ours and not home.is_symlink() and not (twin and (home / twin).exists() and at.samefile(home / twin)):
            out.append(path)
    return out


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


def tidy(root: Path, name: str) -> None:
    """After a pull that failed: if not one byte of the model came, what was made for it goes; hold the model's lock."""
    at, home = folder(root, name), root / name
    if not at.is_symlink():
        came = [path for path in at.rglob("*") if path.is_file() and not path.name.endswith(".part.json")]
        # What cannot be removed now is swept up by the next pull.
        with suppress(OSError, StorageRefused):
            if not any(path.stat().st_size for path in came):
                discard(root, name)
    folders = [] if home.is_symlink() else [path for path in home.rglob("*") if path.is_dir() and not path.is_symlink()]
    for empty in (*sorted(folders, reverse=True), home, at.parent):
        with suppress(OSError):
            empty.rmdir()
