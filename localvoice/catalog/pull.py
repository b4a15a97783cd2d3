"""Getting models: what is missing, from where, and in which order it becomes part of the lock file.

Per model one lock is held from the first look to the last rename, so two pulls of one model wait for one another and
the second finds the work done. Files of all models come in side by side; a model enters the lock file when all of its
files are here and checked.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from localvoice.catalog import answers, fetch, lock, partial, place
from localvoice.catalog.disk import explained, make_folder, need_room
from localvoice.catalog.entry import Entry, FileSpec, Locked, LockedFile
from localvoice.catalog.fetch import Hub, Remote, Stopped
from localvoice.catalog.names import fault_of_name, fault_of_path
from localvoice.catalog.sums import Sum, SumKind, Summer
from localvoice.errors import CatalogError, LocalvoiceError, StorageRefused

CONNECTIONS = 4


class Watch:
    """Told how a pull goes, from several threads; this one keeps silent."""

    def expect(self, name: str, path: str, size_bytes: int) -> None:
        """A file of a model is about to come in."""

    def moved(self, name: str, path: str, position_bytes: int) -> None:
        """So much of it is here; less than before if it had to be started again."""

    def note(self, text: str) -> None:
        """A sentence for people."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one model."""

    name: str
    revision: str
    fetched_bytes: int
    reused_bytes: int
    """Already here, or in the Hugging Face cache."""


@dataclass(slots=True)
class _Job:
    """One model on its way in."""

    entry: Entry
    folder: Path
    locked: Locked | None
    revision: str = ""
    remotes: tuple[Remote, ...] = ()
    files: dict[str, LockedFile] | None = None
    fetched_bytes: int = 0
    reused_bytes: int = 0
    error: LocalvoiceError | None = None


def pull(
    entries: Sequence[Entry], root: Path, hub: Hub, watch: Watch | None = None, update: bool = False
) -> list[Pulled]:
    """Make all `entries` be below `root`, as published, and locked. What is here already is not fetched again.

    With `update`, what the hub has now replaces what is locked. One model's fault does not keep the others from coming.

    Raises:
        CatalogError: what could not be got, in one message; DownloadFailed, ContentChanged and StorageRefused are kinds
            of it. What came in until then is kept.
    """
    watch = watch or Watch()
    hub = replace(hub, stop=threading.Event())
    wanted = [entry for entry in entries if entry.repo]
    for entry in wanted:
        _check_names(entry)
    with ExitStack() as locks, ThreadPoolExecutor(CONNECTIONS, "pull") as pool:
        jobs = []
        # In one order for everybody: two pulls of the same models would otherwise wait for one another for ever.
        for entry in sorted(wanted, key=lambda entry: entry.name):
            locks.enter_context(lock.held(root / ".locks" / f"{entry.name}.lock", root, watch.note))
            jobs.append(_Job(entry, place.folder(root, entry), lock.read(root).get(entry.name)))
        todo = [job for job in jobs if update or job.locked is None or not _complete(job, job.locked)]
        try:
            _side_by_side(pool, hub, [_asking(job, hub, update) for job in todo])
            need_room(root, sum(_missing_bytes(job) for job in todo if not job.error))
            _side_by_side(
                pool, hub, [_getting(job, remote, root, hub, watch) for job in todo for remote in job.remotes]
            )
        except BaseException:
            hub.stop.set()
            raise
        for job in todo:
            if not job.error:
                _lock(job, root, watch)
    _raise_all([job.error for job in todo if job.error])
    return [_pulled(job) for job in sorted(jobs, key=lambda job: wanted.index(job.entry))]


def _check_names(entry: Entry) -> None:
    """The catalog was read strictly; entries that were made otherwise must not write elsewhere either."""
    for fault in (fault_of_name(entry.name), *(fault_of_path(file.path) for file in entry.files)):
        if fault:
            raise CatalogError(f"A name of model {entry.name!r} {fault}.", "Correct it in the catalog.")


@dataclass(frozen=True, slots=True)
class _Task:
    job: _Job
    do: Callable[[], None]


def _side_by_side(pool: ThreadPoolExecutor, hub: Hub, tasks: Iterable[_Task]) -> None:
    """Do all tasks; a job whose task fails keeps the error. What would fail for all of them ends it for all."""
    running: dict[Future[None], _Job] = {pool.submit(task.do): task.job for task in tasks}
    while running:
        # With a limit, so that Ctrl-C is noticed on Windows too.
        done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            job = running.pop(future)
            try:
                future.result()
            except Stopped:
                continue
            except LocalvoiceError as error:
                job.error = job.error or error
                if isinstance(error, StorageRefused):
                    hub.stop.set()


def _complete(job: _Job, locked: Locked) -> bool:
    """Whether every locked file is here with its size; and the lock speaks of what the catalog asks for now."""
    pinned = fetch.commit_of(job.entry.revision)
    if locked.repo != job.entry.repo or (pinned and pinned != locked.revision):
        return False
    if not all(_locked_file(locked, spec) for spec in job.entry.files):
        return False
    return place.installed(job.folder.parent, job.entry, {job.entry.name: locked})


def _asking(job: _Job, hub: Hub, update: bool) -> _Task:
    def do() -> None:
        locked = None if update else job.locked
        pinned = fetch.commit_of(job.entry.revision)
        if locked and (locked.repo != job.entry.repo or (pinned and pinned != locked.revision)):
            locked = None  # the catalog was changed, by whoever may change it
        # The first answer from a repository names the commit; its other files are then asked for at that one.
        commits = {job.entry.repo: locked.revision if locked else job.entry.revision}
        remotes = []
        for spec in job.entry.files:
            repo, here = spec.repo or job.entry.repo, _locked_file(locked, spec)
            revision = commits.get(repo) or (here and here.revision) or spec.revision or "main"
            known = _known(spec, here, update)
            local = place.local_path(job.entry, spec.path)
            if fetch.commit_of(revision) and known.size_bytes is not None and known.sums:
                remote = fetch.remote_of(hub, repo, spec.path, local, revision, known.size_bytes, known.sums)
            else:
                asked = fetch.ask(hub, repo, spec.path, local, revision)
                remote = _agreed(asked, known, "the lock file" if here else "the catalog")
            commits[repo] = remote.revision
            remotes.append(remote)
        job.revision, job.remotes, job.files = commits[job.entry.repo], tuple(remotes), {}

    return _Task(job, do)


@dataclass(frozen=True, slots=True)
class _Known:
    size_bytes: int | None
    sums: tuple[Sum, ...]


def _locked_file(locked: Locked | None, spec: FileSpec) -> LockedFile | None:
    files = (*locked.sources, *locked.files) if locked else ()
    return next((file for file in files if file.source_path == spec.path and file.repo == spec.repo), None)


def _known(spec: FileSpec, here: LockedFile | None, update: bool) -> _Known:
    """What catalog and lock file say of a file; with `update` they are what is to be replaced."""
    if here:
        return _Known(here.size_bytes, (Sum("sha256", here.sha256),))
    if update:
        return _Known(None, ())
    kinds: list[tuple[SumKind, str | None]] = [("sha256", spec.sha256), ("md5", spec.md5)]
    return _Known(spec.size_bytes, tuple(Sum(kind, digits) for kind, digits in kinds if digits))


def _agreed(remote: Remote, known: _Known, source: str) -> Remote:
    """The file with all sums that are known of it. Raises ContentChanged where they contradict one another."""
    what = f"{remote.repo}/{remote.source_path}"
    for one in known.sums:
        for other in remote.sums:
            if one.kind == other.kind and one != other:
                raise answers.differs(what, str(one), str(other), source)
    if known.size_bytes is not None and known.size_bytes != remote.size_bytes:
        raise answers.differs(what, f"{known.size_bytes} bytes", f"{remote.size_bytes} bytes", source)
    sums = tuple(dict.fromkeys((*known.sums, *remote.sums)))
    if not sums:
        raise CatalogError(
            f"Nobody publishes a sum of {what}, so it cannot be checked.",
            "Put its sha256 into a catalog of your own, or leave --mirror out.",
        )
    return replace(remote, sums=sums)


def _missing_bytes(job: _Job) -> int:
    """What will come in anew."""
    missing = 0
    for remote in job.remotes:
        final = job.folder / remote.local_path
        here = 0
        for path in (final, partial.part_of(final)):
            with suppress(OSError):
                here = max(here, path.stat().st_size)
        missing += max(0, remote.size_bytes - here)
    return missing


def _getting(job: _Job, remote: Remote, root: Path, hub: Hub, watch: Watch) -> _Task:
    def do() -> None:
        if hub.stop.is_set():
            raise Stopped
        name, final = job.entry.name, job.folder / remote.local_path
        make_folder(root, final.parent)
        watch.expect(name, remote.local_path, remote.size_bytes)
        sha256 = _good(final, remote) or _from_cache(remote, final)
        if sha256:
            partial.discard(final)
            watch.moved(name, remote.local_path, remote.size_bytes)
            job.reused_bytes += remote.size_bytes
        else:
            start = -1

            def moved(position: int) -> None:
                nonlocal start
                start = position if start < 0 else start
                watch.moved(name, remote.local_path, position)

            sha256 = fetch.download(hub, remote, final, moved)
            job.fetched_bytes += remote.size_bytes - max(start, 0)
            job.reused_bytes += max(start, 0)
        assert job.files is not None
        elsewhere = (remote.repo, remote.revision) if remote.repo != job.entry.repo else ("", "")
        job.files[remote.local_path] = LockedFile(
            remote.local_path, remote.size_bytes, sha256, remote.source_path, *elsewhere
        )

    return _Task(job, do)


def _good(path: Path, remote: Remote) -> str | None:
    """SHA-256 of `path` if it is a file with the published size and sums, else None."""
    try:
        if path.is_symlink() or path.stat().st_size != remote.size_bytes:
            return None
        summer = Summer(remote.size_bytes, [one.kind for one in remote.sums])
        with path.open("rb", buffering=0) as file:
            summer.add_file(file)
    except OSError:
        return None
    return None if summer.first_difference(remote.sums) else summer.sum("sha256").digits


def _from_cache(remote: Remote, final: Path) -> str | None:
    """Take the file out of the Hugging Face cache by a hard link or a copy, if it is there and good; its SHA-256."""
    found = fetch.cached(remote)
    sha256 = _good(found, remote) if found else None
    if found is None or sha256 is None:
        return None
    beside = final.with_name(final.name + ".linked")
    with explained(final):
        beside.unlink(missing_ok=True)
        try:
            try:
                os.link(found, beside)
            except OSError:
                # Another disk, or a file system without links.
                shutil.copyfile(found, beside)
                sha256 = _good(beside, remote)
            if sha256:
                beside.replace(final)
        finally:
            beside.unlink(missing_ok=True)
    return sha256


def _lock(job: _Job, root: Path, watch: Watch) -> None:
    """All files are here: convert where the entry says so, and write it down."""
    if job.files is None:
        return
    files = tuple(job.files[remote.local_path] for remote in job.remotes if remote.local_path in job.files)
    if len(files) < len(job.remotes):
        return
    sources: tuple[LockedFile, ...] = ()
    try:
        if job.entry.convert:
            from localvoice.catalog.convert import convert

            watch.note(f"Converting {job.entry.name}.")
            kept = convert(job.entry, job.folder, files)
            sources, files = tuple(file for file in files if file not in kept), kept
        lock.put(root, Locked(job.entry.name, job.entry.repo, job.revision, files, sources))
        for file in sources:
            with explained(job.folder / file.path):
                (job.folder / file.path).unlink(missing_ok=True)
    except LocalvoiceError as error:
        job.error = error


def _raise_all(errors: list[LocalvoiceError]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        remedies = list(dict.fromkeys(error.remedy for error in errors))
        raise CatalogError("\n".join(error.message for error in errors), " ".join(remedies))


def _pulled(job: _Job) -> Pulled:
    revision = job.revision or (job.locked.revision if job.locked else "")
    reused = job.reused_bytes
    if job.files is None and job.locked:
        reused = sum(file.size_bytes for file in job.locked.files)
    return Pulled(job.entry.name, revision, job.fetched_bytes, reused)
