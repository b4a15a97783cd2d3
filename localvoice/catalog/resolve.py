"""What a pull has to bring: which of the locked files are meant, which are missing, and what is known of those."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from localvoice.catalog import fetch, http_errors, layout
from localvoice.catalog.checksums import Checksum, ChecksumKind
from localvoice.catalog.entry import Entry, FileSpec, Locked, LockedFile
from localvoice.catalog.fetch import Hub, Remote
from localvoice.errors import CatalogError


def binding(entry: Entry, locked: Locked | None) -> Locked | None:
    """What is locked, unless the catalog was changed since, by whoever may change it: what it pins is what counts."""
    if locked is None or locked.repo != entry.repo or _pin(entry.revision, locked.revision):
        return None
    for spec in entry.files:
        here = locked_file(entry, locked, spec)
        if here and (_pin(spec.revision, here.revision) or (_pinned(entry, spec) and not _fits(spec, here))):
            return None
    return locked


def locked_file(entry: Entry, locked: Locked | None, spec: FileSpec) -> LockedFile | None:
    """What is locked of a file of the entry, as it is published."""
    path = layout.local_path(entry, spec.path)
    for file in (*locked.sources, *locked.files) if locked else ():
        if (file.source_path, file.repo, file.path) == (spec.path, elsewhere(entry, spec), path):
            return file
    return None


def elsewhere(entry: Entry, spec: FileSpec) -> str:
    """The repository of a file if it is not the entry's, as the lock file has it; else ""."""
    return spec.repo if spec.repo != entry.repo else ""


def made(entry: Entry, locked: Locked | None) -> list[LockedFile]:
    """The locked files that a conversion has made."""
    sources = {file.source_path for file in locked.sources} if locked and entry.convert else set()
    return [file for file in locked.files if file.source_path in sources] if locked else []


def kept(entry: Entry, locked: Locked | None) -> list[LockedFile]:
    """The locked files that are still meant: the entry may have other files now, or have them from elsewhere."""
    meant = [locked_file(entry, locked, spec) for spec in entry.files] + made(entry, locked)
    return [file for file in locked.files if file in meant] if locked else []


def missing(entry: Entry, locked: Locked | None, here: Collection[str]) -> list[FileSpec]:
    """The published files that have to come, if those with the paths `here` are good."""
    there = made(entry, locked)
    # What was converted is not needed again.
    used = locked.sources if locked and there and all(file.path in here for file in there) else ()
    return [
        spec
        for spec in entry.files
        if layout.local_path(entry, spec.path) not in here and locked_file(entry, locked, spec) not in used
    ]


def ask(
    entry: Entry, locked: Locked | None, specs: Iterable[FileSpec], hub: Hub, update: bool
) -> tuple[str, list[Remote]]:
    """The commit of the entry, and all that is known of the published files `specs`; the hub is asked if it must be.

    Raises:
        DownloadFailed: the hub cannot be asked.
        ContentChanged: it contradicts what is known.
    """
    # The first answer from a repository names the commit; its other files are then asked for at that one.
    commits = {entry.repo: locked.revision if locked else entry.revision}
    remotes = []
    for spec in specs:
        repo, here = spec.repo or entry.repo, locked_file(entry, locked, spec)
        revision = commits.get(repo) or (here and here.revision) or spec.revision or "main"
        known = _known(entry, spec, here, update)
        local = layout.local_path(entry, spec.path)
        # An MD5 alone can be forged.
        if fetch.commit_of(revision) and known.size_bytes is not None and any(s.kind != "md5" for s in known.checksums):
            remote = fetch.remote_of(hub, repo, spec.path, local, revision, known.size_bytes, known.checksums)
        else:
            asked = fetch.ask(hub, repo, spec.path, local, revision)
            remote = _agreed(asked, known, "the lock file" if here else "the catalog", _pinned(entry, spec))
        commits[repo] = remote.revision
        remotes.append(replace(remote, pinned=_pinned(entry, spec)))
    return commits[entry.repo], remotes


def known(entry: Entry, specs: Iterable[FileSpec]) -> tuple[str, list[Remote]]:
    """The commit of the entry, and the files `specs` that the package index carries: the catalog says all of them."""
    remotes = []
    for spec in specs:
        repo, revision = (spec.repo, spec.revision) if spec.repo else (entry.repo, entry.revision)
        local = layout.local_path(entry, spec.path)
        remotes.append(Remote("", repo, revision, spec.path, local, spec.size_bytes or 0, checksums_of(spec), True))
    return entry.revision, remotes


def checksums_of(spec: FileSpec) -> tuple[Checksum, ...]:
    """What the catalog says of a file's content."""
    kinds: list[tuple[ChecksumKind, str | None]] = [("sha256", spec.sha256), ("md5", spec.md5)]
    return tuple(Checksum(kind, digits) for kind, digits in kinds if digits)


@dataclass(frozen=True, slots=True)
class _Known:
    size_bytes: int | None
    checksums: tuple[Checksum, ...]


def _known(entry: Entry, spec: FileSpec, here: LockedFile | None, update: bool) -> _Known:
    """What catalog and lock file say of a file. With `update` they are what is to be replaced, but for what is pinned:
    the content of a commit cannot change."""
    if here:
        return _Known(here.size_bytes, (Checksum("sha256", here.sha256),))
    if update and not _pinned(entry, spec):
        return _Known(None, ())
    return _Known(spec.size_bytes, checksums_of(spec))


def _pin(named: str, locked: str) -> bool:
    """Whether the catalog names another commit than the locked one."""
    return fetch.commit_of(named) not in (None, locked)


def _pinned(entry: Entry, spec: FileSpec) -> bool:
    """Whether the catalog names the very content of a file, by its commit or as what its pieces join to."""
    return bool(spec.pieces) or fetch.commit_of(spec.revision if spec.repo else entry.revision) is not None


def _fits(spec: FileSpec, here: LockedFile) -> bool:
    return spec.size_bytes in (None, here.size_bytes) and spec.sha256 in (None, here.sha256)


def _agreed(remote: Remote, known: _Known, source: str, pinned: bool) -> Remote:
    """The file with all checksums that are known of it. Raises ContentChanged if they contradict one another."""
    what = f"{remote.repo}/{remote.source_path}"
    for one in known.checksums:
        for other in remote.checksums:
            if one.kind == other.kind and one != other:
                raise http_errors.differs(what, str(one), str(other), source, pinned)
    if known.size_bytes is not None and known.size_bytes != remote.size_bytes:
        raise http_errors.differs(what, f"{known.size_bytes} bytes", f"{remote.size_bytes} bytes", source, pinned)
    checksums = tuple(dict.fromkeys((*known.checksums, *remote.checksums)))
    if not checksums:
        raise CatalogError(
            f"No checksum of {what} is published, so it cannot be checked.",
            "Put its sha256 into a catalog of your own, or leave --mirror out.",
        )
    return replace(remote, checksums=checksums)
