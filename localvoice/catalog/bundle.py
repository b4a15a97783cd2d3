"""Models in one file, for machines without a network.

A bundle is a plain tar: first its manifest, which is a lock file of what is inside, then the files. Only what we write
ourselves is read back, header by header: regular files under the names and with the sizes of the manifest. Links,
devices, sparse files, long-name and extended headers and compression are all refused before anything is made of them.
"""

import io
import os
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from localvoice.catalog import fetch, layout, lock, resolve, staging, verify
from localvoice.catalog.checksums import READ_BYTES, Checksum, Checksums
from localvoice.catalog.disk import explained, make_folder, need_space
from localvoice.catalog.entry import Entry, FileSpec, Locked, LockedFile
from localvoice.catalog.progress import TransferProgress
from localvoice.errors import BadBundle, CatalogError, ContentChanged, StorageRefused

MANIFEST = "localvoice-bundle.json"
MANIFEST_BYTES = 1 << 20
LARGEST_BYTES = 8**11 - 1
"""What the plain tar format can say of a size."""
_LOCK, _CATALOG = "the lock file", "the catalog"
_AGAIN = "Make the bundle again with `localvoice models bundle`, or copy it again."


def write(models: Sequence[Locked], root: Path, target: Path, watch: TransferProgress | None = None) -> int:
    """Put `models`, which are below `root`, into the bundle `target`; its size in bytes.

    Every file is hashed on its way, so that a bundle of damaged models is never made.

    Raises:
        ContentChanged: a file is not what the lock file says.
        StorageRefused: `target` cannot be written.
        CatalogError: a file or its name is too long for a bundle.
    """
    watch = watch or TransferProgress()
    if os.path.isdir(target):
        raise StorageRefused(f"{target} is a folder.", "Name the file to write, such as models.tar.")
    files = [(model.name, file) for model in models for file in model.files]
    need_space(target.absolute().parent, sum(file.size_bytes + 1024 for _, file in files))
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


def read(
    source: Path, root: Path, catalog: Sequence[Entry] = (), watch: TransferProgress | None = None
) -> list[Locked]:
    """Put the models of the bundle `source` below `root`, and lock them.

    Raises:
        BadBundle: it is no bundle, it is cut short, or it holds what no bundle should.
        ContentChanged: a file in it has another source or checksum than its manifest, our lock file, or `catalog` says.
        StorageRefused: there is no space, or `root` cannot be written.
    """
    watch = watch or TransferProgress()
    try:
        tar = source.open("rb")
    except OSError as error:
        raise BadBundle(f"{source} cannot be opened: {error.strerror}.", "Check the path.") from None
    with tar, ExitStack() as locks:
        models = _manifest(tar, source)
        for name in sorted(models):
            locks.enter_context(lock.of_model(root, name, watch.note))
        _agree(models, lock.read(root), catalog, source)
        pinned = {entry.name: entry for entry in catalog}
        missing = {f"{name}/{file.path}": (name, file) for name, model in models.items() for file in model.files}
        total = sum(file.size_bytes for _, file in missing.values())
        if source.stat().st_size < total:
            raise BadBundle(f"{source} is cut short: it says that it holds {total} bytes.", _AGAIN)
        here = {
            member
            for member, (name, file) in missing.items()
            if verify.check(root / name / file.path, name, file).state == "good"
        }
        need_space(root, sum(file.size_bytes for member, (_, file) in missing.items() if member not in here))
        came = locks.enter_context(_came(root))
        while missing:
            header = _next(tar, source)
            member = header.name
            if member not in missing:
                raise BadBundle(f"{source} holds {member!r}, which is not in its manifest, or holds it twice.", _AGAIN)
            name, file = missing.pop(member)
            if header.size != file.size_bytes:
                raise BadBundle(
                    f"{member} in {source} has {header.size} bytes, and the manifest says {file.size_bytes}.", _AGAIN
                )
            watch.expect(name, file.path, file.size_bytes)
            known = resolve.checksums_of(spec) if (spec := _spec(pinned.get(name), file)) else ()
            if member in here:
                _pour(tar, source, name, file, known, None, watch)
                continue
            # The final folder too, so that what refuses it does so before anything is locked.
            make_folder(root, (root / name / file.path).parent)
            waiting = staging.folder(root, name) / file.path
            make_folder(root, waiting.parent)
            came[name].append(file.path)
            with explained(waiting):
                waiting.unlink(missing_ok=True)
                out = waiting.open("xb", buffering=0)
            with out:
                _pour(tar, source, name, file, known, out, watch)
        for model in models.values():
            staging.install(root, model, came[model.name])
    return list(models.values())


@contextmanager
def _came(root: Path) -> Iterator[dict[str, list[str]]]:
    """What came in, by model; gone again if anything fails."""
    came: dict[str, list[str]] = defaultdict(list)
    try:
        yield came
    except BaseException:
        for name, paths in came.items():
            for path in paths:
                with suppress(OSError):
                    (staging.folder(root, name) / path).unlink(missing_ok=True)
        raise


class _Read(io.RawIOBase):
    """A model's file that is hashed while it is read."""

    def __init__(self, path: Path, name: str, file: LockedFile, watch: TransferProgress) -> None:
        self._name, self._locked, self._watch = name, file, watch
        self._hasher = Checksums(file.size_bytes)
        self._position = 0
        try:
            self._file: BinaryIO = path.open("rb", buffering=0)
        except OSError as error:
            raise CatalogError(
                f"{path} cannot be read: {error.strerror}.", f"Fetch it: localvoice models pull {name}"
            ) from None

    def read(self, size: int = -1) -> bytes:
        """What tarfile asks for. A file that ends early is filled up, and refused by `check`."""
        data = self._file.read(size)
        self._hasher.add(data)
        self._position += len(data)
        self._watch.moved(self._name, self._locked.path, self._position)
        return data + bytes(size - len(data))

    def check(self) -> None:
        """Raises ContentChanged if what was read is not what came in."""
        sha256 = self._hasher.checksum("sha256").digits
        if self._position != self._locked.size_bytes or self._file.read(1) or sha256 != self._locked.sha256:
            raise ContentChanged(
                f"{self._name}/{self._locked.path} is not what came in: expected SHA-256 {self._locked.sha256}, "
                f"and it is {sha256}.",
                f"Fetch the bad files again: localvoice models pull {self._name}",
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
        raise BadBundle(f"{source} is damaged, cut short, or not a bundle.", _AGAIN) from None
    if header.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or header.linkname:
        raise BadBundle(f"{source} holds {header.name!r}, which is not a regular file.", _AGAIN)
    if header.size < 0:
        raise BadBundle(f"{source} holds {header.name!r} with a size below zero.", _AGAIN)
    return header


def _manifest(tar: BinaryIO, source: Path) -> dict[str, Locked]:
    header = _next(tar, source)
    if header.name != MANIFEST or header.size > MANIFEST_BYTES:
        raise BadBundle(f"{source} is not a localvoice bundle: it does not start with {MANIFEST}.", _AGAIN)
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
    if len({name.lower() for name in models}) < len(models):
        raise BadBundle(f"The manifest of {source} names a model twice.", _AGAIN)
    if len(set(paths)) < len(paths) or any(str(Path(path)) in folders for path in paths):
        raise BadBundle(f"The manifest of {source} names a file twice.", _AGAIN)
    return models


def _agree(models: dict[str, Locked], locks: dict[str, Locked], catalog: Sequence[Entry], source: Path) -> None:
    """Raises ContentChanged if the bundle contradicts what this machine knows of models of these names.

    Names and paths count as the same in any capitals, as they do for the disks of Windows and macOS.
    """
    entries = {entry.name.lower(): entry for entry in catalog}
    locked = {old.name.lower(): old for old in locks.values()}
    for name, model in models.items():
        facts: list[tuple[str, str, str, str]] = []
        """What, what this machine says of it, the bundle, and who says so here."""
        if old := locked.get(name.lower()):
            facts += [("name", old.name, name, _LOCK), ("source", old.repo, model.repo, _LOCK)]
            facts += [("commit", old.revision, model.revision, _LOCK)]
            before = {file.path.lower(): file for file in old.files}
            for file in model.files:
                if known := before.get(file.path.lower()):
                    facts += [(f"SHA-256 of {file.path}", known.sha256, file.sha256, _LOCK)]
        if entry := entries.get(name.lower()):
            facts += [("name", entry.name, name, _CATALOG), ("source", entry.repo, model.repo, _CATALOG)]
            facts += [("commit", fetch.commit_of(entry.revision) or model.revision, model.revision, _CATALOG)]
            for file in model.files:
                facts += _facts(entry, file)
        for what, ours, theirs, who in facts:
            if ours != theirs:
                raise ContentChanged(
                    f"{name} in {source} has {theirs!r} as {what}, and {who} has {ours!r}.",
                    "Do not use this bundle unless you know why; "
                    f"`localvoice models remove {name}` forgets what is locked.",
                )


def _facts(entry: Entry, file: LockedFile) -> list[tuple[str, str, str, str]]:
    """What the catalog says of a file in a bundle, and what the bundle does."""
    spec = _spec(entry, file)
    if spec is None:
        # What is converted has other names, and no published checksum.
        return [] if entry.convert else [("a file", "no such file", file.path, _CATALOG)]
    commit = fetch.commit_of(spec.revision) or file.revision
    said = ("path", layout.local_path(entry, spec.path), file.path), ("source", spec.path, file.source_path)
    more = ("source", resolve.elsewhere(entry, spec), file.repo), ("commit", commit, file.revision)
    size = ("size", str(spec.size_bytes or file.size_bytes), str(file.size_bytes))
    return [
        (f"{what} of {file.path}", ours, theirs, _CATALOG)
        for what, ours, theirs in (*said, *more, size, ("SHA-256", spec.sha256 or file.sha256, file.sha256))
    ]


def _spec(entry: Entry | None, file: LockedFile) -> FileSpec | None:
    """What the catalog says of a file in a bundle."""
    specs = entry.files if entry else ()
    return next((s for s in specs if entry and layout.local_path(entry, s.path).lower() == file.path.lower()), None)


def _pour(
    tar: BinaryIO,
    source: Path,
    name: str,
    file: LockedFile,
    known: tuple[Checksum, ...],
    out: BinaryIO | None,
    watch: TransferProgress,
) -> None:
    """Read one file of `tar`, into `out` if there is one, and check its checksum, and those `known` of it."""
    hasher, done = Checksums(file.size_bytes, [one.kind for one in known]), 0
    while done < file.size_bytes:
        data = _exactly(tar, min(READ_BYTES, file.size_bytes - done), source)
        hasher.add(data)
        if out:
            with explained(Path(out.name)):
                _write(out, data)
        done += len(data)
        watch.moved(name, file.path, done)
    _skip_padding(tar, file.size_bytes, source)
    if difference := hasher.first_difference((Checksum("sha256", file.sha256), *known)):
        raise ContentChanged(
            f"{name}/{file.path} in {source} should have {difference[0]}, and it has {difference[1]}.", _AGAIN
        )


def _write(out: BinaryIO, data: bytes) -> None:
    """All of `data`: an unbuffered file may take less at a time."""
    block = memoryview(data)
    while block:
        block = block[out.write(block) :]


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
