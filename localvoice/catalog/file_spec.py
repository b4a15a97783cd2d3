"""Where a model of the catalog comes from: what its entry may not say together."""

import re
from collections.abc import Iterator
from dataclasses import replace

from localvoice.catalog.entry import Entry, FileSpec
from localvoice.catalog.safe_names import fault_of_module

_COMMIT = re.compile(r"[0-9a-f]{40}")


def completed(file: FileSpec) -> FileSpec:
    """A piece that is the whole file has its size, whether the catalog says so again or not."""
    if len(file.pieces) == 1 and not file.pieces[0].size_bytes:
        return replace(file, pieces=(replace(file.pieces[0], size_bytes=file.size_bytes or 0),))
    return file


def faults_of_files(entry: Entry) -> Iterator[str]:
    """Ends of sentences about the entry's files."""
    paths = [file.path for file in entry.files]
    if len({path.lower() for path in paths}) < len(paths):
        yield "has a file twice, or two files whose names only differ in capitals"
    for file in entry.files:
        if file.revision and not file.repo:
            yield (
                f"has a file {file.path} with a revision but no repo; "
                "the revision of the model's own repo stands beside that repo"
            )
        if file.pieces:
            yield from _faults_of_pieces(file)


def _faults_of_pieces(file: FileSpec) -> Iterator[str]:
    if file.size_bytes is None or file.sha256 is None:
        yield f"has pieces of {file.path}, so that file needs size_bytes and sha256: nothing else checks the whole"
        return
    if len(file.pieces) > 1 and not all(piece.size_bytes for piece in file.pieces):
        yield f"has a piece of {file.path} that lacks size_bytes, which says where the next piece begins"
        return
    total = sum(piece.size_bytes for piece in file.pieces)
    if total != file.size_bytes:
        yield f"has pieces of {file.path} that are {total} bytes together, and the file has {file.size_bytes}"


def faults_of_sources(entry: Entry) -> Iterator[tuple[str, str]]:
    """(key, end of a sentence) for all that contradicts itself about where a model comes from."""
    carried = [file for file in entry.files if file.pieces]
    if entry.package:
        if entry.repo:
            yield "name", "needs either a repo or a package that carries it"
        if entry.files:
            yield "name", "needs files with a repo, and none with a package"
    elif not entry.repo and not carried:
        yield "name", "needs either a repo or a package that carries it, or files with pieces"
    elif not entry.files:
        yield "name", "needs files with a repo, and none with a package"
    elif carried and len(carried) < len(entry.files):
        yield "files", "has pieces for some of its files: the package index carries all of a model or nothing of it"
    if entry.module and not entry.package:
        yield "module", "has a module without a package"
    elif entry.package and fault_of_module(entry.module):
        yield "package", "needs module too: what its package is imported as"
    if entry.repo:
        if carried and not all(_COMMIT.fullmatch(file.revision or entry.revision) for file in entry.files):
            yield "revision", "has pieces, so its revision must be a commit: what a branch names can change"
    elif entry.revision or any(file.repo for file in entry.files):
        yield "revision", "has a revision, or files from a repo, without a repo of its own"
