"""Getting models: what is missing, from where, and in which order it becomes part of the lock file.

Per model one lock is held from the first look to the last rename, so two pulls of one model wait for one another and
the second finds the work done. Files of all models come in side by side, under names that are not final; when all files
of a model are here and checked, it enters the lock file and they get their names.
"""

import os
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from localvoice.catalog import convert, fetch, incoming, lock, partial, place, resolve, verify
from localvoice.catalog.disk import explained, make_folder, need_room, write_whole
from localvoice.catalog.entry import Entry, Locked, LockedFile
from localvoice.catalog.fetch import Hub, Remote
from localvoice.catalog.names import fault_of_name, fault_of_path
from localvoice.catalog.sums import Summer
from localvoice.catalog.transfer import Stopped
from localvoice.errors import CatalogError, LocalvoiceError, StorageRefused

CONNECTIONS = 4
END_S = 1.5
"""How long a pull that is broken off waits for its threads; a stalled connection may keep one for longer."""


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
    root: Path
    locked: Locked | None
    """What is to be here, if that is decided already."""
    revision: str = ""
    remotes: list[Remote] = field(default_factory=list)
    """What is not known to be here."""
    files: dict[str, LockedFile] = field(default_factory=dict)
    """What is here and good, by its path."""
    waiting: set[str] = field(default_factory=set)
    """The paths of those `files` that have no final name yet."""
    fetched_bytes: int = 0
    reused_bytes: int = 0
    error: LocalvoiceError | None = None

    def final(self, path: str) -> Path:
        return self.root / self.entry.name / path

    def incoming(self, path: str) -> Path:
        return incoming.folder(self.root, self.entry.name) / path

    def at(self, path: str) -> Path:
        """Where one of `files` is now."""
        return self.incoming(path) if path in self.waiting else self.final(path)

    def here(self, file: LockedFile, waiting: bool) -> None:
        """Note that `file` is here and good."""
        self.files[file.path] = file
        if waiting:
            self.waiting.add(file.path)


def pull(
    entries: Sequence[Entry], root: Path, hub: Hub, watch: Watch | None = None, update: bool = False
) -> list[Pulled]:
    """Make all `entries` be below `root`, as published, and locked. What is here and good is not fetched again.

    With `update`, what the hub has now replaces what is locked. One model's fault does not keep the others from coming.

    Raises:
        CatalogError: what could not be got, in one message; DownloadFailed, ContentChanged and StorageRefused are kinds
            of it. What came in until then is kept.
    """
    watch = watch or Watch()
    hub = replace(hub, stop=threading.Event(), reached=threading.Event(), note=watch.note)
    wanted = [entry for entry in entries if entry.repo]
    for entry in wanted:
        _check_names(entry)
    with ExitStack() as locks:
        jobs = []
        # In one order for everybody: two pulls of the same models would otherwise wait for one another for ever.
        for entry in sorted(wanted, key=lambda entry: entry.name):
            locks.enter_context(lock.of_model(root, entry.name, watch.note))
            locked = None if update else resolve.binding(entry, lock.read(root).get(entry.name))
            jobs.append(_Job(entry, root, locked, locked.revision if locked else ""))
        looks = [(job, file) for job in jobs for file in resolve.kept(job.entry, job.locked)]
        _side_by_side(hub, [_Task(job, _look(job, file, watch)) for job, file in looks])
        _side_by_side(hub, [_Task(job, _ask(job, hub, update)) for job in jobs])
        _side_by_side(hub, [_Task(job, _find(job, remote, watch)) for job in jobs for remote in job.remotes])
        coming = [(job, remote) for job in jobs for remote in job.remotes if remote.local_path not in job.files]
        need_room(root, sum(_missing_bytes(job, remote) for job, remote in coming if not job.error))
        _side_by_side(hub, [_Task(job, _get(job, remote, hub, watch)) for job, remote in coming])
        for job in jobs:
            if not job.error:
                _settle(job, watch)
    _raise_all([job.error for job in jobs if job.error])
    return [_pulled(job) for job in sorted(jobs, key=lambda job: wanted.index(job.entry))]


def _check_names(entry: Entry) -> None:
    """The catalog was read strictly; entries that were made otherwise must not write elsewhere either."""
    for fault in (fault_of_name(entry.name), *(fault_of_path(file.path) for file in entry.files)):
        if fault:
            raise CatalogError(f"A name of model {entry.name!r} {fault}.", "Correct it in the catalog.")
    if fault := convert.fault_of(entry):
        raise CatalogError(f"Model {entry.name} {fault}.", "Correct it in the catalog.")


@dataclass(frozen=True, slots=True)
class _Task:
    job: _Job
    do: Callable[[], None]


def _side_by_side(hub: Hub, tasks: Iterable[_Task]) -> None:
    """Do all tasks; a job whose task fails keeps the error. What would fail for all of them ends it for all."""
    todo: queue.SimpleQueue[_Task] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[_Job, BaseException | None]] = queue.SimpleQueue()
    for task in tasks:
        if not task.job.error:
            todo.put(task)
    count = todo.qsize()

    def work() -> None:
        with suppress(queue.Empty):
            while True:
                task = todo.get_nowait()
                error: BaseException | None = None
                try:
                    if not hub.stop.is_set():
                        task.do()
                except BaseException as fault:  # noqa: BLE001  raised again below, by the thread that waits
                    error = fault
                done.put((task.job, error))

    # Threads that a program may end without: a server that says nothing would hold up Ctrl-C until it is given up.
    threads = [threading.Thread(target=work, name=f"pull-{n}", daemon=True) for n in range(min(count, CONNECTIONS))]
    try:
        for thread in threads:
            thread.start()
        while count:
            # With a limit, so that Ctrl-C is noticed on Windows too.
            with suppress(queue.Empty):
                job, error = done.get(timeout=0.2)
                count -= 1
                if isinstance(error, StorageRefused):
                    hub.stop.set()
                if isinstance(error, LocalvoiceError):
                    job.error = job.error or error
                elif error and not isinstance(error, Stopped):
                    raise error
    except BaseException:
        hub.stop.set()
        give_up_s = time.monotonic() + END_S
        for thread in threads:
            thread.join(max(0.0, give_up_s - time.monotonic()))
        raise


def _look(job: _Job, file: LockedFile, watch: Watch) -> Callable[[], None]:
    """Whether a locked file is here; or waits, because the program was killed before it could give it its name."""

    def do() -> None:
        watch.expect(job.entry.name, file.path, file.size_bytes)
        for waiting, path in ((False, job.final(file.path)), (True, job.incoming(file.path))):
            if verify.check(path, job.entry.name, file).state == "good":
                job.here(file, waiting)
                job.reused_bytes += file.size_bytes
                watch.moved(job.entry.name, file.path, file.size_bytes)
                return
        if os.path.exists(job.final(file.path)):
            watch.note(f"{job.entry.name}/{file.path} is damaged here, and comes anew.")

    return do


def _ask(job: _Job, hub: Hub, update: bool) -> Callable[[], None]:
    def do() -> None:
        specs = resolve.missing(job.entry, job.locked, job.files)
        job.revision, job.remotes = resolve.ask(job.entry, job.locked, specs, hub, update)

    return do


def _find(job: _Job, remote: Remote, watch: Watch) -> Callable[[], None]:
    """Whether a published file is here that nobody locked, or waits since an earlier run."""

    def do() -> None:
        if remote.local_path not in {file.path for file in resolve.kept(job.entry, job.locked)}:
            watch.expect(job.entry.name, remote.local_path, remote.size_bytes)
        for waiting, path in ((False, job.final(remote.local_path)), (True, job.incoming(remote.local_path))):
            if sha256 := _good(path, remote):
                _reused(job, remote, sha256, waiting, watch)
                return

    return do


def _reused(job: _Job, remote: Remote, sha256: str, waiting: bool, watch: Watch) -> None:
    job.here(_locked_file(job, remote, sha256), waiting)
    job.reused_bytes += remote.size_bytes
    watch.moved(job.entry.name, remote.local_path, remote.size_bytes)


def _locked_file(job: _Job, remote: Remote, sha256: str) -> LockedFile:
    elsewhere = (remote.repo, remote.revision) if remote.repo != job.entry.repo else ("", "")
    return LockedFile(remote.local_path, remote.size_bytes, sha256, remote.source_path, *elsewhere)


def _missing_bytes(job: _Job, remote: Remote) -> int:
    """What will come in anew of a file."""
    have = 0
    with suppress(OSError):
        have = partial.part_of(job.incoming(remote.local_path)).stat().st_size
    return max(0, remote.size_bytes - have)


def _get(job: _Job, remote: Remote, hub: Hub, watch: Watch) -> Callable[[], None]:
    def do() -> None:
        path = job.incoming(remote.local_path)
        # The final folder too, so that a disk that refuses it says so before anything comes.
        for place_for in (job.final(remote.local_path), path):
            make_folder(job.root, place_for.parent)
        sha256 = _from_cache(remote, path)
        if sha256:
            partial.discard(path)
            _reused(job, remote, sha256, True, watch)
            return
        start = -1

        def moved(position: int) -> None:
            nonlocal start
            start = position if start < 0 else min(start, position)
            watch.moved(job.entry.name, remote.local_path, position)

        sha256 = fetch.download(hub, remote, path, moved)
        job.fetched_bytes += remote.size_bytes - max(start, 0)
        job.reused_bytes += max(start, 0)
        job.here(_locked_file(job, remote, sha256), True)

    return do


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


def _from_cache(remote: Remote, path: Path) -> str | None:
    """Take the file out of the Hugging Face cache by a hard link or a copy, if it is there and good; its SHA-256."""
    found = fetch.cached(remote)
    sha256 = _good(found, remote) if found else None
    if found is None or sha256 is None:
        return None
    with explained(path):
        path.unlink(missing_ok=True)
        try:
            os.link(found, path)
        except OSError:
            # Another disk, or a file system without links.
            shutil.copyfile(found, path)
            sha256 = _good(path, remote)
    return sha256


def _settle(job: _Job, watch: Watch) -> None:
    """If all files are here: convert where the entry says so, write it down, and give them their names."""
    entry, locked = job.entry, job.locked
    if resolve.missing(entry, locked, job.files):
        return
    paths = [place.local_path(entry, spec.path) for spec in entry.files]
    files = tuple(job.files[path] for path in paths if path in job.files)
    made = tuple(job.files[file.path] for file in resolve.made(entry, locked) if file.path in job.files)
    sources: tuple[LockedFile, ...] = ()
    try:
        if locked and made and len(files) < len(paths):
            files, sources = (*made, *files), locked.sources
        elif entry.convert:
            watch.note(f"Converting {entry.name}.")
            make_folder(job.root, job.incoming("x").parent)
            kept = convert.convert(entry, {job.at(file.path): file for file in files}, job.incoming("x").parent)
            job.waiting |= {file.path for file in kept if file not in files}
            sources, files = tuple(file for file in files if file not in kept), kept
        if entry.least_frames:
            files = (*files, _short_contexts(job))
        now = Locked(entry.name, entry.repo, job.revision, files, sources)
        incoming.install(job.root, now, [file.path for file in files if file.path in job.waiting])
    except LocalvoiceError as error:
        job.error = error


def _short_contexts(job: _Job) -> LockedFile:
    """Written anew wherever it is not as the entry has it now: that costs nothing."""
    data, file = convert.short_contexts(job.entry.least_frames)
    if verify.check(job.final(file.path), job.entry.name, file).state != "good":
        path = job.incoming(file.path)
        make_folder(job.root, path.parent)
        with explained(path):
            write_whole(path, data)
        job.waiting.add(file.path)
    return file


def _raise_all(errors: list[LocalvoiceError]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        remedies = list(dict.fromkeys(error.remedy for error in errors))
        raise CatalogError("\n".join(dict.fromkeys(error.message for error in errors)), " ".join(remedies))


def _pulled(job: _Job) -> Pulled:
    return Pulled(job.entry.name, job.revision, job.fetched_bytes, job.reused_bytes)
