"""Models in one file, for machines without a network.

A bundle is a plain tar: first its manifest, which is a lock file of what is inside, then the files. Only what we write
ourselves is read back, header by header: regular files under the names and with the sizes of the manifest. Links,
devices, sparse files, long-name and extended headers and compression are all refused before anything is made of them.
"""

import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from localvoice.catalog import lock, verify
from localvoice.catalog.disk import explained, make_folder, need_room
from localvoice.catalog.entry import Entry, Locked, LockedFile
from localvoice.catalog.pull import Watch
from localvoice.catalog.sums import READ_BYTES, Summer
from localvoice.errors import BadBundle, CatalogError, ContentChanged

MANIFEST = "localvoice-bundle.json"
MANIFEST_BYTES = 1 << 20
LARGEST_BYTES = 8**11 - 1
"""What the plain tar format can say of a size."""
_AGAIN = "Make the bundle again with `localvoice models bundle`, or copy it again."


def write(models: Sequence[Locked], root: Path, target: Path, watch: Watch | None = None) -> int:
    """Put `models`, which are below `root`, into the bundle `target`; its size in bytes.

    Every file is summed on its way, so that a bundle of damaged models is never made.

    Raises:
        ContentChanged: a file is not what the lock file says.
        StorageRefused: `target` cannot be written.
        CatalogError: a file or its name is too long for a bundle.
    """
    watch = watch or Watch()
    files = [(model.name, file) for model in models for file in model.files]
    need_room(target.absolute().parent, sum(file.size_bytes + 1024 for _, file in files))
    manifest = lock.text_of({model.name: model for model in models}).encode()
    beside = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with explained(target), beside.open("wb") as raw, tarfile.open(fileobj=raw, mode="w|") as tar:
            tar.addfile(_header(MANIFEST, len(manifest)), io.BytesIO(manifest))
            for name, file in files:
                watch.expect(name, file.path, file.size_bytes)
                header = _header(f"{name}/{file.path}", file.size_bytes)
                with _Read(root / name / file.path, name, file, watch) as reader:
                    tar.addfile(header, reader)
                    reader.check()
        with explained(target):
            beside.replace(target)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return target.stat().st_size


def read(source: Path, root: Path, catalog: Sequence[Entry] = (), watch: Watch | None = None) -> list[Locked]:
    """Put the models of the bundle `source` below `root`, and lock them.

    Raises:
        BadBundle: it is no bundle, it is cut short, or it holds what no bundle should.
        ContentChanged: a file in it has another sum than its manifest, our lock file, or `catalog` says.
        StorageRefused: there is no room, or `root` cannot be written.
    """
    watch = watch or Watch()
    try:
        tar = source.open("rb")
    except OSError as error:
        raise BadBundle(f"{source} cannot be opened: {error.strerror}.", "Check the path.") from None
    with tar, ExitStack() as locks:
        models = _manifest(tar, source)
        for name in sorted(models):
            locks.enter_context(lock.held(root / ".locks" / f"{name}.lock", root, watch.note))
        _agree(models, lock.read(root), catalog, source)
        missing = {f"{name}/{file.path}": (name, file) for name, model in models.items() for file in model.files}
        total = sum(file.size_bytes for _, file in missing.values())
        if source.stat().st_size < total:
            raise BadBundle(f"{source} is cut short: it says that it holds {total} bytes.", _AGAIN)
        here = {
            member
            for member, (name, file) in missing.items()
            if verify.check(root / name / file.path, name, file).state == "good"
        }
        need_room(root, sum(file.size_bytes for member, (_, file) in missing.items() if member not in here))
        while missing:
            header = _next(tar, source)
            member = header.name
            if member not in missing:
                raise BadBundle(f"{source} holds {member!r}, which its manifest does not name, or twice.", _AGAIN)
            name, file = missing.pop(member)
            if header.size != file.size_bytes:
                raise BadBundle(
                    f"{member} in {source} has {header.size} bytes, and the manifest says {file.size_bytes}.", _AGAIN
                )
            watch.expect(name, file.path, file.size_bytes)
            _take(tar, source, root, name, file, member in here, watch)
        for model in models.values():
            lock.put(root, model)
    return list(models.values())


class _Read(io.RawIOBase):
    """A model's file that is summed while it is read."""

    def __init__(self, path: Path, name: str, file: LockedFile, watch: Watch) -> None:
        self._name, self._locked, self._watch = name, file, watch
        self._summer = Summer(file.size_bytes)
        self._position = 0
        try:
            self._file: BinaryIO = path.open("rb", buffering=0)
        except OSError as error:
            raise CatalogError(f"{path} cannot be read: {error.strerror}.", f"localvoice models pull {name}") from None

    def read(self, size: int = -1) -> bytes:
        """What tarfile asks for. A file that ends early is filled up, and refused by `check`."""
        data = self._file.read(size)
        self._summer.add(data)
        self._position += len(data)
        self._watch.moved(self._name, self._locked.path, self._position)
        return data + bytes(size - len(data))

    def check(self) -> None:
        """Raises ContentChanged if what was read is not what came in."""
        sha256 = self._summer.sum("sha256").digits
        if self._position != self._locked.size_bytes or self._file.read(1) or sha256 != self._locked.sha256:
            raise ContentChanged(
                f"{self._name}/{self._locked.path} is not what came in: expected SHA-256 {self._locked.sha256}, "
                f"and it is {sha256}.",
                f"localvoice models remove {self._name}; localvoice models pull {self._name}",
            )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


def _header(name: str, size_bytes: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size_bytes, 0o644
    try:
        if size_bytes > LARGEST_BYTES:
            raise ValueError("it is larger than 8 GiB")
        header.tobuf(tarfile.USTAR_FORMAT)
    except ValueError as error:
        raise CatalogError(f"{name} cannot go into a bundle: {error}.", "Copy this model by hand.") from None
    return header


def _next(tar: BinaryIO, source: Path) -> tarfile.TarInfo:
    """The next header, which must be that of a regular file; what it says is not yet believed."""
    try:
        header = tarfile.TarInfo.frombuf(_exactly(tar, 512, source), "utf-8", "strict")
    except (tarfile.HeaderError, ValueError):
        raise BadBundle(f"{source} is damaged, cut short, or no bundle.", _AGAIN) from None
    if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or header.linkname:
        raise BadBundle(f"{source} holds {header.name!r}, which is no regular file.", _AGAIN)
    if header.size < 0:
        raise BadBundle(f"{source} holds {header.name!r} with a size below zero.", _AGAIN)
    return header


def _manifest(tar: BinaryIO, source: Path) -> dict[str, Locked]:
    header = _next(tar, source)
    if header.name != MANIFEST or header.size > MANIFEST_BYTES:
        raise BadBundle(f"{source} is no bundle of ours: it does not start with {MANIFEST}.", _AGAIN)
    data = _exactly(tar, header.size, source)
    _skip_padding(tar, header.size, source)
    try:
        models = lock.parse(data.decode("utf-8"), f"the manifest of {source}")
    except UnicodeDecodeError:
        raise BadBundle(f"The manifest of {source} is not text.", _AGAIN) from None
    except CatalogError as error:
        raise BadBundle(error.message, _AGAIN) from None
    if not models:
        raise BadBundle(f"{source} is empty.", _AGAIN)
    # Files that are one file on Windows and macOS, or a file and a folder of one name.
    paths = [f"{name}/{file.path}".lower() for name, model in models.items() for file in model.files]
    folders = {str(parent) for path in paths for parent in Path(path).parents}
    if len(set(paths)) < len(paths) or any(str(Path(path)) in folders for path in paths):
        raise BadBundle(f"The manifest of {source} names a file twice.", _AGAIN)
    return models


def _agree(models: dict[str, Locked], locks: dict[str, Locked], catalog: Sequence[Entry], source: Path) -> None:
    """Raises ContentChanged if the bundle contradicts what this machine knows of the same models."""
    pinned = {entry.name: entry for entry in catalog}
    for name, model in models.items():
        for file in model.files:
            known: list[tuple[str, str | None]] = []
            if name in locks and locks[name].revision == model.revision:
                known += [("the lock file", old.sha256) for old in locks[name].files if old.path == file.path]
            if name in pinned and model.repo == pinned[name].repo:
                known += [("the catalog", one.sha256) for one in pinned[name].files if one.path == file.source_path]
            for who, sha256 in known:
                if sha256 and sha256 != file.sha256:
                    raise ContentChanged(
                        f"{name}/{file.path} in {source} has SHA-256 {file.sha256}, and {who} says {sha256}.",
                        "Do not use this bundle unless you know why; "
                        f"`localvoice models remove {name}` forgets what is locked.",
                    )


def _take(tar: BinaryIO, source: Path, root: Path, name: str, file: LockedFile, here: bool, watch: Watch) -> None:
    """The next file of `tar` becomes a model's file, if its sum is right and the same is not `here` already."""
    if here:
        _pour(tar, source, name, file, None, watch)
        return
    final = root / name / file.path
    with _target(root, final) as out:
        _pour(tar, source, name, file, out, watch)
    with explained(final):
        _beside(final).replace(final)


def _pour(tar: BinaryIO, source: Path, name: str, file: LockedFile, out: BinaryIO | None, watch: Watch) -> None:
    """Read one file of `tar`, into `out` if there is one, and check its sum."""
    summer, done = Summer(file.size_bytes), 0
    while done < file.size_bytes:
        data = _exactly(tar, min(READ_BYTES, file.size_bytes - done), source)
        summer.add(data)
        if out:
            with explained(Path(out.name)):
                _write(out, data)
        done += len(data)
        watch.moved(name, file.path, done)
    _skip_padding(tar, file.size_bytes, source)
    if (sha256 := summer.sum("sha256").digits) != file.sha256:
        raise ContentChanged(
            f"{name}/{file.path} in {source} should have SHA-256 {file.sha256}, and it has {sha256}.", _AGAIN
        )


def _write(out: BinaryIO, data: bytes) -> None:
    """All of `data`: an unbuffered file may take less at a time."""
    block = memoryview(data)
    while block:
        block = block[out.write(block) :]


def _beside(final: Path) -> Path:
    return final.with_name(final.name + ".import")


@contextmanager
def _target(root: Path, final: Path) -> Iterator[BinaryIO]:
    """A new file beside `final`; gone again if anything fails."""
    make_folder(root, final.parent)
    beside = _beside(final)
    try:
        with explained(final):
            beside.unlink(missing_ok=True)
            out = beside.open("xb", buffering=0)
        with out:
            yield out
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _exactly(tar: BinaryIO, size: int, source: Path) -> bytes:
    try:
        data = tar.read(size)
    except OSError as error:
        raise BadBundle(f"{source} cannot be read: {error.strerror}.", _AGAIN) from None
    if len(data) < size:
        raise BadBundle(f"{source} is cut short.", _AGAIN)
    return data


def _skip_padding(tar: BinaryIO, size: int, source: Path) -> None:
    _exactly(tar, -size % 512, source)
